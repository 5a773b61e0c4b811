#include "store/state_dict.hpp"

#include "pth_builder.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

using pth::TestTensors;

const TestTensors two = {{"a.weight", {.shape = {2, 3}}}, {"b", {.shape = {}}}};

/// Both formats of the same state dict, by file name.
std::vector<std::filesystem::path> write_both(const TempFolder& folder,
                                              const TestTensors& tensors) {
  put(folder / "legacy.pth",
      pth::legacy_file(pth::state_dict(tensors, true), pth::storages(tensors)));
  pth::write_zip(folder / "zip.pth",
                 pth::zip_entries(pth::state_dict(tensors), pth::storages(tensors)));
  return {folder / "legacy.pth", folder / "zip.pth"};
}

TEST(StateDict, ReadsBothFormatsOfPyTorch) {
  const TempFolder folder;
  for (const auto& file : write_both(folder, two)) {
    SCOPED_TRACE(file);
    const StateDict state = read_state_dict(file);
    ASSERT_EQ(state.size(), 2u);
    EXPECT_EQ(state.at("a.weight").shape, (Shape{2, 3}));
    EXPECT_EQ(state.at("a.weight").load(),
              (std::vector<float>{0, 0.001f, 0.002f, 0.003f, 0.004f, 0.005f}));
    EXPECT_EQ(state.at("b").load(), std::vector<float>{0.006f});
  }
}

TEST(StateDict, FollowsStridesAndOffsets) {
  const TempFolder folder;
  const TestTensors tensors = {{"t", {.shape = {3, 2}, .strides = {1, 3}, .offset = 1, .held = 8}}};
  for (const auto& file : write_both(folder, tensors))
    EXPECT_EQ(read_state_dict(file).at("t").load(),
              (std::vector<float>{0.001f, 0.004f, 0.002f, 0.005f, 0.003f, 0.006f}));
}

TEST(StateDict, TakesTensorsWithoutElements) {
  const TempFolder folder;
  for (const auto& file : write_both(folder, {{"none", {.shape = {0, 4}}}}))
    EXPECT_TRUE(read_state_dict(file).at("none").load().empty());
}

TEST(StateDict, IsFoundInsideACheckpoint) {
  const TempFolder folder;
  const auto nested = [&](const std::string& key) {
    return "}(" + pth::text("epoch") + pth::whole(3) + pth::text(key) + pth::state_dict(two) + "u";
  };
  for (const char* key : {"model", "state_dict", "generator"}) {
    pth::write_zip(folder / "x.pth", pth::zip_entries(nested(key), pth::storages(two)));
    EXPECT_EQ(read_state_dict(folder / "x.pth").size(), 2u) << key;
  }
}

TEST(StateDict, TakesParametersAndAttributesOfTheDict) {
  const TempFolder folder;
  const TestTensors one = {{"w", {.shape = {1}}}};
  const std::string parameter = pth::name("torch._utils", "_rebuild_parameter") +
                                pth::tuple({pth::tensor({.shape = {1}}, "0"), "\x88", "N"}) + "R";
  const std::string dict = pth::name("collections", "OrderedDict") + ")R(" + pth::text("w") +
                           parameter + "u}" + pth::text("_metadata") + "}sb";
  pth::write_zip(folder / "x.pth", pth::zip_entries(dict, pth::storages(one)));
  EXPECT_EQ(read_state_dict(folder / "x.pth").at("w").load(), std::vector<float>{0});
}

TEST(StateDict, TakesSafetensorsToo) {
  const TempFolder folder;
  const std::string number = raw(2.5f);
  write_tensors(folder / "x",
                {{"a", {DType::F32, {1}, std::as_bytes(std::span(number.data(), 4))}}}, {});
  EXPECT_EQ(read_state_dict(folder / "x").at("a").load(), std::vector<float>{2.5f});
}

/// The classic attack: unpickling this with Python runs a command.
std::string command_pickle(const std::string& module, const std::string& function,
                           const std::filesystem::path& proof) {
  return pth::name(module, function) + pth::tuple({pth::text("touch " + proof.string())}) + "R";
}

TEST(Pickle, RunsNothingAndNamesWhatItWasAskedFor) {
  const TempFolder folder;
  const std::pair<const char*, const char*> attacks[] = {
      {"os", "system"},
      {"posix", "system"},
      {"builtins", "eval"},
      {"__builtin__", "exec"},
      {"subprocess", "Popen"},
      {"torch.hub", "load"},
      {"torch", "load"},
      {"torch.storage", "_load_from_bytes"},
      {"numpy.core.multiarray", "_reconstruct"},
      {"torch._utils", "_rebuild_wrapper_subclass"},
      {"torch.nn.modules.conv", "Conv2d"},
      {"torch", "EvilStorage"},
  };
  for (const auto& [module, function] : attacks) {
    SCOPED_TRACE(std::string(module) + "." + function);
    const std::string value = command_pickle(module, function, folder / "proof");
    pth::write_zip(folder / "x.pth", pth::zip_entries(value, {}));
    put(folder / "y.pth", pth::legacy_file(value, {}));
    for (const char* file : {"x.pth", "y.pth"})
      expect_refused(Error::Kind::NoModel,
                     "asks for \"" + std::string(module) + "." + function + "\"",
                     [&] { read_state_dict(folder / file); });
    EXPECT_FALSE(std::filesystem::exists(folder / "proof"));
  }
}

TEST(Pickle, RefusesNamesMadeOfStrings) {
  const TempFolder folder;
  const std::string value = "\x8c\x02os\x8c\x06system\x93" + pth::tuple({pth::text("true")}) + "R";
  pth::write_zip(folder / "x.pth", pth::zip_entries(value, {}));
  expect_refused(Error::Kind::NoModel, "asks for \"os.system\"",
                 [&] { read_state_dict(folder / "x.pth"); });
}

TEST(Pickle, RefusesWhatNoStateDictNeeds) {
  const std::string storage = pth::tuple({pth::text("storage"), pth::name("torch", "FloatStorage"),
                                          pth::text("0"), pth::text("cpu"), pth::whole(4)}) +
                              "Q";
  const std::string rebuild = pth::name("torch._utils", "_rebuild_tensor_v2");
  const auto tensor = [&](const std::string& rest) {
    return "}" + pth::text("w") + rebuild + "(" + storage + rest + "tRs";
  };
  const struct {
    std::string value;
    const char* why;
  } cases[] = {
      {"i"
       "os\nsystem\n",
       "opcode \"i\""},
      {"Pid\n", "opcode \"P\""},
      {"I5\n", "opcode \"I\""},
      {"\x82\x01", "opcode \"\\x82\""},
      {")\x81", "opcode \"\\x81\""},
      {"\xff", "opcode \"\\xff\""},
      {"", "takes more from the pickle's stack"},
      {"0", "takes more"},
      {"R", "takes more"},
      {"t", "closes what it did not open"},
      {"u", "closes what it did not open"},
      {"(u", "takes more"},
      {"}(Nu", "key without its value"},
      {"N(NNu", "mixes up its types"},
      {"NNa", "mixes up its types"},
      {"(\x85", "early"},
      {"h\x07", "never stored"},
      {"j\xff\xff\xff\xff", "never stored"},
      {"X\xff\xff\xff\xff", "middle of a pickle"},
      {"\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "middle of a pickle"},
      {"]Nb", "mixes up its types"},
      {"N)R", "mixes up its types"},
      {"NQ", "persistent id"},
      {pth::tuple({pth::text("module"), "N", "N", "N", "N"}) + "Q", "persistent id"},
      {rebuild + ")R", "without a storage"},
      {rebuild + pth::tuple({"N", "N", "N", "N"}) + "R", "without a storage"},
      {pth::name("torch", "FloatStorage") + ")R", "makes no tensor"},
      {pth::name("collections", "OrderedDict") + "(NtR", "OrderedDict"},
      {"N", "has no state dict"},
      {"}", "has no state dict"},
      {"]", "has no state dict"},
      {tensor(pth::whole(-1) + ")" + ")"), "without a storage and an offset"},
      {tensor(pth::whole(0) + "(" + pth::whole(-1) + "t" + "(" + pth::whole(1) + "t"), "shape"},
      {tensor(pth::whole(0) + "(" + pth::whole(4) + "t" + ")"), "1 sizes, but 0 strides"},
      {tensor(pth::whole(0) + "(" + pth::whole(5) + "t(" + pth::whole(1) + "t"), "reaches beyond"},
      {tensor(pth::whole(1) + "(" + pth::whole(4) + "t(" + pth::whole(1) + "t"), "reaches beyond"},
      {tensor(pth::whole(0) + "(" + pth::whole(2) + "t(" + pth::whole(4) + "t"), "reaches beyond"},
      {tensor(pth::whole(0) + "(" + pth::whole(4) + "t(" + pth::whole(2147483647) + "t"),
       "reaches beyond"},
      {tensor(pth::whole(0) +
              "(\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x8a\x08\xff\xff\xff\xff\xff"
              "\xff\xff\x7ft(\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x8a\x08\xff\xff\xff\xff\xff"
              "\xff\xff\x7ft"),
       "reaches beyond"},
      {tensor(pth::whole(0) + "(" + pth::whole(1000000) + "t(" + pth::whole(0) + "t"),
       "reaches beyond"},
  };
  const TempFolder folder;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    pth::write_zip(folder / "x.pth", pth::zip_entries(c.value, {{"0", std::string(16, '\0')}}));
    expect_refused(Error::Kind::NoModel, c.why, [&] { read_state_dict(folder / "x.pth"); });
  }
}

TEST(Pickle, RefusesOtherProtocols) {
  const TempFolder folder;
  for (const std::string start : {"\x80\x01N.", "\x80\x06N.", "N.", ""}) {
    pth::write_zip(folder / "x.pth", {{"a/data.pkl", start}});
    EXPECT_THROW(read_state_dict(folder / "x.pth"), Error);
  }
}

TEST(Pickle, MayReferToItself) {
  const TempFolder folder;
  pth::write_zip(folder / "x.pth", pth::zip_entries("]q\x01h\x01"
                                                    "a",
                                                    {}));
  expect_refused(Error::Kind::NoModel, "no state dict", [&] { read_state_dict(folder / "x.pth"); });
}

TEST(Pickle, BoundsTheNumberOfItsValues) {
  const TempFolder folder;
  pth::write_zip(folder / "x.pth", pth::zip_entries(std::string(2'000'000, 'N'), {}));
  expect_refused(Error::Kind::NoModel, "more pickled values",
                 [&] { read_state_dict(folder / "x.pth"); });
}

TEST(ZipPth, RefusesOtherArchives) {
  const TempFolder folder;
  const auto entries = pth::zip_entries(pth::state_dict(two), pth::storages(two));
  auto renamed = entries, twice = entries, big_endian = entries, short_storage = entries,
       long_storage = entries, lacking = entries;
  renamed.erase("a/data.pkl");
  twice["b/data.pkl"] = entries.at("a/data.pkl");
  big_endian["a/byteorder"] = "big";
  short_storage["a/data/0"].pop_back();
  long_storage["a/data/0"] += "x";
  lacking.erase("a/data/0");
  const struct {
    std::map<std::string, std::string> entries;
    const char* why;
  } cases[] = {
      {renamed, "without a data.pkl"},    {twice, "several state dicts"},
      {big_endian, "big-endian"},         {short_storage, "storage of 23 bytes instead of 24"},
      {long_storage, "more than the 24"}, {lacking, "lacks its entry \"a/data/0\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    pth::write_zip(folder / "x.pth", c.entries);
    expect_refused(Error::Kind::NoModel, c.why, [&] {
      for (const auto& [name, tensor] : read_state_dict(folder / "x.pth")) tensor.load();
    });
  }
}

TEST(ZipPth, RefusesCompressedEntries) {
  const TempFolder folder;
  auto entries = pth::zip_entries(pth::state_dict(two), pth::storages(two));
  entries["a/data.pkl"] += std::string(10'000'000, '\0');  // what a zip bomb is made of
  pth::write_zip(folder / "x.pth", entries, /*compressed=*/true);
  expect_refused(Error::Kind::NoModel, "compressed or encrypted entry \"a/",
                 [&] { read_state_dict(folder / "x.pth"); });
}

TEST(ZipPth, RefusesADamagedStorage) {
  const TempFolder folder;
  const std::string marker = raw(0.004f) + raw(0.005f);
  std::string bytes = get(write_both(folder, two)[1]);
  bytes[bytes.find(marker)] ^= 1;
  const StateDict state = read_state_dict(put(folder / "x.pth", bytes));
  expect_refused(Error::Kind::NoModel, "damaged entry", [&] { state.at("a.weight").load(); });
}

TEST(StateDict, IsRefusedWhenCutAnywhere) {
  const TempFolder folder;
  for (const auto& file : write_both(folder, two)) {
    const std::string whole = get(file);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      SCOPED_TRACE(file.string() + " at " + std::to_string(size));
      put(folder / "cut", whole.substr(0, size));
      EXPECT_THROW(
          {
            for (const auto& [name, tensor] : read_state_dict(folder / "cut")) tensor.load();
          },
          Error);
    }
  }
}

TEST(LegacyPth, RefusesOtherPickles) {
  const std::string value = pth::state_dict(two, true);
  const auto data = pth::storages(two);
  const std::string good = pth::legacy_file(value, data);
  std::string version = good, big_endian = good;
  version[version.find(raw(std::int32_t(1001)))] ^= 1;
  big_endian[big_endian.find("\x88u")] = '\x89';
  auto lacking = data;
  lacking.erase("0");
  auto unknown = data;
  unknown["7"] = "";
  const struct {
    std::string bytes;
    const char* why;
  } cases[] = {
      {pth::pickle(value), "none that PyTorch's torch.save wrote"},
      {version, "format 1000, not 1001"},
      {big_endian, "big-endian"},
      {pth::legacy_file(value, lacking), "no storage of 24 bytes"},
      {pth::legacy_file(value, unknown), "no tensor uses"},
      {good.substr(0, good.size() - 1), "before its last storage"},
  };
  const TempFolder folder;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    put(folder / "x.pth", c.bytes);
    expect_refused(Error::Kind::NoModel, c.why, [&] {
      for (const auto& [name, tensor] : read_state_dict(folder / "x.pth")) tensor.load();
    });
  }
}

}  // namespace
}  // namespace pastiche
