#include "predict/machine.hpp"

#include <cmath>

#include "pastiche/prediction.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

Work pixels(double units, int& measured) {
  return {"pixels", 2, units, [&measured] {
            ++measured;
            return Costs{{"pixels", {0.5, 0.001}}, {"others", {1, 1}}};
          }};
}

TEST(Machine, MeasuresOnceAndKeepsWhatItMeasured) {
  const TempFolder folder;
  int measured = 0;
  {
    Machine machine(folder / "cache/machine.json", "one");
    EXPECT_TRUE(machine.is_new());
    EXPECT_DOUBLE_EQ(machine.seconds(pixels(1000, measured)), 2);
    EXPECT_DOUBLE_EQ(machine.seconds(pixels(2000, measured)), 3);
    machine.keep();
  }
  Machine again(folder / "cache/machine.json", "one");
  EXPECT_TRUE(again.knows(pixels(0, measured)));
  EXPECT_DOUBLE_EQ(again.seconds({"others", 1, 1}), 2) << "measured with the pixels";
  EXPECT_DOUBLE_EQ(again.seconds(pixels(1000, measured)), 2);
  EXPECT_EQ(measured, 1);
  EXPECT_TRUE(Machine(folder / "cache/machine.json", "two").is_new()) << "of another machine";
}

TEST(Machine, LearnsFromCallsAndNotFromOneThatIsOdd) {
  const TempFolder folder;
  const auto file = folder / "machine.json";
  Machine machine(file, "one");
  EXPECT_EQ(machine.factor("gatys"), 1);
  for (int i = 0; i < 8; ++i) machine.learn("gatys", 10, 13);
  const double learnt = machine.factor("gatys");
  EXPECT_NEAR(learnt, 1.3, 0.05);
  machine.learn("gatys", 10, 200);
  EXPECT_LT(machine.factor("gatys"), learnt * 1.15);
  EXPECT_EQ(machine.factor("texture"), 1);
  for (const double absurd : {0.0, -1.0, double(NAN)}) machine.learn("texture", 10, absurd);
  EXPECT_EQ(machine.factor("texture"), 1);
  machine.keep();
  EXPECT_DOUBLE_EQ(Machine(file, "one").factor("gatys"), machine.factor("gatys"));
}

TEST(Machine, TakesADamagedFileForNone) {
  const TempFolder folder;
  const auto file = folder / "machine.json";
  const auto of = [](const std::string& costs, const std::string& calls) {
    return R"({"machines":{"one":{"costs":)" + costs + R"(,"calls":)" + calls + "}}}";
  };
  const std::string good = R"({"pixels":[0.5,0.001]})";
  std::string many = "{";
  for (int i = 0; i < 5000; ++i) many += (i ? ",\"" : "\"") + std::to_string(i) + "\":[1,1]";
  int measured = 0;
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("{\"machines\":[]}"),
        std::string(3000, '['), std::string(2 << 20, ' '), std::string("\xff\xfe\0", 3),
        of("[]", "7"), of("{\"pixels\":[0.5]}", "{}"), of("{\"pixels\":[-1,0]}", "{}"),
        of("{\"pixels\":[1e300,0]}", "{}"), of("{\"pixels\":[\"a\",0]}", "{}"),
        of("{\"pixels\":{\"a\":1,\"b\":2}}", "{}"), of(good, "{\"gatys\":[null,1]}"),
        of(many + "}", "{}")}) {
    put(file, text);
    measured = 0;
    Machine machine(file, "one");
    EXPECT_DOUBLE_EQ(machine.seconds(pixels(1000, measured)), 2) << text.substr(0, 80);
    EXPECT_EQ(measured, 1) << text.substr(0, 80);
    EXPECT_EQ(machine.factor("gatys"), 1);
    machine.keep();
    EXPECT_TRUE(Machine(file, "one").knows(pixels(0, measured))) << "it is whole again";
  }
}

TEST(Machine, DoesWithoutAFile) {
  const TempFolder folder;
  put(folder / "file", "no folder");
  int measured = 0;
  for (const auto& file : {std::filesystem::path(), folder / "file/machine.json", folder.path()}) {
    Machine machine(file, "one");
    EXPECT_DOUBLE_EQ(machine.seconds(pixels(1000, measured)), 2);
    EXPECT_NO_THROW(machine.keep());
  }
  EXPECT_EQ(get(folder / "file"), "no folder");
}

TEST(Machine, StaysSmallHoweverMuchItSees) {
  const TempFolder folder;
  const auto file = folder / "machine.json";
  for (int i = 0; i < 20; ++i) {
    Machine machine(file, "machine " + std::to_string(i) + std::string(5000, 'x'));
    for (int k = 0; k < 1000; ++k) {
      const std::string kind = std::to_string(k);
      machine.seconds({kind, 1, 1, [&] { return Costs{{kind, {1, 1}}}; }});
      machine.learn(kind, 1, 2);
    }
    machine.keep();
  }
  EXPECT_LT(std::filesystem::file_size(file), 1u << 20);
}

TEST(Prediction, IsPrintedAsPeopleSayIt) {
  EXPECT_EQ(print_seconds(0.04), "0.0 s");
  EXPECT_EQ(print_seconds(3.14), "3.1 s");
  EXPECT_EQ(print_seconds(41.2), "41 s");
  EXPECT_EQ(print_seconds(600), "10 min");
  EXPECT_EQ(print_seconds(9000), "2.5 h");
  EXPECT_EQ(print_bytes(350 << 20), "350 MiB");
  EXPECT_EQ(print_bytes(std::size_t(1300) << 20), "1.3 GiB");
}

}  // namespace
}  // namespace pastiche
