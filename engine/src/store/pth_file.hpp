#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/pickle.hpp"

namespace pastiche {

/// What torch.save wrote: a pickle and the storages its tensors lie in.
struct PthFile {
  std::shared_ptr<const Pickle> pickle;

  /// The bytes of the storage of that key, exactly as many as asked for. Throws
  /// std::invalid_argument with what is wrong, to follow "the file ".
  std::function<std::vector<std::byte>(const std::string& key, std::size_t size)> storage;
};

/// Both throw std::invalid_argument as above, or Error::NoModel for a file that
/// cannot be read at all.
PthFile open_zip_pth(const std::filesystem::path& path);
PthFile open_legacy_pth(const std::filesystem::path& path);

}  // namespace pastiche
