#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "pastiche/settings.hpp"

namespace pastiche::cli {

/// The flags of one table: --name VALUE for each row, --name and --no-name for a boolean.
class RowFlags {
 public:
  /// REQUIRES: `params` and this object outlive the parsing.
  RowFlags(CLI::App& verb, const Params& params);
  RowFlags(const RowFlags&) = delete;

  /// What was given, checked against the table. Throws BadSetting.
  Settings settings() const;

 private:
  const Params& params_;
  std::map<std::string, std::string> given_;
  std::map<std::string, CLI::Option*> options_;
};

/// The settings of an output file, which every verb that writes a picture shares.
const Params& output_params();

}  // namespace pastiche::cli
