#include "nets/image_stylizer.hpp"

#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

Widths cut(Widths widths) {
  if (widths.size() < 2)
    throw Error(Error::Kind::NoModel, "The encoder has a single block; two are the least.");
  widths.back().resize(1);
  return widths;
}

void freeze(torch::nn::Module& module) {
  module.eval();
  for (torch::Tensor& weight : module.parameters()) weight.requires_grad_(false);
}

}  // namespace

std::string first_layer(int block) { return "relu" + std::to_string(block) + "_1"; }

ImageStylizerImpl::ImageStylizerImpl(const Widths& widths)
    : encoder(register_module("encoder", Encoder(widths))),
      decoder(register_module("decoder", Decoder(mirrored(widths)))) {}

std::set<std::string> ImageStylizerImpl::layers() const {
  std::set<std::string> names;
  for (int block = 1; block <= blocks(); ++block) names.insert(first_layer(block));
  return names;
}

ImageStylizer stylizer_around(const TensorFile& file) {
  ImageStylizer stylizer(cut(widths_in(file)));
  load_weights(*stylizer->encoder, file);
  set_borders(stylizer->encoder, file);
  freeze(*stylizer->encoder);
  return stylizer;
}

ImageStylizer load_stylizer(const TensorFile& file) {
  ImageStylizer stylizer(cut(widths_in(file, "encoder.")));
  load_weights(*stylizer, file);
  set_borders(stylizer->encoder, file);
  freeze(*stylizer);
  return stylizer;
}

}  // namespace pastiche
