#include <clocale>
#include <limits>

#include "pastiche/filter.hpp"
#include "pastiche/weighted_list.hpp"
#include "style/fast_style_options.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

const Params table = {
    {.name = "on", .label = "", .help = "", .initial = false},
    {.name = "steps", .label = "", .help = "", .initial = 10, .min = 1, .max = 500},
    {.name = "strength", .label = "", .help = "", .initial = 0.5, .min = 0, .max = 1},
    {.name = "colour",
     .label = "",
     .help = "",
     .initial = std::string("style"),
     .choices = {"style", "match"}},
    {.name = "model", .label = "", .help = "", .initial = std::string("x")},
};

TEST(Settings, ReadTextAsTheTypeOfTheRow) {
  Settings settings(table);
  settings.parse("on", "yes");
  settings.parse("steps", "500");
  settings.parse("strength", "1e-3");
  settings.parse("colour", "match");
  settings.parse("model", "");
  EXPECT_TRUE(settings.flag("on"));
  EXPECT_EQ(settings.whole("steps"), 500);
  EXPECT_DOUBLE_EQ(settings.real("strength"), 0.001);
  EXPECT_EQ(settings.text("colour"), "match");
  EXPECT_EQ(settings.text("model"), "");
}

TEST(Settings, AreAtTheirDefaultsUntilSet) {
  const Settings settings(table);
  for (const Param& param : table) EXPECT_EQ(settings.value(param.name), param.initial);
}

TEST(Settings, RefuseWhatTheTableRulesOut) {
  const struct {
    const char *name, *text, *sentence;
  } cases[] = {
      {"strength", "1.5", "strength is 1.5, but must be a number from 0 to 1."},
      {"strength", "-0.1", "strength is -0.1"},
      {"strength", "nan", "strength is \"nan\", but must be a number from 0 to 1."},
      {"strength", "inf", "strength is \"inf\""},
      {"strength", "1e999", "strength is \"1e999\""},
      {"strength", "0,5", "strength is \"0,5\""},
      {"strength", "", "strength is \"\""},
      {"strength", " 0.5", "strength is \" 0.5\""},
      {"strength", "0.5x", "strength is \"0.5x\""},
      {"strength", "0x1", "strength is \"0x1\""},
      {"steps", "0", "steps is 0, but must be a whole number from 1 to 500."},
      {"steps", "501", "steps is 501"},
      {"steps", "2.5", "steps is \"2.5\", but must be a whole number from 1 to 500."},
      {"steps", "99999999999999999999", "steps is \"99999999999999999999\""},
      {"steps", "+5", "steps is \"+5\""},
      {"on", "maybe", "on is \"maybe\", but must be true or false."},
      {"on", "", "on is \"\""},
      {"colour", "blue", "colour is \"blue\", but must be style or match."},
      {"colour", "", "colour is \"\""},
      {"stregnth", "1", "There is no setting \"stregnth\"; did you mean \"strength\"?"},
      {"zzz", "1", "There is no setting \"zzz\"; there are on, steps, strength, colour and model."},
      {"", "1", "There is no setting \"\"; there are on"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.name) + "=" + c.text);
    Settings settings(table);
    expect_refused(Error::Kind::BadSetting, c.sentence, [&] { settings.parse(c.name, c.text); });
  }
}

TEST(Settings, RefuseValuesOfAnotherTypeOrRange) {
  const struct {
    const char* name;
    Value value;
  } cases[] = {
      {"strength", std::numeric_limits<double>::quiet_NaN()},
      {"strength", std::numeric_limits<double>::infinity()},
      {"strength", 2},
      {"strength", std::string("0.5")},
      {"steps", 5.0},
      {"on", 1},
      {"model", std::string("a\0b", 3)},
      {"colour", std::string("style\0", 6)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Settings settings(table);
    expect_refused(Error::Kind::BadSetting, c.name, [&] { settings.set(c.name, c.value); });
  }
}

TEST(Settings, TakeAnIntForADouble) {
  Settings settings(table);
  settings.set("strength", 1);
  EXPECT_EQ(settings.real("strength"), 1.0);
}

TEST(Settings, QuoteControlAndBrokenBytesInTheirSentences) {
  Settings settings(table);
  expect_refused(Error::Kind::BadSetting, "\"a\\x0a\\xff\"",
                 [&] { settings.parse("strength", "a\n\xff"); });
  expect_refused(Error::Kind::BadSetting, "...\"",
                 [&] { settings.parse("colour", std::string(1 << 20, 'x')); });
}

TEST(Settings, PrintWhatParseReadsBackBitForBit) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 5e-324, 0.0, 1.0}) {
    Settings settings(table);
    settings.parse("strength", Settings::print(value));
    EXPECT_EQ(settings.real("strength"), value);
  }
}

TEST(Settings, DoNotDependOnTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (!std::setlocale(LC_ALL, "de_DE.UTF-8")) GTEST_SKIP() << "no German locale here";
  Settings settings(table);
  settings.parse("strength", "0.25");
  EXPECT_EQ(settings.real("strength"), 0.25);
  EXPECT_EQ(Settings::print(0.25), "0.25");
  std::setlocale(LC_ALL, before.c_str());
}

TEST(Options, OfFastStyleCarryEverySetting) {
  Settings settings(find_filter("fast-style").params);
  settings.parse("model", "m");
  settings.parse("style", "a:1,b:2");
  settings.parse("strength", "0.5");
  settings.parse("size", "256");
  settings.parse("colour", "match");
  settings.parse("models", "/m");
  settings.parse("device", "cpu");
  settings.parse("precision", "bf16");
  settings.parse("memory", "100");
  settings.parse("seed", "7");
  const FastStyleOptions options = fast_style_options(settings);
  EXPECT_EQ(options.model, "m");
  EXPECT_EQ(options.style, "a:1,b:2");
  EXPECT_EQ(options.strength, 0.5);
  EXPECT_EQ(options.size, 256);
  EXPECT_EQ(options.colour, "match");
  EXPECT_EQ(options.models, "/m");
  EXPECT_EQ(options.common.device, "cpu");
  EXPECT_EQ(options.common.precision, "bf16");
  EXPECT_EQ(options.common.memory, 100);
  EXPECT_EQ(options.common.seed, 7);
}

TEST(WeightedList, IsWrittenAsItIsRead) {
  for (const char* text : {"", "dusk", "dusk:2,great-wave", "a:0.5,b:0,c:0.1"})
    EXPECT_EQ(print_weighted(parse_weighted(text, "style")), text);
}

}  // namespace
}  // namespace pastiche
