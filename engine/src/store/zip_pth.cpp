#include <zip.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "pastiche/error.hpp"
#include "store/mapped_file.hpp"
#include "store/pth_file.hpp"
#include "text.hpp"

// Layout (PyTorch 1.6 and later): a zip archive, nothing compressed, with one
// top folder of any name: data.pkl, byteorder, and data/KEY for each storage.

namespace pastiche {
namespace {

constexpr std::size_t longest_pickle = 64 << 20;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

/// The archive, read in place from the mapped file. libzip is not made for
/// several threads on one archive, so each call locks.
class Archive {
 public:
  explicit Archive(const std::filesystem::path& path) : file_(path) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source =
        zip_source_buffer_create(file_.bytes().data(), file_.bytes().size(), 0, &error);
    zip_ = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (!zip_ && source) zip_source_free(source);
    if (!zip_) refuse("is a broken zip archive (" + reason + ")");
  }

  ~Archive() { zip_discard(zip_); }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// "archive/" when the one "archive/data.pkl" is there.
  std::string top_folder() const {
    constexpr std::string_view ending = "/data.pkl";
    std::string folder;
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip_, 0); ++i) {
      const char* raw = zip_get_name(zip_, zip_uint64_t(i), ZIP_FL_ENC_RAW);
      const std::string_view name = raw ? raw : "";
      const bool is_pickle =
          name.ends_with(ending) && name.find('/') == name.size() - ending.size();
      if (is_pickle && !folder.empty()) refuse("is a zip archive with several state dicts");
      if (is_pickle) folder = name.substr(0, name.size() - ending.size() + 1);
    }
    if (folder.empty()) refuse("is a zip archive without a data.pkl, so no state dict of PyTorch");
    return folder;
  }

  bool has(const std::string& name) const { return zip_name_locate(zip_, name.c_str(), 0) >= 0; }

  /// A stored entry's bytes; its checksum is checked.
  std::vector<std::byte> read(const std::string& name, std::size_t most) const {
    const std::lock_guard lock(mutex_);
    zip_stat_t stat;
    if (zip_stat(zip_, name.c_str(), 0, &stat) != 0) refuse("lacks its entry " + in_quotes(name));
    // Stored entries only: what is not compressed cannot unpack to more than the file.
    if (stat.comp_method != ZIP_CM_STORE || stat.encryption_method != ZIP_EM_NONE)
      refuse("has the compressed or encrypted entry " + in_quotes(name) +
             ", which torch.save does not write");
    most = std::min(most, file_.bytes().size());
    if (stat.size != stat.comp_size || stat.size > most)
      refuse("has the entry " + in_quotes(name) + " of " + std::to_string(stat.size) +
             " bytes, more than the " + std::to_string(most) + " it can have");
    std::vector<std::byte> bytes(stat.size);
    zip_file_t* entry = zip_fopen_index(zip_, stat.index, 0);
    const bool whole = entry &&
                       zip_fread(entry, bytes.data(), bytes.size()) == zip_int64_t(stat.size) &&
                       at_end(entry);
    if (entry) zip_fclose(entry);
    if (!whole) refuse("has the damaged entry " + in_quotes(name));
    return bytes;
  }

 private:
  /// Reading past the end is what makes libzip compare the checksum.
  static bool at_end(zip_file_t* entry) {
    char beyond;
    return zip_fread(entry, &beyond, 1) == 0;
  }

  MappedFile file_;
  zip_t* zip_ = nullptr;
  mutable std::mutex mutex_;
};

std::shared_ptr<const Pickle> read_pickle(const Archive& archive, const std::string& folder) {
  const auto bytes = archive.read(folder + "data.pkl", longest_pickle);
  std::span<const std::byte> left = bytes;
  return std::make_shared<const Pickle>(left);
}

void check_byte_order(const Archive& archive, const std::string& folder) {
  if (!archive.has(folder + "byteorder")) return;
  const auto order = archive.read(folder + "byteorder", 16);
  if (std::string(reinterpret_cast<const char*>(order.data()), order.size()) != "little")
    refuse("was written by a big-endian machine, whose tensors are not read");
}

}  // namespace

PthFile open_zip_pth(const std::filesystem::path& path) {
  const auto archive = std::make_shared<Archive>(path);
  const std::string folder = archive->top_folder();
  check_byte_order(*archive, folder);
  const auto load = [archive, folder](const std::string& key, std::size_t size) {
    auto bytes = archive->read(folder + "data/" + key, size);
    if (bytes.size() != size)
      refuse("has a storage of " + std::to_string(bytes.size()) + " bytes instead of " +
             std::to_string(size));
    return bytes;
  };
  return {read_pickle(*archive, folder), load};
}

}  // namespace pastiche
