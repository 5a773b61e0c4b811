#pragma once

#include <filesystem>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::pth {

// Pickles put together opcode by opcode, as torch.save would write them, and wrong ones.

std::string text(const std::string& value);
std::string whole(int value);
std::string name(const std::string& module, const std::string& name);
std::string tuple(const std::vector<std::string>& items);

/// A pickle of protocol 2 around the opcodes of one value.
std::string pickle(const std::string& value);

struct TestTensor {
  std::vector<int> shape;
  std::string storage = "FloatStorage";
  std::vector<int> strides = {};  ///< row-major when empty
  int offset = 0;
  int held = -1;  ///< elements of the storage; as many as the shape needs when negative

  int count() const;
};

using TestTensors = std::map<std::string, TestTensor>;

/// The opcodes of one tensor whose storage has that key.
std::string tensor(const TestTensor& tensor, const std::string& key, bool legacy = false);

/// A state dict: an OrderedDict filled by SETITEMS, the tensors' storages being "0", "1", ...
std::string state_dict(const TestTensors& tensors, bool legacy = false);

/// The storages' bytes by key: float32 numbers 0, 1, 2, ... times 1/1000, through all tensors.
std::map<std::string, std::string> storages(const TestTensors& tensors);

/// The whole file in the format before PyTorch 1.6, around a state dict's opcodes.
std::string legacy_file(const std::string& value,
                        const std::map<std::string, std::string>& storages);

/// The whole file in the zip format: entries as given, stored unless `compressed`.
void write_zip(const std::filesystem::path& path, const std::map<std::string, std::string>& entries,
               bool compressed = false);

/// The entries of a zip with that value and those storages.
std::map<std::string, std::string> zip_entries(const std::string& value,
                                               const std::map<std::string, std::string>& storages);

}  // namespace pastiche::pth
