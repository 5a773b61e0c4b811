#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace pastiche {

/// The losses of a training: FILE.csv, a row every few steps, and FILE.curve.png,
/// the same drawn over the steps with a logarithmic ordinate.
class Curve {
 public:
  /// Goes on from what FILE.csv holds up to `step`; what lies beyond it belongs
  /// to steps that will be done again.
  Curve(const std::filesystem::path& file, int step);

  /// `losses` by name; always the same names, but for "held-out", which may lack.
  void add(int step, const std::map<std::string, double>& losses);

  /// Writes both files. Throws Output.
  void write() const;

 private:
  std::string csv() const;

  std::filesystem::path csv_, picture_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;  // a cell each, the step first
};

}  // namespace pastiche
