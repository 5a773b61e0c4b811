#include "pastiche/filter.hpp"

#include <algorithm>
#include <cmath>

#include "backend.hpp"
#include "generate/generate_options.hpp"
#include "generate/texture_options.hpp"
#include "style/fast_style_options.hpp"
#include "style/gatys_options.hpp"
#include "style/style_from_image_options.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Error::Kind::BadImage, sentence);
}

std::string pictures_wanted(const Input& input) {
  const std::string least = std::to_string(input.min), most = std::to_string(input.max);
  if (input.min == input.max) return "exactly " + least;
  return input.min == 0 ? "at most " + most : "from " + least + " to " + most;
}

void check(const Image& image, const std::string& name) {
  if (image.width <= 0 || image.height <= 0)
    refuse("The " + name + " picture is empty: " + std::to_string(image.width) + " x " +
           std::to_string(image.height) + " pixels; it must have at least one.");
  if (image.pixels.size() != std::size_t(image.width) * image.height * Image::channels)
    refuse("The " + name + " picture has " + std::to_string(image.pixels.size()) +
           " values, which do not make " + std::to_string(image.width) + " x " +
           std::to_string(image.height) + " RGBA pixels.");
  const auto bad = std::ranges::find_if_not(image.pixels, [](float v) { return std::isfinite(v); });
  if (bad == image.pixels.end()) return;
  const std::size_t pixel = std::size_t(bad - image.pixels.begin()) / Image::channels;
  refuse("The " + name + " picture has the value " + print_double(*bad) + " at column " +
         std::to_string(pixel % image.width) + ", row " + std::to_string(pixel / image.width) +
         "; every value must be a finite number.");
}

}  // namespace

void check_pictures(std::string_view taker, const std::vector<Input>& inputs,
                    const Pictures& pictures) {
  const std::string who(taker);
  const auto names = names_of(inputs);
  for (const auto& [name, images] : pictures)
    if (!std::ranges::count(names, name))
      refuse(who + " takes no " + in_quotes(name) + " picture; it takes " +
             (names.empty() ? "none" : listed(names)) + ".");
  for (const Input& input : inputs) {
    const auto found = pictures.find(input.name);
    const int count = found == pictures.end() ? 0 : int(found->second.size());
    if (count < input.min || count > input.max)
      refuse(who + " got " + std::to_string(count) + " " + input.name + " picture(s), but takes " +
             pictures_wanted(input) + ".");
    for (int i = 0; i < count; ++i) check(found->second[i], input.name);
  }
}

const std::vector<Filter>& filters() {
  static const std::vector<Filter> table = {
      gatys_filter, fast_style_filter, style_from_image_filter, generate_filter, texture_filter};
  return table;
}

const Filter& find_filter(std::string_view name) {
  for (const Filter& filter : filters())
    if (name == filter.name) return filter;
  throw Error(Error::Kind::BadSetting, "There is no filter " + in_quotes(name) + "; there are " +
                                           listed(names_of(filters())) + ".");
}

Result run(const Filter& filter, Pictures pictures, const Settings& settings,
           const Progress& progress) {
  check_pictures(filter.name, filter.inputs, pictures);
  return backend().run(
      filter, std::move(pictures), settings,
      progress ? progress : [](double, std::string_view) { return true; });
}

void preload() { backend(); }

std::vector<std::string> devices() { return backend().devices(); }

}  // namespace pastiche
