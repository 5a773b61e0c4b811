#include <cmath>
#include <cstring>

#include "pastiche/models.hpp"
#include "store/state_dict.hpp"
#include "store/tensor_types.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

// tests/reference/squeezenet.net: 26 counts, then conv1's codebook, 96 biases, codes and gaps.
constexpr std::size_t counts = 26, codebook = counts * 4, biases = codebook + 256 * 4,
                      codes = biases + 96 * 4;

std::string good() { return get(fs::path(PASTICHE_SOURCE) / "tests/reference/squeezenet.net"); }

std::uint32_t first_count(const std::string& file) {
  std::uint32_t count;
  std::memcpy(&count, file.data(), sizeof(count));
  return count;
}

template <class T>
std::string with(std::size_t at, T value) {
  std::string file = good();
  std::memcpy(file.data() + at, &value, sizeof(value));
  return file;
}

class DeepCompression : public testing::Test {
 protected:
  void expect_import_refused(const std::string& file, const char* why) {
    SCOPED_TRACE(why);
    put(folder_ / "bad.net", file);
    expect_refused(Error::Kind::NoModel, why,
                   [&] { import_model(folder_ / "bad.net", "m", folder_ / "models"); });
    EXPECT_FALSE(fs::exists(folder_ / "models/m.safetensors"));
  }

  TempFolder folder_;
};

TEST_F(DeepCompression, BecomesASqueezeNet) {
  put(folder_ / "SqueezeNet.net", good());
  const Model model = import_model(folder_ / "SqueezeNet.net", "", folder_ / "models");
  EXPECT_EQ(model.name, "squeezenet");
  EXPECT_EQ(model.architecture, "squeezenet");
  EXPECT_NO_THROW(verify_model(model));
  const TensorFile tensors(model.file);
  EXPECT_EQ(tensors.at("fire9_expand3.weight").shape, (Shape{256, 64, 3, 3}));
  EXPECT_EQ(tensors.at("conv_final.bias").shape, (Shape{1000}));
  const auto mean = to_floats(DType::F32, tensors.at("input.bias").bytes);
  EXPECT_EQ(mean, (std::vector<float>{-104, -117, -123}));
}

TEST_F(DeepCompression, RefusesWhatIsCutOffOrTooLong) {
  const std::string file = good();
  expect_import_refused(file.substr(0, file.size() - 1), "bytes instead of");
  expect_import_refused(file.substr(0, counts * 4), "has 104 bytes instead of");
  expect_import_refused(file + "x", "bytes instead of");
  expect_import_refused(file.substr(0, counts * 4 - 1), "bad.net");
}

TEST_F(DeepCompression, RefusesCountsThatNoSqueezeNetHas) {
  expect_import_refused(with<std::uint32_t>(0, 0), "bad.net");
  expect_import_refused(with<std::uint32_t>(0, 96 * 3 * 7 * 7 + 1), "bad.net");
  expect_import_refused(with<std::uint32_t>(4, 0xffffffff), "bad.net");
  expect_import_refused(with<std::uint32_t>(0, first_count(good()) + 1), "bytes instead of");
}

TEST_F(DeepCompression, RefusesEntriesBeyondTheWeights) {
  // As many entries as fit, each 16 places on: 14112 weights are left behind soon.
  constexpr std::uint32_t entries = 14112;
  std::string file = with<std::uint32_t>(0, entries);
  const std::uint32_t before = first_count(good());
  file.replace(codes, before + (before + 1) / 2,
               std::string(entries, '\1') + std::string((entries + 1) / 2, '\xff'));
  expect_import_refused(file, "puts entry 883 of conv1 beyond its 14112 weights");
}

TEST_F(DeepCompression, RefusesNumbersThatAreNotFinite) {
  expect_import_refused(with<float>(codebook + 4 * 17, NAN), "among the conv1 codebook");
  expect_import_refused(with<float>(biases + 4 * 95, INFINITY), "among the conv1 biases");
}

TEST_F(DeepCompression, PutsEntriesWhereTheGapsSay) {
  std::string file = good();
  file[codes] = 3;
  file[codes + 1] = 4;
  file[codes + first_count(file)] = 0x21;  // one place left out, then two
  for (const auto& [entry, value] : {std::pair{0, .5f}, {3, 7.f}, {4, 9.f}})
    std::memcpy(file.data() + codebook + 4 * entry, &value, sizeof(value));
  put(folder_ / "gaps.net", file);
  const auto weights = read_state_dict(folder_ / "gaps.net").at("conv1.weight").load();
  EXPECT_EQ(std::vector<float>(weights.begin(), weights.begin() + 5),
            (std::vector<float>{.5f, 7, .5f, .5f, 9}));
}

}  // namespace
}  // namespace pastiche
