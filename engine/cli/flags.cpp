#include "flags.hpp"

#include "mark.hpp"
#include "picture/image_file.hpp"

namespace pastiche::cli {

RowFlags::RowFlags(CLI::App& verb, const Params& params) : params_(params) {
  for (const Param& param : params) {
    const std::string name = param.name, flag = "--" + name;
    if (std::holds_alternative<bool>(param.initial)) {
      // Not an option with a value that may be left out: it would swallow the next picture.
      options_[name] = verb.add_flag(flag + ",--no-" + name + "{false}", given_[name], param.help);
    } else {
      options_[name] = verb.add_option(flag, given_[name], param.help);
    }
    options_[name]->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

Settings RowFlags::settings() const {
  Settings settings(params_);
  for (const auto& [name, option] : options_)
    if (option->count() > 0) settings.parse(name, given_.at(name));
  return settings;
}

const Params& output_params() {
  static const OutputOptions defaults;
  static const Params rows = {
      {.name = "depth",
       .label = N_("Bits per channel"),
       .help = N_("Bits per channel of the output, 8 or 16, where its format has them; auto is as "
                  "many as the input has."),
       .initial = std::string("auto"),
       .choices = {"auto", "8", "16"}},
      {.name = "quality",
       .label = N_("Quality"),
       .help = N_("Quality of a JPEG or WebP file, 1 to 100; 0 is 95 for JPEG and lossless for "
                  "WebP."),
       .initial = defaults.quality,
       .min = 0,
       .max = 100},
  };
  return rows;
}

}  // namespace pastiche::cli
