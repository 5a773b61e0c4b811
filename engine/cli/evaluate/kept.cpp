#include "evaluate/kept.hpp"

#include <algorithm>
#include <format>

#include "pastiche/recipe.hpp"
#include "picture/image_file.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char *making_key = "pastiche-made-from", *seconds_key = "pastiche-seconds";
constexpr std::size_t longest_label = 80;  // in a file's name

/// A recipe of it. Not kept as one: `again` would not shrink the pictures first.
std::string text_of(const Making& making) {
  const Facts facts = {
      {"size", std::format("{}x{} {}x{}", making.content.image.width, making.content.image.height,
                           making.style.image.width, making.style.image.height)},
      {"models", listed(model_hashes(making.method, making.settings))}};
  return to_json(
      make_recipe(*making.method.filter, making.settings, {{}, facts},
                  {{"content", "", making.content.sha256}, {"style", "", making.style.sha256}}));
}

}  // namespace

/// "photo.art.gatys-steps-500.png"
fs::path Kept::file_of(const Making& making) const {
  std::string name = fs::path(making.content.file).stem().string() + "." +
                     fs::path(making.style.file).stem().string() + "." +
                     making.method.label.substr(0, longest_label) + ".png";
  for (char& c : name)
    if (std::string_view(":=,/\\ ").find(c) != std::string_view::npos) c = '-';
  return folder_ / name;
}

std::optional<Result> Kept::find(const Making& making) const {
  if (folder_.empty() || !fs::exists(file_of(making))) return std::nullopt;
  try {
    Picture picture = read_picture(file_of(making));
    const auto& texts = picture.origin.texts;
    const auto text = [&](const char* key) {
      const auto found = std::ranges::find(texts, key, &std::pair<std::string, std::string>::first);
      return found == texts.end() ? "" : found->second;
    };
    if (text(making_key) != text_of(making)) return std::nullopt;
    return Result{std::move(picture.image), {{"seconds", text(seconds_key)}}};
  } catch (const Error& e) {
    if (e.kind == Error::Kind::BadImage) return std::nullopt;  // damaged: it is made again
    throw;
  }
}

void Kept::put(const Making& making, const Result& result) const {
  if (folder_.empty()) return;
  Origin origin;
  const auto seconds = result.facts.find("seconds");
  origin.texts = {{making_key, text_of(making)},
                  {seconds_key, seconds == result.facts.end() ? "0" : seconds->second}};
  write_picture(file_of(making), result.image, origin, {.depth = 8}, "", false);
}

}  // namespace pastiche::cli
