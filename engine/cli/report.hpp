#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "order.hpp"
#include "pastiche/error.hpp"

namespace pastiche::cli {

/// What a call comes to: sentences on stderr for people, one JSON object on stdout for programs.
class Report {
 public:
  Report(bool json, const std::string& filter);
  ~Report();

  void add(const std::vector<Made>& pictures);
  void add(const std::string& picture, const Error& error);  ///< also told on stderr

  /// Prints the object where one was asked for; the exit status: the first failure's, else 0.
  int finish();

 private:
  const bool json_;
  int status_ = 0;
  std::string advice_;  // the last that was told
  std::unique_ptr<nlohmann::json> object_;
};

/// "pastiche: What was wrong." on stderr.
void tell(const std::string& sentence);

}  // namespace pastiche::cli
