#include "nets/decoder.hpp"

#include <algorithm>

#include "pastiche/error.hpp"
#include "store/architecture.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace nn = torch::nn;

const Tensor* find_weight(const TensorFile& file, int block, int layer) {
  const auto found = file.tensors().find(conv_name(block, layer) + ".weight");
  return found == file.tensors().end() ? nullptr : &found->second;
}

/// Of the deepest block the first convolution alone; of the others all, the last first.
std::vector<DecoderImpl::Layer> layers_in(const TensorFile& file) {
  int deepest = 0;
  while (find_weight(file, deepest + 1, 1)) ++deepest;
  if (deepest == 0)
    throw Error(Error::Kind::NoModel, "The file holds no decoder: it has no conv1_1.weight.");
  std::vector<DecoderImpl::Layer> layers;
  for (int block = deepest; block > 0; --block) {
    int layer = 1;
    while (block < deepest && find_weight(file, block, layer + 1)) ++layer;
    for (; layer > 0; --layer) {
      const auto& shape = find_weight(file, block, layer)->shape;
      if (shape.size() != 4 || shape[0] < 1 || shape[1] < 1)
        throw Error(Error::Kind::NoModel,
                    conv_name(block, layer) + ".weight is not the weight of a convolution.");
      layers.push_back({conv_name(block, layer), shape[1], shape[0], layer == 1 && block > 1});
    }
  }
  return layers;
}

}  // namespace

DecoderImpl::DecoderImpl(const std::vector<Layer>& layers) : layers_(layers) {
  for (const Layer& layer : layers_)
    convs_.push_back(
        register_module(layer.name, nn::Conv2d(nn::Conv2dOptions(layer.in, layer.out, 3))));
}

torch::Tensor DecoderImpl::forward(torch::Tensor x) {
  for (int block = blocks(); block > 0; --block) x = step(x, block);
  return x;
}

torch::Tensor DecoderImpl::step(torch::Tensor x, int block) {
  const auto first = std::ranges::find(layers_, conv_name(block, 1), &Layer::name);
  TORCH_CHECK(first != layers_.end(), "the decoder has no block ", block);
  for (auto i = std::size_t(first - layers_.begin()); i < layers_.size(); ++i) {
    if (block > 1 && layers_[i].name == conv_name(block - 1, 1)) break;
    x = convs_[i]->forward(pad(x, 1, padding));
    if (i + 1 < convs_.size() || relu_at_end) x = torch::relu(x);
    if (layers_[i].upsample)
      x = torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}, {}, {});
  }
  return x;
}

int64_t DecoderImpl::reach(int block) const {
  int64_t before = 0, after = 0;  // convolutions, of the upsampling
  for (auto layer = std::ranges::find(layers_, conv_name(block, 1), &Layer::name);
       layer != layers_.end(); ++layer) {
    if (block > 1 && layer->name == conv_name(block - 1, 1)) break;
    ++(before == 0 ? before : after);
  }
  return before + (after + 1) / 2;
}

int DecoderImpl::blocks() const {
  return 1 + int(std::ranges::count_if(layers_, [](const Layer& layer) { return layer.upsample; }));
}

std::vector<DecoderImpl::Layer> mirrored(const Widths& widths) {
  std::vector<DecoderImpl::Layer> layers;
  for (std::size_t b = widths.size(); b-- > 0;)
    for (std::size_t k = b + 1 == widths.size() ? 1 : widths[b].size(); k-- > 0;) {
      const int64_t before = k > 0 ? widths[b][k - 1] : b > 0 ? widths[b - 1].back() : 3;
      layers.push_back({conv_name(int(b) + 1, int(k) + 1), widths[b][k], before, k == 0 && b > 0});
    }
  return layers;
}

Decoder load_decoder(const TensorFile& file) {
  Decoder decoder(layers_in(file));
  load_weights(*decoder, file);
  decoder->padding = padding_in(file);
  const auto output = file.metadata().find("output");
  decoder->relu_at_end = output != file.metadata().end() && output->second == "relu";
  decoder->eval();
  for (torch::Tensor& weight : decoder->parameters()) weight.requires_grad_(false);
  return decoder;
}

}  // namespace pastiche
