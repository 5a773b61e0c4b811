#include "dry_run.hpp"

#include <nlohmann/json.hpp>

#include "pastiche/prediction.hpp"
#include "report.hpp"
#include "say.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

Sizes sizes_of(const Order& order) {
  Sizes sizes;
  for (const auto& [input, paths] : order.sources)
    for (const std::string& path : paths) {
      const Extent extent = read_extent(path);
      sizes[input].push_back({extent.width, extent.height});
    }
  return sizes;
}

/// The picture it is about; of a filter that makes pictures, the filter.
std::string subject_of(const Order& order) {
  if (!order.filter->inputs.empty())
    if (const auto first = order.sources.find(order.filter->inputs.front().name);
        first != order.sources.end() && !first->second.empty())
      return first->second.front();
  return order.filter->name;
}

std::string in_words(const std::string& subject, const Prediction& told) {
  return say(_("{}: {} x {} pixels in {} tile(s) on {} ({}), about {} and {} of the {} that it may "
               "use"),
             subject, told.width, told.height, told.tiles, told.device, told.precision,
             print_seconds(told.seconds), print_bytes(told.bytes), print_bytes(told.allowed));
}

nlohmann::json as_json(const std::string& subject, const Prediction& told) {
  return {{"picture", subject},      {"width", told.width},   {"height", told.height},
          {"tiles", told.tiles},     {"device", told.device}, {"precision", told.precision},
          {"seconds", told.seconds}, {"bytes", told.bytes},   {"bytes-allowed", told.allowed}};
}

}  // namespace

int dry_run(const std::vector<Order>& orders, bool json) {
  nlohmann::json all = {{"filter", orders.front().filter->name},
                        {"dry-run", true},
                        {"predictions", nlohmann::json::array()},
                        {"status", 0}};
  int status = 0;
  for (const Order& order : orders) try {
      check_counts(order);
      const Prediction told = predict(*order.filter, sizes_of(order), order.settings);
      const std::string subject = subject_of(order);
      all["predictions"].push_back(as_json(subject, told));
      if (!json) print(in_words(subject, told));
    } catch (const Error& e) {
      if (orders.size() == 1) throw;
      tell(e.what());
      if (status == 0) status = exit_status(e.kind);
      all["predictions"].push_back(
          {{"picture", subject_of(order)}, {"error", e.what()}, {"status", exit_status(e.kind)}});
    }
  all["status"] = status;
  if (json) print(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return status;
}

}  // namespace pastiche::cli
