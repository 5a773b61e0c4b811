#include "store/layouts.hpp"

#include <nlohmann/json.hpp>

#include "store/architecture.hpp"
#include "store/deep_compression.hpp"
#include "store/generator_shapes.hpp"

namespace pastiche {
namespace {

/// Convolutions per block (Simonyan & Zisserman 2014, table 1, D and E).
using Blocks = std::vector<int>;
const Blocks vgg16 = {2, 2, 3, 3, 3}, vgg19 = {2, 2, 4, 4, 4};
constexpr int deepest = 5;

void add_layer(Layout& layout, const std::string& from, const std::string& to, float scale = 1) {
  layout.tensors.push_back({.from = from + ".weight", .to = to + ".weight", .scale = scale});
  layout.tensors.push_back({.from = from + ".bias", .to = to + ".bias"});
}

/// Calls visit(block, layer) for VGG-19's convolutions up to conv`depth`_1.
template <class Visit>
void visit_to_depth(int depth, Visit visit) {
  for (int block = 1; block < depth; ++block)
    for (int layer = 1; layer <= vgg19[std::size_t(block) - 1]; ++layer) visit(block, layer);
  visit(depth, 1);
}

/// Calls visit(block, layer) for the same in the mirrored order, deepest first.
template <class Visit>
void visit_from_depth(int depth, Visit visit) {
  visit(depth, 1);
  for (int block = depth - 1; block > 0; --block)
    for (int layer = vgg19[std::size_t(block) - 1]; layer > 0; --layer) visit(block, layer);
}

/// "features.N": convolution and ReLU in turn, a pooling after each block.
Layout torchvision(const std::string& name, const Blocks& blocks) {
  Layout layout{.name = "torchvision's " + name,
                .architecture = "encoder",
                .tensors = {},
                .dropped = {"classifier."},
                .lacks_colours = true,
                .metadata = {{"padding", "zero"}, {"pooling", "max"}}};
  int index = 0;
  for (std::size_t block = 0; block < blocks.size(); ++block, ++index)
    for (int layer = 1; layer <= blocks[block]; ++layer, index += 2)
      add_layer(layout, "features." + std::to_string(index), conv_name(int(block) + 1, layer));
  return layout;
}

/// Places in a Sequential: the colours, then padding, convolution and ReLU in
/// turn, a pooling before each further block.
Layout normalised_encoder(int depth) {
  Layout layout{.name = "normalised VGG-19",
                .architecture = "encoder",
                .tensors = {},
                .dropped = {},
                .metadata = {{"padding", "reflect"}, {"pooling", "max"}}};
  add_layer(layout, "0", "input");
  int index = 2;
  visit_to_depth(depth, [&](int block, int layer) {
    if (block > 1 && layer == 1) ++index;
    add_layer(layout, std::to_string(index), conv_name(block, layer));
    index += 3;
  });
  return layout;
}

/// The mirror image, an upsampling after each block's first convolution.
Layout normalised_decoder(int depth) {
  Layout layout{.name = "decoder of normalised VGG-19",
                .architecture = "decoder",
                .tensors = {},
                .dropped = {},
                .metadata = {{"padding", "reflect"}, {"output", "linear"}}};
  int index = 1;
  visit_from_depth(depth, [&](int block, int layer) {
    add_layer(layout, std::to_string(index), conv_name(block, layer));
    index += layer == 1 ? 4 : 3;
  });
  return layout;
}

std::string distilled_name(int block, int layer) {
  return "conv" + std::to_string(block) + std::to_string(layer);
}

/// By name; at each block's start a 1x1 convolution to VGG-19's channels.
Layout distilled_encoder(int depth) {
  Layout layout{.name = "distilled VGG-19",
                .architecture = "encoder",
                .tensors = {},
                .dropped = {},
                .metadata = {{"padding", "reflect"}, {"pooling", "max"}}};
  add_layer(layout, "conv0", "input");
  visit_to_depth(depth, [&](int block, int layer) {
    add_layer(layout, distilled_name(block, layer), conv_name(block, layer));
    if (layer > 1) return;
    add_layer(layout, distilled_name(block, 1) + "_aux", "aux" + std::to_string(block) + "_1");
  });
  return layout;
}

Layout distilled_decoder(int depth) {
  Layout layout{.name = "decoder of distilled VGG-19",
                .architecture = "decoder",
                .tensors = {},
                .dropped = {},
                .metadata = {{"padding", "reflect"}, {"output", "relu"}}};
  visit_from_depth(depth, [&](int block, int layer) {
    add_layer(layout, distilled_name(block, layer), conv_name(block, layer));
  });
  return layout;
}

/// A convolution and the instance norm after it.
struct Normed {
  std::string conv, norm, ours;
};

std::vector<Normed> example_layers() {
  std::vector<Normed> layers = {
      {"conv1", "in1", "down1"}, {"conv2", "in2", "down2"}, {"conv3", "in3", "down3"}};
  for (int i = 1; i <= 5; ++i)
    for (const std::string half : {"1", "2"}) {
      const std::string theirs = "res" + std::to_string(i) + ".";
      layers.push_back({theirs + "conv" + half, theirs + "in" + half,
                        "res" + std::to_string(i) + (half == "1" ? "_a" : "_b")});
    }
  layers.push_back({"deconv1", "in4", "up1"});
  layers.push_back({"deconv2", "in5", "up2"});
  return layers;
}

/// It reads 0..255 where ours reads 0..1: the first convolution takes up the
/// difference. Its oldest files hold statistics nobody uses.
Layout transformer_example() {
  Layout layout{.name = "PyTorch's fast_neural_style example",
                .architecture = "transformer",
                .tensors = {},
                .dropped = {".running_mean", ".running_var", ".num_batches_tracked"},
                .metadata = {}};
  for (const Normed& layer : example_layers()) {
    add_layer(layout, layer.conv + ".conv2d", layer.ours, layer.ours == "down1" ? 255 : 1);
    layout.tensors.push_back(
        {.from = layer.norm + ".weight", .to = layer.ours + ".scale", .as_row = true});
    layout.tensors.push_back(
        {.from = layer.norm + ".bias", .to = layer.ours + ".shift", .as_row = true});
  }
  layout.tensors.push_back({.from = "deconv3.conv2d.weight", .to = "out_weight"});
  layout.tensors.push_back({.from = "deconv3.conv2d.bias", .to = "out_bias"});
  return layout;
}

Layout squeezenet() {
  Layout layout{.name = "SqueezeNet 1.0 of Deep Compression",
                .architecture = "squeezenet",
                .tensors = {},
                .dropped = {},
                .metadata = {}};
  for (const auto& [name, shape] : deep_compression_shapes())
    layout.tensors.push_back({.from = name, .to = name});
  return layout;
}

Metadata measure_mlp(const Shapes& shapes) {
  return metadata_of(with_sizes({.network = "mlp", .output = "tanh"}, shapes));
}

/// Places in a Sequential: linear layers, an activation after each (ReLU, at the end tanh).
Layout sequential_generator(int linear) {
  Layout layout{.name = "Sequential generator of linear layers",
                .architecture = "generator",
                .tensors = {},
                .dropped = {},
                .metadata = {},
                .measured = measure_mlp};
  for (int i = 0; i < linear; ++i)
    add_layer(layout, std::to_string(2 * i), "generator.fc" + std::to_string(i + 1));
  return layout;
}

/// fc1 and a ReLU to fc21, the mean, and fc22, the log-variance; fc3 and a ReLU to fc4, a sigmoid.
Layout vae_example() {
  Layout layout{.name = "PyTorch's VAE example",
                .architecture = "vae",
                .tensors = {},
                .dropped = {},
                .metadata = {},
                .measured = [](const Shapes& shapes) {
                  return metadata_of(with_sizes({.network = "mlp", .output = "sigmoid"}, shapes));
                }};
  add_layer(layout, "fc1", "encoder.fc1");
  add_layer(layout, "fc21", "encoder.mean");
  add_layer(layout, "fc22", "encoder.log_variance");
  add_layer(layout, "fc3", "generator.fc1");
  add_layer(layout, "fc4", "generator.fc2");
  return layout;
}

/// Places in a Sequential "main": convolution, batch norm and ReLU in turn, at the end tanh.
Layout dcgan_example(int convolutions) {
  Layout layout{.name = "PyTorch's DCGAN example",
                .architecture = "generator",
                .tensors = {},
                .dropped = {".num_batches_tracked"},
                .metadata = {},
                .measured = [](const Shapes& shapes) {
                  return metadata_of(with_sizes({.network = "dcgan", .output = "tanh"}, shapes));
                }};
  for (int i = 0; i < convolutions; ++i) {
    const std::string ours = "generator.norm" + std::to_string(i + 1);
    layout.tensors.push_back({.from = "main." + std::to_string(3 * i) + ".weight",
                              .to = "generator.conv" + std::to_string(i + 1) + ".weight"});
    if (i + 1 == convolutions) break;
    const std::string theirs = "main." + std::to_string(3 * i + 1);
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
      layout.tensors.push_back({.from = theirs + part, .to = ours + part});
    layout.zeros.push_back(ours + ".num_batches_tracked");
  }
  return layout;
}

/// Classes are called by their numbers: "0", "1", ...
Metadata number_classes(const Shapes& shapes) {
  std::vector<std::string> classes;
  while (std::int64_t(classes.size()) < shapes.at("fc2.weight")[0])
    classes.push_back(std::to_string(classes.size()));
  return {{"classes", nlohmann::json(classes).dump()}};
}

Layout lenet() {
  Layout layout{.name = "LeNet-5",
                .architecture = "lenet",
                .tensors = {},
                .dropped = {},
                .metadata = {},
                .measured = number_classes};
  add_layer(layout, "convnet.c1", "conv1");
  add_layer(layout, "convnet.c3", "conv2");
  add_layer(layout, "convnet.c5", "conv3");
  add_layer(layout, "fc.f6", "fc1");
  add_layer(layout, "fc.f7", "fc2");
  return layout;
}

}  // namespace

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> all = [] {
    std::vector<Layout> rows = {torchvision("VGG-19", vgg19),
                                torchvision("VGG-16", vgg16),
                                transformer_example(),
                                squeezenet(),
                                vae_example(),
                                lenet()};
    for (auto make : {normalised_encoder, normalised_decoder, distilled_encoder, distilled_decoder})
      for (int depth = 1; depth <= deepest; ++depth) rows.push_back(make(depth));
    for (int linear = 3; linear <= 6; ++linear) rows.push_back(sequential_generator(linear));
    for (int side = 8, convs = 2; side <= 512; side *= 2) rows.push_back(dcgan_example(convs++));
    return rows;
  }();
  return all;
}

}  // namespace pastiche
