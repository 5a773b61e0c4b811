#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace pastiche::stream {

/// Where a layer's rows are kept: row r is row first + r * step of a RowStore.
struct Places {
  int first = 0, step = 0;
  bool any() const { return step > 0; }
  int of(int row) const { return first + row * step; }
};

/// The activations between layers, in rows of one length: in memory, or in temporary files without
/// a name, which go with the object. The files are read and written, not mapped, so they take none
/// of the program's own memory. Different rows may be read and written by several threads at once.
class RowStore {
 public:
  /// `folder` is where the files are made; empty for memory. A file for each thread, as file
  /// systems let one write to a file at a time. Throws OutOfMemory when there is too little room.
  RowStore(std::size_t row_bytes, int rows, int threads, const std::filesystem::path& folder);
  ~RowStore();
  RowStore(const RowStore&) = delete;
  RowStore& operator=(const RowStore&) = delete;

  int rows() const { return rows_; }

  /// A row to read: in memory its place, else `buffer`, filled.
  const std::byte* read(int row, std::byte* buffer) const;

  /// A row to fill: in memory its place, else `buffer`, which write() then stores.
  std::byte* place(int row, std::byte* buffer);
  void write(int row, const std::byte* filled);

 private:
  struct At {
    int file;
    std::size_t byte;
  };
  At at(int row) const;

  std::size_t row_bytes_;
  int rows_;
  std::byte* memory_ = nullptr;
  std::vector<int> files_;
};

/// Where temporary files of any size go: $TMPDIR, else /var/tmp, because /tmp is often memory.
std::filesystem::path spill_folder();

}  // namespace pastiche::stream
