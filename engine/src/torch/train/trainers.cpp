#include "train/trainers.hpp"

#include <map>

#include "pastiche/error.hpp"

namespace pastiche {

void run_trainer(std::string_view name, const Settings& settings, const std::string& output,
                 const Progress& progress) {
  using Run = void (*)(const Settings&, const std::string&, const Progress&);
  static const std::map<std::string_view, Run> runs = {
      {"encoder",
       [](const Settings& settings, const std::string& output, const Progress& progress) {
         train_encoder(encoder_train_options(settings), output, progress);
       }},
      {"fast-style",
       [](const Settings& settings, const std::string& output, const Progress& progress) {
         train_fast_style(fast_style_train_options(settings), output, progress);
       }},
  };
  runs.at(name)(settings, output, progress);
}

}  // namespace pastiche
