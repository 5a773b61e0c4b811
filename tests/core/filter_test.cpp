#include "pastiche/filter.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "pastiche/trainer.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

/// Names that are an argument, a flag and a file name alike.
bool is_plain(const std::string& name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

void expect_sound(const Params& params) {
  std::set<std::string> names;
  for (const Param& param : params) {
    SCOPED_TRACE(param.name);
    EXPECT_TRUE(is_plain(param.name));
    EXPECT_TRUE(names.insert(param.name).second) << "is there twice";
    EXPECT_NE(std::string(param.label), "");
    EXPECT_NE(std::string(param.help), "");
    Settings settings(params);
    EXPECT_NO_THROW(settings.set(param.name, param.initial)) << "the default is ruled out";
    EXPECT_NO_THROW(settings.parse(param.name, Settings::print(param.initial)));
  }
}

TEST(Filters, HaveSoundTables) {
  for (const Filter& filter : filters()) {
    SCOPED_TRACE(filter.name);
    EXPECT_TRUE(is_plain(filter.name));
    EXPECT_EQ(&find_filter(filter.name), &filter);
    for (const Input& input : filter.inputs) {
      EXPECT_LE(input.min, input.max);
      EXPECT_GE(input.max, 1);
    }
    expect_sound(filter.params);
  }
}

TEST(Trainers, HaveSoundTables) {
  for (const Trainer& trainer : trainers()) {
    SCOPED_TRACE(trainer.name);
    EXPECT_EQ(&find_trainer(trainer.name), &trainer);
    expect_sound(trainer.params);
  }
}

TEST(Filters, AreRefusedByUnknownNames) {
  expect_refused(Error::Kind::BadSetting,
                 "There is no filter \"gaty\"; there are gatys, fast-style,",
                 [] { find_filter("gaty"); });
  expect_refused(Error::Kind::BadSetting, "There is no trainer \"x\"", [] { find_trainer("x"); });
}

TEST(Run, RefusesPicturesAFilterCannotTake) {
  Image wrong_size(2, 2), infinite(4, 2), hole(4, 2);
  wrong_size.pixels.pop_back();
  infinite.pixels[4 * 5 + 1] = std::numeric_limits<float>::infinity();
  hole.pixels.back() = std::numeric_limits<float>::quiet_NaN();
  const Image good(2, 2);
  const struct {
    Pictures pictures;
    const char* sentence;
  } cases[] = {
      {{}, "fast-style got 0 content picture(s), but takes exactly 1."},
      {{{"content", {}}}, "fast-style got 0 content"},
      {{{"content", {good, good}}}, "fast-style got 2 content picture(s), but takes exactly 1."},
      {{{"content", {good}}, {"style", {good}}},
       "fast-style takes no \"style\" picture; it takes content."},
      {{{"content", {Image()}}}, "The content picture is empty: 0 x 0 pixels"},
      {{{"content", {Image(0, 5)}}}, "0 x 5 pixels; it must have at least one."},
      {{{"content", {wrong_size}}}, "has 15 values, which do not make 2 x 2 RGBA pixels."},
      {{{"content", {infinite}}}, "has the value inf at column 1, row 1;"},
      {{{"content", {hole}}}, "has the value nan at column 3, row 1;"},
  };
  const Filter& filter = find_filter("fast-style");
  for (const auto& c : cases) {
    SCOPED_TRACE(c.sentence);
    expect_refused(Error::Kind::BadImage, c.sentence,
                   [&] { run(filter, c.pictures, Settings(filter.params), {}); });
  }
}

TEST(Train, RefusesANamelessOutput) {
  if (trainers().empty()) GTEST_SKIP() << "no trainers in this build";
  const Trainer& trainer = trainers().front();
  expect_refused(Error::Kind::Output, "empty",
                 [&] { train(trainer, {}, Settings(trainer.params), "", {}); });
}

TEST(Errors, HaveTheDocumentedExitStatus) {
  using Kind = Error::Kind;
  const std::pair<Kind, int> cases[] = {
      {Kind::BadSetting, 2},  {Kind::BadImage, 3},    {Kind::NoModel, 4}, {Kind::NoDevice, 5},
      {Kind::OutOfMemory, 5}, {Kind::Cancelled, 130}, {Kind::Output, 1},  {Kind::Internal, 1}};
  for (const auto& [kind, status] : cases) EXPECT_EQ(exit_status(kind), status);
}

}  // namespace
}  // namespace pastiche
