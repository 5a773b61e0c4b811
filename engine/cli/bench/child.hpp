#pragma once

#include <sys/types.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace pastiche::cli {

/// A program that cannot be talked to any more: why, in words that finish "PyTorch ...".
class Silent : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A program that is talked to in lines on its standard input and output. It dies with this object,
/// and with this process however that ends, and so does whatever it started in its process group.
class Child {
 public:
  /// Starts `words`, the first looked up on PATH. Throws Silent.
  explicit Child(const std::vector<std::string>& words);
  ~Child();
  Child(const Child&) = delete;

  /// Sends a line. What has died by then is noticed by hear().
  void say(const std::string& line);

  /// The next line, without its end. Throws Silent when it ends, with the last line of its standard
  /// error, says nothing within `limit`, or never ends its line; Cancelled on Ctrl+C.
  std::string hear(std::chrono::duration<double> limit);

 private:
  std::string last_words() const;

  pid_t pid_ = -1;
  int socket_ = -1;  // its standard input and output
  int errors_ = -1;  // its standard error, a file in memory
  std::string heard_;
};

}  // namespace pastiche::cli
