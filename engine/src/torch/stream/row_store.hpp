#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace pastiche::stream {

/// Where a layer's rows are: row r in slot slots[r / rows], of RowStore::rows.
using Slots = std::vector<int>;

/// The activations between layers, in slots of equally many rows of one length: in memory, or in
/// a temporary file without a name, which goes with the object. The file is read and written,
/// not mapped, so it takes none of the program's own memory. Different rows may be read and
/// written by several threads at once.
class RowStore {
 public:
  /// `folder` is where the file is made; empty for memory. Throws OutOfMemory when there is
  /// too little of either.
  RowStore(std::size_t row_bytes, int rows, int slots, const std::filesystem::path& folder);
  ~RowStore();
  RowStore(const RowStore&) = delete;
  RowStore& operator=(const RowStore&) = delete;

  /// Slots nobody has. REQUIRES that so many are left.
  Slots take(int count);
  void give_back(Slots& slots);

  /// A row to read: in memory its place, else `buffer`, filled.
  const std::byte* read(const Slots& slots, int row, std::byte* buffer) const;

  /// A row to fill: in memory its place, else `buffer`, which write() then stores.
  std::byte* place(const Slots& slots, int row, std::byte* buffer);
  void write(const Slots& slots, int row, const std::byte* filled);

 private:
  std::size_t offset(const Slots& slots, int row) const;

  std::size_t row_bytes_, bytes_;
  int rows_;
  std::vector<int> free_;
  std::byte* memory_ = nullptr;
  int file_ = -1;
};

/// Where temporary files of any size go: $TMPDIR, else /var/tmp, because /tmp is often memory.
std::filesystem::path spill_folder();

}  // namespace pastiche::stream
