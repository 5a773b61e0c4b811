#include "report.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "verbs.hpp"

namespace pastiche::cli {

Report::Report(bool json, const std::string& filter)
    : json_(json), object_(std::make_unique<nlohmann::json>()) {
  *object_ = {{"filter", filter}, {"outputs", nlohmann::json::array()}};
}

Report::~Report() = default;

void Report::add(const std::vector<Made>& pictures) {
  for (const Made& made : pictures) {
    (*object_)["outputs"].push_back({{"output", made.output},
                                     {"width", made.width},
                                     {"height", made.height},
                                     {"recipe", nlohmann::json::parse(to_json(made.recipe))}});
    if (made.advice.empty()) continue;
    (*object_)["outputs"].back()["advice"] = made.advice;
    if (made.advice != advice_) tell(made.advice);  // once for a whole batch
    advice_ = made.advice;
  }
}

void Report::add(const std::string& picture, const Error& error) {
  tell(error.what());
  const int status = exit_status(error.kind);
  if (status_ == 0 || error.kind == Error::Kind::Cancelled) status_ = status;
  (*object_)["outputs"].push_back(
      {{"picture", picture}, {"error", error.what()}, {"status", status}});
}

int Report::finish() {
  (*object_)["status"] = status_;
  if (json_) print(object_->dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return status_;
}

void tell(const std::string& sentence) { std::fprintf(stderr, "pastiche: %s\n", sentence.c_str()); }

}  // namespace pastiche::cli
