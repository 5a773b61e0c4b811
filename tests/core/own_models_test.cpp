#include <algorithm>
#include <cstdlib>

#include "pastiche/models.hpp"
#include "store/manifest.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// A user's folder of models with a transformer "base" of two styles.
class OwnModels : public testing::Test {
 protected:
  OwnModels() {
    setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
    fs::create_directories(user_models());
    base_ = make("base", {{"architecture", "transformer"}, {"styles", R"(["one","two"])"}});
  }

  Model make(const std::string& name, const Metadata& metadata) {
    write_tensors(file(name), {}, metadata);
    return register_model(file(name), R"({"licence":"CC0-1.0","trained-on":"test"})");
  }

  Model make_style(const std::string& name, const std::string& styles,
                   const std::string& base_sha256) {
    return make(name, {{"architecture", "style"},
                       {"styles", styles},
                       {"strokes", "[384,768]"},
                       {"base", "base"},
                       {"base-sha256", base_sha256}});
  }

  static fs::path file(const std::string& name) { return user_models() / (name + ".safetensors"); }

  std::vector<std::string> offered() const {
    std::vector<std::string> names;
    for (const OfferedStyle& style : list_styles(base_)) names.push_back(style.name);
    return names;
  }

  /// Everything in the folder but the manifest.
  static std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(user_models()))
      if (entry.path().filename() != "manifest.json") names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  TempFolder home_;
  Model base_;
};

using Names = std::vector<std::string>;

TEST_F(OwnModels, OfferTheStylesLearntForATransformerAfterItsOwn) {
  make_style("fern", R"(["x"])", base_.sha256);
  make_style("pair", R"(["left","two"])", base_.sha256);
  make_style("stranger", R"(["stranger"])", std::string(64, '0'));
  EXPECT_EQ(offered(), (Names{"one", "two", "fern", "left"}));
  const OfferedStyle left = list_styles(base_).back();
  EXPECT_EQ(left.model, "pair");
  EXPECT_EQ(left.file, file("pair"));
  EXPECT_EQ(left.index, 0u);
  EXPECT_TRUE(left.own);
  EXPECT_FALSE(list_styles(base_).front().own);
  EXPECT_EQ(find_model("pair", "style").strokes, (std::vector<int>{384, 768}));
}

TEST_F(OwnModels, OfferNoStyleOfABrokenFile) {
  make_style("fern", R"(["fern"])", base_.sha256);
  put(file("fern"), "torn");
  EXPECT_EQ(offered(), (Names{"one", "two"}));
}

TEST_F(OwnModels, AreRenamedWithAllThatBelongsToThem) {
  const std::string hash = make_style("fern", R"(["fern"])", base_.sha256).sha256;
  put(file("fern").string() + ".csv", "step,loss\n");
  const Model model = rename_model("fern", "moss-2");
  EXPECT_EQ(model.name, "moss-2");
  EXPECT_EQ(model.styles, Names{"moss-2"});
  EXPECT_EQ(model.sha256, hash);
  EXPECT_TRUE(model.in_manifest);
  EXPECT_EQ(model.licence, "CC0-1.0");
  EXPECT_EQ(offered(), (Names{"one", "two", "moss-2"}));
  EXPECT_EQ(files(), (Names{"base.json", "base.safetensors", "moss-2.json", "moss-2.safetensors",
                            "moss-2.safetensors.csv"}));
  EXPECT_THROW(find_model("fern", ""), Error);
}

TEST_F(OwnModels, WithoutARowAreRenamedToo) {
  write_tensors(file("plain"), {}, {{"architecture", "encoder"}});
  EXPECT_FALSE(rename_model("plain", "other").in_manifest);
  EXPECT_EQ(files(), (Names{"base.json", "base.safetensors", "other.safetensors"}));
}

TEST_F(OwnModels, AreRemovedWithAllThatBelongsToThem) {
  make_style("fern", R"(["fern"])", base_.sha256);
  make_style("fern.2", R"(["fern.2"])", base_.sha256);
  make_style("fern.safetensors.csv", R"(["odd"])", base_.sha256);
  put(file("fern").string() + ".csv", "step,loss\n");
  put(file("fern").string() + ".samples.jpg", "picture");
  remove_model("fern");
  EXPECT_EQ(files(), (Names{"base.json", "base.safetensors", "fern.2.json", "fern.2.safetensors",
                            "fern.safetensors.csv.json", "fern.safetensors.csv.safetensors"}));
  std::vector<std::string> problems;
  EXPECT_EQ(read_manifest(user_models(), problems).size(), 3u);
  EXPECT_TRUE(problems.empty());
}

TEST_F(OwnModels, CanBeRemovedWhenBroken) {
  make_style("fern", R"(["fern"])", base_.sha256);
  put(file("fern"), "torn");
  EXPECT_THROW(rename_model("fern", "moss"), Error);
  remove_model("fern");
  make_style("moss", R"(["moss"])", base_.sha256);
  fs::remove(file("moss"));
  remove_model("moss");
  EXPECT_EQ(files(), (Names{"base.json", "base.safetensors"}));
}

TEST_F(OwnModels, AloneAreRenamedAndRemoved) {
  const fs::path outside = put(home_ / "outside.safetensors", "x");
  for (const char* name : {"../../outside", "/etc/passwd", "..", ".", "", "a b", "none", "base/",
                           "A", "../models/base", "manifest"}) {
    expect_refused(Error::Kind::NoModel, "There is no model", [&] { remove_model(name); });
    expect_refused(Error::Kind::NoModel, "There is no model", [&] { rename_model(name, "new"); });
  }
  EXPECT_TRUE(fs::exists(outside));
  EXPECT_EQ(files(), (Names{"base.json", "base.safetensors"}));
}

TEST_F(OwnModels, TakeNoNameThatIsHostileOrTaken) {
  make_style("fern", R"(["fern"])", base_.sha256);
  for (const char* name : {"../fern", "/tmp/fern", "", "A", "a b", ".fern", "manifest",
                           "x.safetensors", "\xff", "caf\xc3\xa9"})
    expect_refused(Error::Kind::BadSetting, "cannot be called",
                   [&] { rename_model("fern", name); });
  for (const char* name : {"fern", "base"})
    expect_refused(Error::Kind::BadSetting, "already", [&] { rename_model("fern", name); });
  EXPECT_EQ(offered(), (Names{"one", "two", "fern"}));
}

TEST_F(OwnModels, OfAManifestWithTricksRemoveNothingElse) {
  const fs::path outside = put(home_ / "outside.safetensors", "x");
  make_style("fern", R"(["fern"])", base_.sha256);
  std::string text = get(user_models() / "manifest.json");
  const std::string from = "\"fern.safetensors\"";
  put(user_models() / "manifest.json",
      text.replace(text.find(from), from.size(), "\"../../outside.safetensors\""));
  remove_model("fern");
  EXPECT_TRUE(fs::exists(outside));
  EXPECT_EQ(files(), (Names{"base.json", "base.safetensors"}));
}

TEST_F(OwnModels, AreVerifiedByTheirRows) {
  const auto tensors = [](std::int64_t rows) {
    static const std::vector<std::byte> zeros(1024);
    const Tensor tensor = {.shape = {rows, 3}, .bytes = {zeros.data(), std::size_t(rows) * 12}};
    return std::map<std::string, Tensor, std::less<>>{{"down1.scale", tensor},
                                                      {"down1.shift", tensor}};
  };
  const struct {
    const char *styles, *strokes, *why;
  } cases[] = {
      {R"(["a","b"])", "[384,768]", nullptr},
      {R"(["a","b","c","d"])", "", nullptr},
      {R"(["a"])", "[384,768]", "but 2 x 3 fits"},
      {"", "[384,768]", "names no styles"},
      {R"(["a","b"])", "[768,384]", "ascending sizes"},
      {R"(["a","b"])", "[]", "ascending sizes"},
      {R"(["a","b"])", "[0,384]", "ascending sizes"},
      {R"(["a","b"])", "384,768", "ascending sizes"},
      {R"({"a":1})", "", "list of names"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.styles) + c.strokes);
    Metadata metadata = {{"architecture", "style"}, {"styles", c.styles}};
    if (*c.strokes) metadata["strokes"] = c.strokes;
    write_tensors(file("fern"), tensors(4), metadata);
    const auto verify = [] { verify_model(find_model("fern", "style")); };
    if (c.why)
      expect_refused(Error::Kind::NoModel, c.why, verify);
    else
      EXPECT_NO_THROW(verify());
  }
}

}  // namespace
}  // namespace pastiche
