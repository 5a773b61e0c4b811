#include "words.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimp.h>

#include <algorithm>
#include <cctype>
#include <cstdarg>
#include <vector>

std::string words(const char* format, ...) {
  va_list values;
  va_start(values, format);
  g_autofree char* text = g_strdup_vprintf(format, values);
  va_end(values);
  return text;
}

std::string choice_label(std::string_view setting, const char* choice) {
  static constexpr struct {
    std::string_view choice;
    const char* label;
    std::string_view setting = {};  // empty: of any
  } labels[] = {
      {"style", N_("Noise in the style's colours"), "init"},
      {"replace", N_("The layer itself")},
      {"new-layer", N_("A new layer"), "made"},
      {"new-layer", N_("A new layer above it")},
      {"new-image", N_("A new image")},
      {"auto", N_("Automatic")},
      {"cpu", N_("Processor (CPU)")},
      {"cuda", N_("Graphics card (CUDA)")},
      {"fp32", N_("32 bit (fp32)")},
      {"bf16", N_("16 bit (bf16)")},
      {"style", N_("The style's")},
      {"luminance", N_("The picture's own")},
      {"match", N_("The style's, matched to the picture's")},
      {"side", N_("The longest side")},
      {"area", N_("A square's side")},
      {"l2", N_("Squared differences (L2)")},
      {"l1", N_("Absolute differences (L1)")},
      {"gram", N_("Gram matrices")},
      {"wasserstein", N_("Means and covariances (Wasserstein)")},
      {"adam", N_("Adam, averaged")},
      {"lbfgs", N_("L-BFGS")},
      {"preconditioned", N_("L-BFGS, preconditioned")},
      {"content", N_("The picture")},
      {"noise", N_("Noise around grey")},
      {"grey", N_("Grey")},
      {"uniform", N_("Uniform noise")},
      {"picture", N_("A start picture")},
      {"transport", N_("Mean and covariance (transport)")},
      {"adain", N_("Mean and variance (AdaIN)")},
      {"whitening", N_("Mean and covariance (whitening)")},
      {"encoder", N_("As the encoder was trained")},
      {"max", N_("Maximum")},
      {"average", N_("Average")},
      {"contain", N_("Whole, with clear borders")},
      {"cover", N_("Cut to fill it")},
      {"stretch", N_("Stretched to fill it")},
      {"tile", N_("Side by side")},
  };
  for (const auto& known : labels)
    if (known.choice == choice && (known.setting.empty() || known.setting == setting))
      return _(known.label);
  return choice;
}

std::string translated(std::string_view doing) {
  // What the engine says, numbers as #: xgettext cannot see texts made of parts.
  [[maybe_unused]] static constexpr const char* known[] = {
      N_("Painting"),       N_("Finishing"),   N_("Sample # of #"),
      N_("Texture # of #"), N_("Step # of #"), N_("Scale # of #, step # of #")};
  std::string pattern;
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < doing.size();) {
    const std::size_t end = std::min(doing.find_first_not_of("0123456789", i), doing.size());
    if (end > i) numbers.emplace_back(doing.substr(i, end - i));
    pattern += end > i ? '#' : doing[i];
    i = std::max(end, i + 1);
  }
  std::string text = pattern.empty() ? "" : _(pattern.c_str());
  std::size_t at = 0;
  for (const std::string& number : numbers) {
    at = text.find('#', at);
    if (at == std::string::npos) return std::string(doing);
    text.replace(at, 1, number);
  }
  return text;
}

std::string title_of(const std::string& name) {
  std::string title = name;
  bool first = true;
  for (char& letter : title) {
    if (letter == '-' || letter == '_') letter = ' ';
    if (first) letter = char(std::toupper(static_cast<unsigned char>(letter)));
    first = letter == ' ';
  }
  return title;
}

std::string last_reason() {
  std::string reason = gimp_pdb_get_last_error(gimp_get_pdb());
  reason = reason.substr(0, reason.find('\n'));
  while (!reason.empty() && (reason.back() == '.' || reason.back() == ' ')) reason.pop_back();
  return reason;
}
