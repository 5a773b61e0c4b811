#include <algorithm>
#include <stdexcept>

#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "store/architecture.hpp"
#include "store/json_text.hpp"
#include "store/layouts.hpp"
#include "store/new_model.hpp"
#include "store/state_dict.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// A tensor of ours, its numbers kept.
struct Converted {
  Shape shape;
  std::vector<float> values;
};

using Network = std::map<std::string, Converted>;

[[noreturn]] void refuse(const fs::path& file, const std::string& what) {
  throw Error(Error::Kind::NoModel, "The file " + in_quotes(file.string()) + " " + what + ".");
}

/// Names as a network on its own has them, without DataParallel's "module.".
StateDict without_wrapper(const StateDict& state) {
  constexpr std::string_view wrapper = "module.";
  StateDict plain;
  for (const auto& [name, tensor] : state)
    plain.emplace(name.starts_with(wrapper) ? name.substr(wrapper.size()) : name, tensor);
  return plain;
}

bool matches(const Layout& layout, const StateDict& state) {
  std::size_t used = 0;
  for (const Conversion& tensor : layout.tensors) used += state.contains(tensor.from);
  const auto dropped = std::ranges::count_if(state, [&](const auto& named) {
    return std::ranges::any_of(layout.dropped, [&](const std::string& part) {
      return named.first.find(part) != std::string::npos;
    });
  });
  return used == layout.tensors.size() && used + std::size_t(dropped) == state.size();
}

const Layout& recognise(const fs::path& file, const StateDict& state) {
  const auto found =
      std::ranges::find_if(layouts(), [&](const Layout& layout) { return matches(layout, state); });
  if (found != layouts().end()) return *found;
  constexpr std::size_t shown = 4;
  std::vector<std::string> names;
  for (const auto& [name, tensor] : state)
    if (names.size() < shown) names.push_back(in_quotes(name) + " of " + shape_text(tensor.shape));
  std::vector<std::string> known = names_of(layouts());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  refuse(file, "holds " + std::to_string(state.size()) + " tensors, such as " + listed(names) +
                   ", which make no network known here; known are " + listed(known));
}

Shape converted_shape(const Conversion& conversion, Shape shape) {
  if (conversion.as_row) shape.insert(shape.begin(), 1);
  return shape;
}

/// Before any number is read: do the shapes make a network, and what do they tell of it?
Metadata check_shapes(const fs::path& file, const Layout& layout, const StateDict& state) {
  Shapes shapes;
  for (const Conversion& tensor : layout.tensors)
    shapes[tensor.to] = converted_shape(tensor, state.find(tensor.from)->second.shape);
  if (layout.lacks_colours) {
    shapes["input.weight"] = {3, 3, 1, 1};
    shapes["input.bias"] = {3};
  }
  try {
    check_architecture(layout.architecture, shapes, /*rows=*/1);
    Metadata metadata = layout.metadata;
    if (layout.measured) metadata.merge(layout.measured(shapes));
    return metadata;
  } catch (const std::invalid_argument& error) {
    refuse(file, "has the tensors of " + layout.name + ", but " + error.what());
  }
}

struct Colours {
  const char* name;
  Converted weight, bias;  ///< of the 1x1 convolution from RGB in 0..1
};

/// What a network was shown at training: "imagenet" RGB less the mean over the
/// deviation (torchvision), "caffe" BGR in 0..255 less the mean (the original VGG).
const Colours& find_colours(const std::string& name) {
  static const Colours known[] = {
      {"imagenet",
       {{3, 3, 1, 1}, {1 / 0.229f, 0, 0, 0, 1 / 0.224f, 0, 0, 0, 1 / 0.225f}},
       {{3}, {-0.485f / 0.229f, -0.456f / 0.224f, -0.406f / 0.225f}}},
      {"caffe",
       {{3, 3, 1, 1}, {0, 0, 255, 0, 255, 0, 255, 0, 0}},
       {{3}, {-103.939f, -116.779f, -123.68f}}},
  };
  for (const Colours& colours : known)
    if (name == colours.name) return colours;
  throw Error(Error::Kind::BadSetting, "There are no colours called " + in_quotes(name) +
                                           "; there are " + listed(names_of(known)) + ".");
}

Network convert(const Layout& layout, const StateDict& state, const Colours& colours) {
  Network network;
  for (const Conversion& tensor : layout.tensors) {
    const LazyTensor& source = state.find(tensor.from)->second;
    Converted& ours = network[tensor.to] = {converted_shape(tensor, source.shape), source.load()};
    if (tensor.scale != 1)
      for (float& value : ours.values) value *= tensor.scale;
  }
  for (const std::string& name : layout.zeros) network[name] = {{}, {0}};
  if (!layout.lacks_colours) return network;
  network["input.weight"] = colours.weight;
  network["input.bias"] = colours.bias;
  return network;
}

std::map<std::string, Tensor, std::less<>> as_tensors(const Network& network) {
  std::map<std::string, Tensor, std::less<>> tensors;
  for (const auto& [name, converted] : network)
    tensors[name] = {.dtype = DType::F32,
                     .shape = converted.shape,
                     .bytes = std::as_bytes(std::span(converted.values))};
  return tensors;
}

}  // namespace

Model import_model(const fs::path& file, const std::string& name, const fs::path& folder,
                   const std::string& colours) {
  const Colours& given = find_colours(colours);
  const std::string own = name_for(file, name);
  const StateDict state = without_wrapper(read_state_dict(file));
  const Layout& layout = recognise(file, state);
  Metadata metadata = check_shapes(file, layout, state);
  const Network network = convert(layout, state, given);

  metadata["architecture"] = layout.architecture;
  if (layout.architecture == "transformer") metadata["styles"] = nlohmann::json({own}).dump();
  if (layout.lacks_colours) metadata["colours"] = given.name;
  const fs::path target = prepare_folder(folder) / (own + ".safetensors");
  write_tensors(target, as_tensors(network), metadata);
  return register_model(target, imported_card(file, own, layout.name, metadata));
}

}  // namespace pastiche
