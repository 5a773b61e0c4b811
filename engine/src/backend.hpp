#pragma once

#include "pastiche/evaluate.hpp"
#include "pastiche/filter.hpp"
#include "pastiche/prediction.hpp"
#include "pastiche/trainer.hpp"

namespace pastiche {

/// What libpastiche-torch offers libpastiche: one table, fetched by the name
/// `pastiche_backend` after dlopen. Both sides are built together; `version`
/// guards against a stale library on the path.
struct Backend {
  const char* version;
  Result (*run)(const Filter&, Pictures, const Settings&, const Progress&);
  Prediction (*predict)(const Filter&, const Sizes&, const Settings&);
  Facts (*train)(const Trainer&, const Pictures&, const Settings&, const std::string& output,
                 const Progress&);
  Facts (*pack)(const std::string& folder, const std::string& output, int side, const Progress&);
  std::vector<std::string> (*devices)();
  /// `pictures`: one "content", one "style", and the "result"s to be measured.
  std::vector<Distances> (*measure)(const Pictures& pictures, const Settings&);
  GeneratorScores (*measure_generator)(const std::string& model, const Settings&, const Progress&);
};

/// The opened library's table; opens it at the first call. Throws NoDevice.
const Backend& backend();

}  // namespace pastiche

extern "C" PASTICHE_API const pastiche::Backend* pastiche_backend();
