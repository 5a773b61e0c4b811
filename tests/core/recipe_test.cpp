#include "pastiche/recipe.hpp"

#include "pastiche/version.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

TEST(Recipe, ComesBackAsItWas) {
  const Filter& filter = find_filter("fast-style");
  Settings settings(filter.params);
  settings.set("strength", 1.0 / 3);
  settings.set("style", std::string("a \"quoted\" näme"));
  const Recipe made = make_recipe(filter, settings, {Image(1, 1), {{"model", "m"}}},
                                  {{"content", "photo.jpg", std::string(64, 'a')}});
  const Recipe back = recipe_from_json(to_json(made));
  EXPECT_EQ(back.version, version());
  EXPECT_EQ(back.filter, "fast-style");
  EXPECT_EQ(back.settings, made.settings);
  EXPECT_EQ(back.settings.size(), filter.params.size());
  EXPECT_EQ(back.facts.at("model"), "m");
  ASSERT_EQ(back.sources.size(), 1u);
  EXPECT_EQ(back.sources[0].name, "photo.jpg");
  const Settings again = settings_from(back);
  for (const Param& param : filter.params)
    EXPECT_EQ(again.value(param.name), settings.value(param.name)) << param.name;
}

TEST(Recipe, IsAsciiWhateverTheFilesAreCalled) {
  const std::string json = to_json({"1", "gatys", {}, {}, {{"content", "\xff\n\"ä", ""}}});
  for (const char c : json) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << json;
  EXPECT_EQ(recipe_from_json(json).sources[0].name, "\xEF\xBF\xBD\n\"ä");
}

TEST(Recipe, IsRefusedWhenItIsNone) {
  const std::string good = to_json({"1", "gatys", {}, {}, {{"content", "x", ""}}});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const struct {
    std::string text;
    const char* why;
  } cases[] = {
      {"", "no JSON at byte 1"},
      {"hello", "no JSON"},
      {"[]", "no JSON object"},
      {"{}", "no \"format\""},
      {with("\"format\":1", "\"format\":2"), "a newer Pastiche is needed"},
      {with("\"format\":1", "\"format\":-1"), "wrong type"},
      {with("\"gatys\"", "7"), "its \"filter\" is of the wrong type"},
      {with("\"settings\":{}", "\"settings\":[]"), "its \"settings\" is of the wrong type"},
      {with("\"settings\":{}", "\"settings\":{\"a\":1}"), "its \"a\" is no text"},
      {with("\"facts\":{}", "\"facts\":{\"a\":null}"), "its \"a\" is no text"},
      {with("\"facts\"", "\"fact\""), "no \"facts\""},
      {with("[{", "[1,{"), "sources is no object"},
      {with("\"x\"", "[]"), "its \"name\" is of the wrong type"},
      {with("{}", std::string("{\"a\":[[[[1]]]]}")), "nested deeper"},
      {std::string(2 << 20, ' '), "at most 1048576 are read"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    expect_refused(Error::Kind::BadImage, c.why, [&] { recipe_from_json(c.text); });
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THROW(recipe_from_json(good.substr(0, size)), Error);
}

TEST(Recipe, IsCheckedAgainstTodaysTable) {
  const Recipe unknown_filter = {"1", "oil", {}, {}, {}};
  const Recipe unknown_setting = {"1", "fast-style", {{"colour-of-sky", "blue"}}, {}, {}};
  const Recipe bad_value = {"1", "fast-style", {{"strength", "2"}}, {}, {}};
  for (const Recipe& recipe : {unknown_filter, unknown_setting, bad_value})
    EXPECT_THROW(settings_from(recipe), Error);
}

}  // namespace
}  // namespace pastiche
