#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "evaluate/folder.hpp"
#include "evaluate/method.hpp"

namespace pastiche::cli {

/// What one result is made from.
struct Making {
  const Method& method;
  const Settings& settings;  ///< the method's, for this style
  const Shown &content, &style;
};

/// Results in a folder, where a later call with the same makings finds them.
class Kept {
 public:
  /// Of 8 bits, as PNG. "" keeps nothing. REQUIRES a folder that is there.
  explicit Kept(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The kept result when all it was made from is the same: pictures, their size, settings, models
  /// and Pastiche's version. "seconds" is the time that it took then.
  std::optional<Result> find(const Making& making) const;

  /// Throws Output.
  void put(const Making& making, const Result& result) const;

 private:
  std::filesystem::path file_of(const Making& making) const;

  std::filesystem::path folder_;
};

}  // namespace pastiche::cli
