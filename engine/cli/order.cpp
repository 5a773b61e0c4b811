#include "order.hpp"

#include <algorithm>
#include <filesystem>

#include "progress_bar.hpp"
#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;

/// How `output` will find the file again when both are moved together.
std::string seen_from(const std::string& output, const std::string& path) {
  std::error_code failed;
  const fs::path here = fs::absolute(output, failed).parent_path();
  return fs::weakly_canonical(path, failed)
      .lexically_proximate(fs::weakly_canonical(here, failed))
      .generic_string();
}

bool is_generator(const Filter& filter) {
  return std::ranges::none_of(filter.inputs, [](const Input& input) { return input.min > 0; });
}

/// What an order's files hold, and what the output takes over from the first of them.
struct Loaded {
  Pictures pictures;
  std::vector<Recipe::Source> sources;
  Origin origin;
};

Loaded load(const Order& order, Shelf& shelf) {
  Loaded loaded;
  const auto add = [&](const char* input, const std::string& path, const Picture& picture) {
    loaded.sources.push_back({input, seen_from(order.output, path), picture.sha256});
  };
  for (const Input& input : order.filter->inputs) {
    const auto found = order.sources.find(input.name);
    if (found == order.sources.end()) continue;
    std::vector<Image>& images = loaded.pictures[input.name];
    for (const std::string& path : found->second)
      if (&input == &order.filter->inputs.front()) {
        Picture own = read_picture(path);
        add(input.name, path, own);
        images.push_back(std::move(own.image));
        loaded.origin = std::move(own.origin);
      } else {
        const Picture& shared = shelf.take(path);
        add(input.name, path, shared);
        images.push_back(shared.image);
      }
  }
  return loaded;
}

[[noreturn]] void keep_so_far(const Order& order, const Cancelled& stop, const Origin& origin) {
  if (!stop.so_far || stop.so_far->empty())
    throw Cancelled(_("Interrupted before there was a picture to keep."));
  const std::string name = partial_name(order.output);
  write_picture(name, *stop.so_far, origin, order.file, "", is_generator(*order.filter));
  throw Cancelled(say(_("Interrupted; the picture so far is {}."), in_quotes(name)), stop.so_far);
}

/// "out-07.png" of "out.png".
std::string numbered_name(const std::string& output, std::size_t number, std::size_t count) {
  const fs::path path(output);
  const std::size_t digits = std::to_string(count).size();
  std::string text = std::to_string(number);
  text.insert(0, digits - text.size(), '0');
  return (path.parent_path() / path.stem()).string() + "-" + text + path.extension().string();
}

}  // namespace

const Picture& Shelf::take(const std::string& path) {
  auto found = pictures_.find(path);
  if (found == pictures_.end()) found = pictures_.emplace(path, read_picture(path)).first;
  return found->second;
}

std::string partial_name(const std::string& output) {
  const fs::path path(output);
  return (path.parent_path() / path.stem()).string() + ".partial" + path.extension().string();
}

void check_counts(const Order& order) {
  for (const Input& input : order.filter->inputs) {
    const auto found = order.sources.find(input.name);
    const int count = found == order.sources.end() ? 0 : int(found->second.size());
    if (count >= input.min && count <= input.max) continue;
    const std::string wanted = input.min == input.max ? std::to_string(input.min)
                                                      : say(_("{} to {}"), input.min, input.max);
    throw Error(Error::Kind::BadSetting,
                say(_("{} takes {} {} picture(s), and {} came; 'pastiche help {}' tells how."),
                    order.filter->name, wanted, input.name, count, order.filter->name));
  }
}

void check(const Order& order) {
  check_output(order.output);
  check_counts(order);
  for (const auto& [input, paths] : order.sources)
    for (const std::string& path : paths) {
      std::error_code missing;
      if (fs::equivalent(path, order.output, missing))
        throw Error(Error::Kind::BadSetting,
                    say(_("{} is one of the pictures that go in; give the output another name."),
                        in_quotes(order.output)));
    }
}

std::vector<Made> make(const Order& order, Shelf& shelf, const std::string& title) {
  const Filter& filter = *order.filter;
  Loaded loaded = load(order, shelf);
  ProgressBar bar(title);
  try {
    Result result = run(filter, std::move(loaded.pictures), order.settings, bar.progress());
    const std::size_t count = 1 + result.further.size();
    std::vector<Made> all;
    for (std::size_t i = 0; i < count; ++i) {
      Result& one = i == 0 ? result : result.further[i - 1];
      Made made = {count == 1 ? order.output : numbered_name(order.output, i + 1, count),
                   one.image.width, one.image.height,
                   make_recipe(filter, order.settings, one, loaded.sources), ""};
      if (const auto advice = one.facts.find("advice"); advice != one.facts.end())
        made.advice = advice->second;
      write_picture(made.output, std::move(one.image), loaded.origin, order.file,
                    to_json(made.recipe), is_generator(filter));
      all.push_back(std::move(made));
    }
    return all;
  } catch (const Cancelled& stop) {
    keep_so_far(order, stop, loaded.origin);
  }
}

}  // namespace pastiche::cli
