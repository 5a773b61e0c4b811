#include "rows.hpp"

#include <algorithm>
#include <span>

#include "procedure.hpp"

namespace {

using pastiche::Filter;
using pastiche::Param;

/// Settings seen at once, of a filter that works on a picture; the others are under "More
/// settings".
constexpr std::string_view upfront[] = {"model",  "style",          "stroke-size",  "strength",
                                        "detail", "statistics",     "refine",       "size",
                                        "steps",  "content-weight", "style-weight", "style-scale",
                                        "colour"};

/// The same of one that makes pictures, in this order.
constexpr std::string_view upfront_making[] = {"model", "class",      "texture", "seed",
                                               "vary",  "truncation", "zoom",    "tileable",
                                               "count", "width",      "height",  "fit"};

/// Settings that name a model: of which filter, and of which kinds.
constexpr struct {
  std::string_view filter;
  std::string_view setting;
  std::string_view architecture;
} model_settings[] = {
    {"fast-style", "model", "transformer"}, {"style-from-image", "model", "style-decoder"},
    {"gatys", "encoder", "encoder"},        {"generate", "model", "generator"},
    {"generate", "model", "vae"},           {"generate", "model", "torchscript"},
    {"texture", "model", "texture"}};

std::span<const std::string_view> upfront_of(const Filter& filter) {
  return makes_pictures(filter) ? std::span<const std::string_view>(upfront_making) : upfront;
}

}  // namespace

pastiche::Params rows_in_order(GimpProcedure* procedure, const Filter& filter) {
  pastiche::Params rows = rows_of(procedure, filter);
  if (makes_pictures(filter))
    std::ranges::stable_sort(rows, {}, [](const Param& row) {
      return std::ranges::find(upfront_making, row.name) - std::begin(upfront_making);
    });
  return rows;
}

bool is_upfront(const Filter& filter, const Param& row) {
  return std::ranges::count(upfront_of(filter), row.name) > 0;
}

bool names_model(const Filter& filter, std::string_view setting) {
  return std::ranges::any_of(model_settings, [&](const auto& known) {
    return known.filter == filter.name && known.setting == setting;
  });
}

bool is_offered(const Filter& filter, const pastiche::Model& model) {
  return std::ranges::any_of(model_settings, [&](const auto& known) {
    return known.filter == filter.name && known.architecture == model.architecture;
  });
}
