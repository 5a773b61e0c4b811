#include <random>
#include <span>

#include "pastiche/models.hpp"
#include "pastiche/recipe.hpp"
#include "pth_builder.hpp"
#include "store/generator_plan.hpp"
#include "store/json_text.hpp"
#include "store/manifest.hpp"
#include "store/state_dict.hpp"
#include "support.hpp"

// Good files with a few bytes changed, always the same way for a seed. Each reader either takes
// one or refuses it with an Error of its documented kind; any other exception, and whatever the
// sanitizers see, fails the test.

namespace pastiche {
namespace {

constexpr int rounds = 1500;

const pth::TestTensors tensors = {{"features.0.weight", {.shape = {2, 3}, .strides = {1, 2}}},
                                  {"features.0.bias", {.shape = {2}, .offset = 1, .held = 4}},
                                  {"scalar", {.shape = {}}}};

std::string good_safetensors(const TempFolder& folder) {
  const std::string bytes(24, 'x');
  const auto part = [&](int size) {
    return std::as_bytes(std::span(bytes.data(), std::size_t(size)));
  };
  write_tensors(folder / "good",
                {{"a.weight", {DType::F32, {2, 3}, part(24)}}, {"b", {DType::F16, {}, part(2)}}},
                {{"architecture", "encoder"}, {"styles", "[\"a\"]"}});
  return get(folder / "good");
}

std::string good_zip(const TempFolder& folder) {
  pth::write_zip(folder / "good",
                 pth::zip_entries(pth::state_dict(tensors), pth::storages(tensors)));
  return get(folder / "good");
}

std::string good_legacy(const TempFolder&) {
  return pth::legacy_file(pth::state_dict(tensors, true), pth::storages(tensors));
}

std::string good_deep_compression(const TempFolder&) {
  return get(std::filesystem::path(PASTICHE_SOURCE) / "tests/reference/squeezenet.net");
}

/// A generator of 2x2 px.
std::string good_model(const TempFolder& folder) {
  const std::vector<float> values(16, 0.5f);
  const auto part = [&](std::size_t count) {
    return std::as_bytes(std::span(values.data(), count));
  };
  Metadata metadata = metadata_of({.network = "mlp",
                                   .latent = 3,
                                   .classes = {"a"},
                                   .height = 2,
                                   .width = 2,
                                   .channels = 1,
                                   .features = 4});
  metadata["architecture"] = "generator";
  write_tensors(folder / "good",
                {{"generator.fc1.weight", {DType::F32, {4, 4}, part(16)}},
                 {"generator.fc1.bias", {DType::F32, {4}, part(4)}},
                 {"generator.fc2.weight", {DType::F32, {4, 4}, part(16)}},
                 {"generator.fc2.bias", {DType::F32, {4}, part(4)}}},
                metadata);
  return get(folder / "good");
}

std::string good_manifest(const TempFolder& folder) {
  put_into_manifest(folder.path(), {.name = "a",
                                    .file = "a.safetensors",
                                    .sha256 = std::string(64, '0'),
                                    .architecture = "transformer",
                                    .licence = "CC0-1.0",
                                    .trained_on = "photos",
                                    .bytes = 12,
                                    .styles = {"x", "y"}});
  return get(folder / "manifest.json");
}

std::string good_recipe(const TempFolder&) {
  const Filter& filter = find_filter("fast-style");
  return to_json(make_recipe(filter, Settings(filter.params), {Image(1, 1), {{"model", "m"}}},
                             {{"content", "photo.jpg", std::string(64, 'a')}}));
}

void read_tensors(const TempFolder& folder, const std::string& bytes) {
  for (const auto& [name, tensor] : read_state_dict(put(folder / "bad", bytes))) tensor.load();
}

void read_model(const TempFolder& folder, const std::string& bytes) {
  verify_model(find_model(put(folder / "bad.safetensors", bytes).string(), ""));
}

void read_rows(const TempFolder& folder, const std::string& bytes) {
  put(folder / "manifest.json", bytes);
  std::vector<std::string> problems;
  for (const ManifestRow& row : read_manifest(folder.path(), problems))
    file_in_folder(folder.path(), row.file);
}

void read_recipe(const TempFolder&, const std::string& bytes) {
  settings_from(recipe_from_json(bytes));
}

struct Reader {
  const char* name;
  std::string (*good)(const TempFolder&);
  void (*read)(const TempFolder&, const std::string&);
};

const Reader readers[] = {
    {"Safetensors", good_safetensors, read_tensors},
    {"Zip", good_zip, read_tensors},
    {"Legacy", good_legacy, read_tensors},
    {"DeepCompression", good_deep_compression, read_tensors},
    {"Model", good_model, read_model},
    {"Manifest", good_manifest, read_rows},
    {"Recipe", good_recipe, read_recipe},
};

/// One to four changes of the kinds that break readers: a bit, an extreme byte or number, a piece
/// cut out, doubled or moved, the end cut off.
std::string mutated(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t count) { return std::size_t(random() % (count + !count)); };
  for (std::size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = below(bytes.size());
    const std::size_t length = 1 + below(std::min<std::size_t>(16, bytes.size() - at));
    constexpr char extremes[] = {0, 1, 0x7f, char(0x80), char(0xff), '(', '.', '"', '[', '{'};
    switch (below(7)) {
      case 0:
        bytes[at] = char(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        bytes[at] = extremes[below(std::size(extremes))];
        break;
      case 2:
        bytes.replace(at, length, std::string(length, below(2) ? '\xff' : '\0'));
        break;
      case 3:
        bytes.erase(at, length);
        break;
      case 4:
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 5:
        bytes.insert(below(bytes.size()), bytes.substr(at, length));
        break;
      default:
        if (below(8) == 0) bytes.resize(at);
    }
  }
  return bytes;
}

class Mutations : public testing::TestWithParam<Reader> {};

TEST_P(Mutations, AreTakenOrRefusedButNeverTrusted) {
  const Reader& reader = GetParam();
  const TempFolder folder;
  const std::string good = reader.good(folder);
  std::mt19937 random(1);
  int refused = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string bytes = mutated(good, random);
    try {
      reader.read(folder, bytes);
    } catch (const Error& error) {
      ++refused;
      ASSERT_NE(int(error.kind), int(Error::Kind::Internal)) << error.what();
    } catch (const std::exception& error) {
      put(std::filesystem::temp_directory_path() / "pastiche-mutation", bytes);
      FAIL() << "round " << round << " let through " << error.what();
    }
  }
  EXPECT_GT(refused, rounds / 20) << "the changes hardly break anything";
}

INSTANTIATE_TEST_SUITE_P(All, Mutations, testing::ValuesIn(readers),
                         [](const auto& info) { return info.param.name; });

TEST(Good, FilesAreTaken) {
  for (const Reader& reader : readers) {
    const TempFolder folder;
    const std::string good = reader.good(folder);
    put(folder / "a.safetensors", "");
    EXPECT_NO_THROW(reader.read(folder, good)) << reader.name;
  }
}

}  // namespace
}  // namespace pastiche
