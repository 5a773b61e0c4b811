#include "pastiche/models.hpp"

#include <algorithm>
#include <cstdlib>

#include "store/manifest.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// The whole of the user's models for one test, away from the real ones.
class Models : public testing::Test {
 protected:
  Models() { setenv("XDG_DATA_HOME", home_.path().c_str(), 1); }

  fs::path folder() const { return folder_.path(); }

  /// A file whose metadata says `architecture`, and no row about it.
  fs::path make_file(const std::string& name, const std::string& architecture = "encoder",
                     const Metadata& more = {}) {
    Metadata metadata = more;
    metadata["architecture"] = architecture;
    write_tensors(folder_ / name, {}, metadata);
    return folder_ / name;
  }

  Model make_model(const std::string& name) {
    return register_model(make_file(name + ".safetensors"),
                          R"({"licence":"CC0-1.0","trained-on":"test"})");
  }

  /// Replaces `from` by `to` in the folder's manifest.
  void edit_manifest(const std::string& from, const std::string& to) {
    std::string text = get(folder_ / "manifest.json");
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    put(folder_ / "manifest.json", text.replace(at, from.size(), to));
  }

  std::vector<std::string> names() {
    problems_.clear();
    std::vector<std::string> names;
    for (const Model& model : list_models(folder().string(), &problems_))
      if (model.file.parent_path() == folder()) names.push_back(model.name);
    return names;
  }

  /// The sentences about this test's folder that were told beside the last list.
  std::string problems() const {
    std::string all;
    for (const std::string& problem : problems_) all += problem + "\n";
    return all;
  }

  TempFolder home_, folder_;
  std::vector<std::string> problems_;
};

TEST_F(Models, AreFoundAsTheyWereRegistered) {
  const fs::path file = make_file("styles-1.safetensors", "transformer",
                                  {{"styles", R"(["starry-night","great-wave"])"}});
  register_model(file, R"({"licence":"CC0-1.0","trained-on":"photos"})");
  const Model model = find_model("styles-1", "transformer", folder());
  EXPECT_EQ(model.name, "styles-1");
  EXPECT_EQ(model.file, file);
  EXPECT_EQ(model.licence, "CC0-1.0");
  EXPECT_EQ(model.trained_on, "photos");
  EXPECT_EQ(model.styles, (std::vector<std::string>{"starry-night", "great-wave"}));
  EXPECT_EQ(model.sha256.size(), 64u);
  EXPECT_TRUE(model.in_manifest);
  EXPECT_EQ(find_model(file.string(), "").sha256, model.sha256);
  EXPECT_NE(read_card(model).find("photos"), std::string::npos);
}

TEST_F(Models, WithoutARowAreFoundButNotVouchedFor) {
  make_file("mine.safetensors");
  EXPECT_FALSE(find_model("mine", "encoder", folder()).in_manifest);
  EXPECT_EQ(find_model("mine", "", folder()).licence, "unknown");
  EXPECT_EQ(read_card(find_model("mine", "", folder())), "{}");
  EXPECT_EQ(names(), std::vector<std::string>{"mine"});
}

TEST_F(Models, KeepOneRowEachHoweverOftenTheyAreRegistered) {
  make_model("a");
  make_model("b");
  make_model("a");
  std::vector<std::string> trouble;
  EXPECT_EQ(read_manifest(folder(), trouble).size(), 2u);
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(Models, OfTheUserAreFoundWithoutASetting) {
  make_model("a");
  fs::create_directories(user_models());
  fs::copy(folder(), user_models());
  EXPECT_EQ(user_models(), home_.path() / "pastiche/models");
  EXPECT_EQ(find_model("a", "encoder").file, user_models() / "a.safetensors");
  EXPECT_EQ(find_model("a", "encoder", folder()).file, folder() / "a.safetensors") << "first wins";
}

TEST_F(Models, AreRefusedWithASentence) {
  make_model("a");
  put(folder_ / "hollow.safetensors", "");
  expect_refused(Error::Kind::NoModel, "There is no encoder model \"b\" in \"" + folder().string(),
                 [&] { find_model("b", "encoder", folder()); });
  expect_refused(Error::Kind::NoModel, "there are: a",
                 [&] { find_model("b", "encoder", folder()); });
  expect_refused(Error::Kind::NoModel, "a model of the architecture \"transformer\" is needed",
                 [&] { find_model("a", "transformer", folder()); });
  expect_refused(Error::Kind::NoModel, "cannot be read: No such file",
                 [&] { find_model("none.safetensors", ""); });
  expect_refused(Error::Kind::NoModel, "cannot be read", [&] { find_model("/", ""); });
  expect_refused(Error::Kind::NoModel, "is broken", [&] { find_model("hollow", "", folder()); });
  for (const char* name : {"", "..", "a b", "A"})
    expect_refused(Error::Kind::NoModel, "There is no model",
                   [&] { find_model(name, "", folder()); });
}

TEST_F(Models, ThatChangedSinceTheyWereVouchedForAreRefused) {
  make_model("a");
  make_file("a.safetensors", "encoder", {{"changed", "yes"}});
  expect_refused(Error::Kind::NoModel, "is not the file its manifest vouches for",
                 [&] { find_model("a", "encoder", folder()); });
  expect_refused(Error::Kind::NoModel, "is not the file its manifest vouches for",
                 [&] { find_model((folder_ / "a.safetensors").string(), ""); });
  EXPECT_TRUE(names().empty());
  EXPECT_NE(problems().find("vouches for"), std::string::npos) << problems();
}

TEST_F(Models, WithoutAnArchitectureAreTold) {
  write_tensors(folder_ / "foreign.safetensors", {}, {{"format", "pt"}});
  EXPECT_TRUE(names().empty());
  EXPECT_NE(problems().find("pastiche models import"), std::string::npos) << problems();
}

TEST_F(Models, WithBrokenCardsAreTold) {
  for (const std::string& card : {std::string("[]"), std::string("{"),
                                  std::string("{\"a\":1,\"a\":2}"), std::string(2 << 20, ' ')}) {
    make_file("a.safetensors");
    put(folder_ / "a.json", card);
    expect_refused(Error::Kind::NoModel, card.size() > 100 ? "at most" : "broken card",
                   [&] { find_model("a", "", folder()); });
  }
}

TEST_F(Models, AreListedDespiteBrokenNeighbours) {
  make_model("good");
  put(folder_ / "torn.safetensors", "12345678901234567890");
  put(folder_ / "Bad Name.safetensors", get(folder_ / "good.safetensors"));
  fs::create_directory(folder_ / "folder.safetensors");
  fs::create_symlink("/etc/passwd", folder_ / "link.safetensors");
  fs::create_symlink("gone", folder_ / "dangling.safetensors");
  EXPECT_EQ(names(), std::vector<std::string>{"good"});
  for (const char* culprit : {"torn", "Bad Name", "folder", "link", "dangling"})
    EXPECT_NE(problems().find(culprit), std::string::npos) << culprit << " in " << problems();
}

TEST_F(Models, OfAManifestWithTricksAreRefused) {
  const struct {
    const char *from, *to, *why;
  } cases[] = {
      {"\"a.safetensors\"", "\"../a.safetensors\"", "must be a plain file name"},
      {"\"a.safetensors\"", "\"/etc/passwd\"", "must be a plain file name"},
      {"\"a.safetensors\"", "\"sub/a.safetensors\"", "must be a plain file name"},
      {"\"a.safetensors\"", "\"..\"", "must be a plain file name"},
      {"\"a.safetensors\"", "\"\"", "must be a plain file name"},
      {"\"a.safetensors\"", "\"a.safetensors\\u0000.txt\"", "must be a plain file name"},
      {"\"a.safetensors\"", "\"none\"", "No such file"},
      {"\"a.safetensors\"", "\"link\"", "outside the folder"},
      {"\"a.safetensors\"", "\"folder\"", "no regular file"},
      {"\"a.safetensors\"", "7", "no text \"file\""},
      {"\"name\": \"a\"", "\"name\": \"../a\"", "its name is \"../a\""},
      {"\"name\": \"a\"", "\"name\": \"\"", "its name is \"\""},
      {"\"name\": \"a\"", "\"name\": null", "no text \"name\""},
      {"\"sha256\": \"", "\"sha256\": \"zz", "64 digits of hex"},
      {"\"sha256\"", "\"sha\"", "no text \"sha256\""},
      {"\"bytes\": ", "\"bytes\": -", "no whole number"},
      {"\"bytes\": ", "\"bytes\": 1", "is not the file its manifest vouches for"},
      {"\"encoder\"", "\"decoder\"", "but its manifest says \"decoder\""},
      {"\"architecture\"", "\"styles\": [1], \"architecture\"", "styles is no text"},
      {"\"architecture\"", "\"styles\": 1, \"architecture\"", "styles are no list"},
      {"{\n", "[\n", "is broken: no JSON"},
      {"\"models\"", "\"modles\"", "no list of \"models\""},
      {"\"name\": \"a\"", "\"name\": \"a\", \"name\": \"a\"", "occurs twice"},
  };
  fs::create_symlink("/etc/passwd", folder_ / "link");
  fs::create_directory(folder_ / "folder");
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.from) + " -> " + c.to);
    fs::remove(folder_ / "manifest.json");
    make_model("a");
    edit_manifest(c.from, c.to);
    names();
    EXPECT_NE(problems().find(c.why), std::string::npos) << problems();
    for (const Model& model : list_models(folder())) EXPECT_FALSE(model.in_manifest);
  }
}

TEST_F(Models, OfAHugeManifestAreNotRead) {
  make_model("a");
  put(folder_ / "manifest.json", std::string(5 << 20, ' '));
  names();
  EXPECT_NE(problems().find("at most 4194304 are read"), std::string::npos) << problems();
}

TEST_F(Models, DoNotOverwriteABrokenManifest) {
  put(folder_ / "manifest.json", "{");
  expect_refused(Error::Kind::NoModel, "is broken", [&] { make_model("a"); });
  EXPECT_EQ(get(folder_ / "manifest.json"), "{");
}

TEST_F(Models, AreRegisteredUnderPlainNamesOnly) {
  for (const char* name : {"A.safetensors", "a b.safetensors", "a.bin", ".a.safetensors"})
    expect_refused(Error::Kind::BadSetting, "NAME.safetensors",
                   [&] { register_model(make_file(name), "{}"); });
}

TEST(ModelFolders, IgnoreARelativeDataHome) {
  setenv("XDG_DATA_HOME", "relative", 1);
  const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
  setenv("HOME", "/nowhere", 1);
  EXPECT_EQ(user_models(), "/nowhere/.local/share/pastiche/models");
  setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace pastiche
