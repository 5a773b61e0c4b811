#include "store/generator_plan.hpp"

#include <algorithm>
#include <stdexcept>

#include "store/json_text.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

constexpr std::size_t most_classes = 1000;
constexpr std::int64_t most_draws = 64;
constexpr std::int64_t most_pictures = 4'000'000;  // of a class

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

const std::string& text_in(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) refuse("does not say its " + key);
  return found->second;
}

std::string choice_in(const Metadata& metadata, const std::string& key,
                      const std::vector<std::string>& choices) {
  const std::string& text = text_in(metadata, key);
  if (!std::ranges::count(choices, text))
    refuse("says its " + key + " is " + in_quotes(text) + ", but known are " + listed(choices));
  return text;
}

std::int64_t whole_in(const Metadata& metadata, const std::string& key, std::int64_t most) {
  const std::string& text = text_in(metadata, key);
  const auto number = read_double(text);
  if (!number || *number != double(std::int64_t(*number)) || *number < 1 || *number > double(most))
    refuse("says its " + key + " is " + in_quotes(text) +
           ", but that is a whole number from 1 to " + std::to_string(most));
  return std::int64_t(*number);
}

}  // namespace

std::vector<std::string> classes_in(const Metadata& metadata) {
  const auto found = metadata.find("classes");
  if (found == metadata.end()) return {};
  std::vector<std::string> classes;
  try {
    const nlohmann::json list = parse_json(found->second, 2);
    if (!list.is_array()) refuse("has classes that are no list");
    for (const auto& name : list) {
      if (!name.is_string()) refuse("has a class that is no text");
      classes.push_back(name.get<std::string>());
    }
  } catch (const nlohmann::json::exception&) {
    refuse("has classes that are no list of texts");
  }
  if (classes.size() > most_classes) refuse("has more than a thousand classes");
  return classes;
}

namespace {

std::vector<std::int64_t> class_counts_in(const Metadata& metadata, std::size_t classes) {
  const auto found = metadata.find("class-counts");
  if (found == metadata.end()) return {};
  try {
    const auto counts = parse_json(found->second, 2).get<std::vector<std::int64_t>>();
    if (counts.size() != classes || std::ranges::min(counts) < 0 ||
        std::ranges::max(counts) < 1 || std::ranges::max(counts) > most_pictures)
      refuse("has class-counts that are not one from 0 to " + std::to_string(most_pictures) +
             " for each class, one of them above 0");
    return counts;
  } catch (const nlohmann::json::exception&) {
    refuse("has class-counts that are no list of whole numbers");
  }
}

}  // namespace

GeneratorPlan plan_in(const Metadata& metadata) {
  const std::vector<std::string> classes = classes_in(metadata);
  return {.network = choice_in(metadata, "network", {"mlp", "dcgan", "torchscript"}),
          .latent = whole_in(metadata, "latent", 4096),
          .classes = classes,
          .class_counts = class_counts_in(metadata, classes.size()),
          .draws = metadata.contains("draws") ? whole_in(metadata, "draws", most_draws) : 1,
          .height = whole_in(metadata, "height", 1024),
          .width = whole_in(metadata, "width", 1024),
          .channels = whole_in(metadata, "channels", 4),
          .features = whole_in(metadata, "features", 4096),
          .output = choice_in(metadata, "output", {"tanh", "sigmoid"}),
          .activation = choice_in(metadata, "activation", {"relu", "leaky"})};
}

Metadata metadata_of(const GeneratorPlan& plan) {
  Metadata metadata = {{"network", plan.network},
                       {"latent", std::to_string(plan.latent)},
                       {"height", std::to_string(plan.height)},
                       {"width", std::to_string(plan.width)},
                       {"channels", std::to_string(plan.channels)},
                       {"features", std::to_string(plan.features)},
                       {"output", plan.output},
                       {"activation", plan.activation}};
  if (plan.draws > 1) metadata["draws"] = std::to_string(plan.draws);
  if (!plan.classes.empty()) metadata["classes"] = nlohmann::json(plan.classes).dump();
  if (!plan.class_counts.empty())
    metadata["class-counts"] = nlohmann::json(plan.class_counts).dump();
  return metadata;
}

}  // namespace pastiche
