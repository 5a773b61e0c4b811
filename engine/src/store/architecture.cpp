#include "store/architecture.hpp"

#include <algorithm>
#include <stdexcept>

#include "text.hpp"

namespace pastiche {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

const Shape* find(const Shapes& shapes, const std::string& name) {
  const auto found = shapes.find(name);
  return found == shapes.end() ? nullptr : &found->second;
}

void expect(const Shapes& shapes, const std::string& name, const Shape& wanted) {
  const Shape* shape = find(shapes, name);
  if (!shape) refuse("lacks the tensor " + in_quotes(name));
  if (*shape != wanted)
    refuse("has the tensor " + in_quotes(name) + " of " + shape_text(*shape) + ", but " +
           shape_text(wanted) + " fits");
}

/// A convolution of `side` x `side` with `in` input channels; its output channels.
std::int64_t expect_conv(const Shapes& shapes, const std::string& name, std::int64_t in,
                         std::int64_t side) {
  const Shape* shape = find(shapes, name + ".weight");
  const bool fits = shape && shape->size() == 4 && shape->front() > 0;
  const std::int64_t out = fits ? shape->front() : 1;
  expect(shapes, name + ".weight", {out, in, side, side});
  expect(shapes, name + ".bias", {out});
  return out;
}

bool has_conv(const Shapes& shapes, int block, int layer) {
  return find(shapes, conv_name(block, layer) + ".weight");
}

void check_encoder(const Shapes& shapes, std::int64_t) {
  expect(shapes, "input.weight", {3, 3, 1, 1});
  expect(shapes, "input.bias", {3});
  std::int64_t channels = expect_conv(shapes, conv_name(1, 1), 3, 3);
  for (int block = 1; has_conv(shapes, block, 1); ++block)
    for (int layer = 1; has_conv(shapes, block, layer); ++layer) {
      const bool first = block == 1 && layer == 1;
      channels = expect_conv(shapes, conv_name(block, layer), first ? 3 : channels, 3);
      const std::string aux = "aux" + conv_name(block, layer).substr(4);
      if (find(shapes, aux + ".weight")) expect_conv(shapes, aux, channels, 1);
    }
}

void check_decoder(const Shapes& shapes, std::int64_t) {
  int block = 1;
  while (has_conv(shapes, block + 1, 1)) ++block;
  const Shape* deepest = find(shapes, conv_name(block, 1) + ".weight");
  if (!deepest) refuse("lacks the tensor \"conv1_1.weight\"");
  std::int64_t channels = deepest->size() == 4 ? (*deepest)[1] : 0;
  channels = expect_conv(shapes, conv_name(block, 1), channels, 3);
  while (--block > 0) {
    int layer = 1;
    while (has_conv(shapes, block, layer + 1)) ++layer;
    for (; layer > 0; --layer) channels = expect_conv(shapes, conv_name(block, layer), channels, 3);
  }
  if (channels != 3) refuse("ends in " + std::to_string(channels) + " channels instead of 3");
}

Shapes under(const Shapes& shapes, const std::string& prefix) {
  Shapes found;
  for (const auto& [name, shape] : shapes)
    if (name.starts_with(prefix)) found[name.substr(prefix.size())] = shape;
  return found;
}

/// What an encoder sees of the styles, where that is kept. REQUIRES names after "statistics.".
void check_statistics(const Shapes& shapes, std::int64_t rows) {
  for (const auto& [name, shape] : shapes) {
    const std::string layer = name.substr(0, name.rfind('.'));
    const std::int64_t channels = shape.size() > 1 ? shape[1] : 1;
    expect(shapes, layer + ".mean", {rows, channels});
    expect(shapes, layer + ".root", {rows, channels, channels});
  }
}

void check_transformer(const Shapes& shapes, std::int64_t rows) {
  if (rows == 0) refuse("names no styles");
  const auto styled = [&](const std::string& name, std::int64_t in, std::int64_t side) {
    const std::int64_t out = expect_conv(shapes, name, in, side);
    expect(shapes, name + ".scale", {rows, out});
    expect(shapes, name + ".shift", {rows, out});
    return out;
  };
  std::int64_t channels = styled("down1", 3, 9);
  for (const char* name : {"down2", "down3"}) channels = styled(name, channels, 3);
  for (int i = 1; find(shapes, "res" + std::to_string(i) + "_a.weight"); ++i)
    for (const char* half : {"_a", "_b"})
      channels = styled("res" + std::to_string(i) + half, channels, 3);
  for (const char* name : {"up1", "up2"}) channels = styled(name, channels, 3);
  expect(shapes, "out_weight", {3, channels, 9, 9});
  expect(shapes, "out_bias", {3});
  check_statistics(under(shapes, "statistics."), rows);
}

/// Which convolutions there are, and how wide, only the transformer tells.
void check_style(const Shapes& shapes, std::int64_t rows) {
  if (rows == 0) refuse("names no styles");
  if (!find(shapes, "down1.scale")) refuse("lacks the tensor \"down1.scale\"");
  for (const auto& [name, shape] : shapes) {
    if (name.starts_with("statistics.")) continue;
    const std::string layer = name.substr(0, name.rfind('.'));
    const std::int64_t out = shape.size() == 2 ? shape.back() : 1;
    expect(shapes, layer + ".scale", {rows, out});
    expect(shapes, layer + ".shift", {rows, out});
  }
  check_statistics(under(shapes, "statistics."), rows);
}

void check_squeezenet(const Shapes& shapes, std::int64_t) {
  expect(shapes, "input.weight", {3, 3, 1, 1});
  expect(shapes, "input.bias", {3});
  std::int64_t channels = expect_conv(shapes, "conv1", 3, 7);
  for (int fire = 2; fire <= 9; ++fire) {
    const std::string name = "fire" + std::to_string(fire);
    const std::int64_t squeezed = expect_conv(shapes, name + "_squeeze", channels, 1);
    channels = expect_conv(shapes, name + "_expand1", squeezed, 1);
    channels += expect_conv(shapes, name + "_expand3", squeezed, 3);
  }
  expect_conv(shapes, "conv_final", channels, 1);
}

/// The decoder is its encoder's mirror image, whose last block has one convolution.
void check_style_decoder(const Shapes& shapes, std::int64_t rows) {
  const Shapes encoder = under(shapes, "encoder."), decoder = under(shapes, "decoder.");
  check_encoder(encoder, rows);
  if (!has_conv(encoder, 2, 1)) refuse("has an encoder of one block");
  for (int block = 1; has_conv(encoder, block, 1); ++block)
    for (int layer = 1; has_conv(encoder, block, layer); ++layer) {
      const std::string name = conv_name(block, layer);
      const Shape& mirrored = encoder.at(name + ".weight");
      expect(decoder, name + ".weight", {mirrored[1], mirrored[0], 3, 3});
      expect(decoder, name + ".bias", {mirrored[1]});
      if (layer > 1 && !has_conv(encoder, block + 1, 1))
        refuse("has an encoder with more than one convolution in its last block");
    }
}

/// A matrix {out, in} with its bias; its outputs.
std::int64_t expect_linear(const Shapes& shapes, const std::string& name, std::int64_t in) {
  const Shape* shape = find(shapes, name + ".weight");
  const std::int64_t out = shape && shape->size() == 2 && shape->front() > 0 ? shape->front() : 1;
  expect(shapes, name + ".weight", {out, in});
  expect(shapes, name + ".bias", {out});
  return out;
}

/// The inputs of "fc1" or "conv1": a first layer takes any number.
std::int64_t first_inputs(const Shapes& shapes, const std::string& name, std::size_t axis) {
  const Shape* shape = find(shapes, name + ".weight");
  if (!shape) refuse("lacks the tensor " + in_quotes(name + ".weight"));
  return axis < shape->size() ? (*shape)[axis] : 0;
}

std::int64_t check_chain(const Shapes& shapes, std::int64_t in) {
  for (int i = 1; find(shapes, "fc" + std::to_string(i) + ".weight"); ++i)
    in = expect_linear(shapes, "fc" + std::to_string(i), in);
  return in;
}

void check_dcgan(const Shapes& shapes) {
  std::int64_t channels = first_inputs(shapes, "conv1", 0);
  for (int i = 1;; ++i) {
    const std::string number = std::to_string(i);
    const Shape* shape = find(shapes, "conv" + number + ".weight");
    const std::int64_t out = shape && shape->size() == 4 ? (*shape)[1] : 0;
    expect(shapes, "conv" + number + ".weight", {channels, out, 4, 4});
    if (!find(shapes, "norm" + number + ".weight")) return;
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
      expect(shapes, "norm" + number + part, {out});
    channels = out;
  }
}

/// Whether they make as many pixels as the metadata say is seen when they are loaded.
void check_generator(const Shapes& all, std::int64_t) {
  const Shapes shapes = under(all, "generator.");
  if (find(shapes, "fc1.weight"))
    check_chain(shapes, first_inputs(shapes, "fc1", 1));
  else
    check_dcgan(shapes);
}

void check_vae(const Shapes& all, std::int64_t rows) {
  check_generator(all, rows);
  const Shapes encoder = under(all, "encoder.");
  std::int64_t in = 0;
  if (find(encoder, "conv1.weight")) {
    in = first_inputs(encoder, "conv1", 1);
    for (int i = 1; find(encoder, "conv" + std::to_string(i) + ".weight"); ++i)
      in = expect_conv(encoder, "conv" + std::to_string(i), in, 4);
    in *= 4 * 4;
  } else {
    in = check_chain(encoder, first_inputs(encoder, "fc1", 1));
  }
  const std::int64_t size = expect_linear(encoder, "mean", in);
  expect(encoder, "log_variance.weight", {size, in});
  expect(encoder, "log_variance.bias", {size});
}

/// Pictures of 32 px come to a single place in the third convolution.
void check_lenet(const Shapes& shapes, std::int64_t) {
  std::int64_t channels = 1;
  for (const char* name : {"conv1", "conv2", "conv3"})
    channels = expect_conv(shapes, name, channels, 5);
  expect_linear(shapes, "fc2", expect_linear(shapes, "fc1", channels));
}

/// A program that is kept as its file's bytes.
void check_torchscript(const Shapes& shapes, std::int64_t) {
  const Shape* shape = find(shapes, "torchscript");
  expect(shapes, "torchscript", {shape && shape->size() == 1 ? shape->front() : 1});
}

/// Five levels of two convolutions; the first of each also takes noise, that of the third the
/// waves.
void check_texture(const Shapes& shapes, std::int64_t rows) {
  if (rows == 0) refuse("names no textures");
  const Shape* const end = find(shapes, "out_weight");
  const std::int64_t width = end && end->size() == 4 ? (*end)[1] : 0;
  constexpr struct {
    std::int64_t widths, further;
  } levels[] = {{4, 8}, {4, 4}, {3, 2 + 4}, {2, 1}, {1, 1}};
  std::int64_t in = 0;
  for (std::size_t i = 0; i < std::size(levels); ++i) {
    const std::int64_t out = levels[i].widths * width;
    in += levels[i].further;
    for (const char* part : {"_1", "_2"}) {
      const std::string name = "conv" + std::to_string(i + 1) + part;
      expect(shapes, name + ".weight", {out, in, 3, 3});
      expect(shapes, name + ".scale", {rows, out});
      expect(shapes, name + ".shift", {rows, out});
      in = out;
    }
  }
  expect(shapes, "out_weight", {3, width, 3, 3});
  expect(shapes, "out_bias", {3});
  expect(shapes, "waves", {rows, 2, 2});
  expect(shapes, "strength", {rows, 2});
}

struct Architecture {
  const char* name;
  void (*check)(const Shapes&, std::int64_t rows);
};

const Architecture architectures[] = {
    {"encoder", check_encoder},
    {"decoder", check_decoder},
    {"transformer", check_transformer},
    {"squeezenet", check_squeezenet},
    {"style-decoder", check_style_decoder},
    {"generator", check_generator},
    {"vae", check_vae},
    {"lenet", check_lenet},
    {"torchscript", check_torchscript},
    {"style", check_style},
    {"texture", check_texture},
};

}  // namespace

std::string conv_name(int block, int layer) {
  return "conv" + std::to_string(block) + "_" + std::to_string(layer);
}

void check_architecture(const std::string& architecture, const Shapes& shapes, std::size_t rows) {
  for (const Architecture& known : architectures)
    if (architecture == known.name) return known.check(shapes, std::int64_t(rows));
  refuse("is of the architecture " + in_quotes(architecture) + "; known are " +
         listed(names_of(architectures)));
}

}  // namespace pastiche
