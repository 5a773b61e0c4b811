#include "pastiche/evaluate.hpp"

#include "backend.hpp"
#include "evaluate/options.hpp"
#include "mark.hpp"

namespace pastiche {

const std::vector<Measure>& measures() {
  static const std::vector<Measure> table = {
      {"style-distance", N_("Style distance"), &Distances::style},
      {"sifid", N_("SIFID"), &Distances::sifid},
      {"content-distance", N_("Content distance"), &Distances::content},
      {"colour-distance", N_("Colour distance"), &Distances::colour},
  };
  return table;
}

std::vector<Distances> measure(const Image& content, const Image& style,
                               const std::vector<Image>& results, const Settings& settings) {
  const std::vector<Input> inputs = {
      {.name = "content", .label = "", .help = ""},
      {.name = "style", .label = "", .help = ""},
      {.name = "result", .label = "", .help = "", .max = int(results.size())}};
  const Pictures pictures = {{"content", {content}}, {"style", {style}}, {"result", results}};
  if (results.empty()) return {};
  check_pictures("measuring", inputs, pictures);
  return backend().measure(pictures, settings);
}

}  // namespace pastiche
