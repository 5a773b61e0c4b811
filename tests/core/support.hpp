#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "pastiche/error.hpp"

namespace pastiche {

/// An empty folder for one test, removed with all that is in it.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "pastiche-test-XXXXXX";
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder for the test");
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path put(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
  return file;
}

inline std::string get(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The bytes of a number as this (little-endian) machine has them.
template <class T>
std::string raw(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

/// Expects an Error of that kind, whose sentence is whole and has `part` in it.
inline void expect_refused(Error::Kind kind, const std::string& part,
                           const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "nothing was refused; expected: " << part;
  } catch (const Error& error) {
    const std::string sentence = error.what();
    EXPECT_EQ(int(error.kind), int(kind)) << sentence;
    EXPECT_NE(sentence.find(part), std::string::npos) << sentence << "\nlacks: " << part;
    EXPECT_TRUE(sentence.ends_with('.') || sentence.ends_with('?')) << sentence;
    EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
  }
}

}  // namespace pastiche
