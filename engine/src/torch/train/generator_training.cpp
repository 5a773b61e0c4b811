#include "train/generator_training.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <format>
#include <random>

#include "pastiche/models.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

constexpr int fewest_pictures = 16;
constexpr int sheet_side = 8;
constexpr int mlp_factor = 8;  // units of an mlp's layer for each channel of a dcgan

bool is_dcgan_side(int side) { return side >= 8 && side <= 256 && (side & (side - 1)) == 0; }

}  // namespace

GeneratorPlan generator_plan(const std::string& network, int latent, int width, int channels,
                             int side) {
  const bool mlp = network == "mlp";
  if (!mlp && !is_dcgan_side(side))
    throw Error(Error::Kind::BadSetting,
                std::format("The setting crop is {}, but a dcgan's pictures have a side of 8, 16, "
                            "32, 64, 128 or 256 px.",
                            side));
  if (mlp && side > 128)
    throw Error(Error::Kind::BadSetting,
                std::format("The setting crop is {}, but an mlp is for pictures of at most 128 px; "
                            "a dcgan makes larger ones.",
                            side));
  return {.network = network,
          .latent = latent,
          .classes = {},
          .class_counts = {},
          .height = side,
          .width = side,
          .channels = channels,
          .features = mlp ? mlp_factor * width : width};
}

void check_enough(const PictureSet& pictures) {
  if (pictures.size() >= fewest_pictures) return;
  throw Error(Error::Kind::BadImage,
              std::format("There are {} picture(s) to learn from; a generator needs {} at the "
                          "least, and some hundreds to make new ones.",
                          pictures.size(), fewest_pictures));
}

torch::Generator random_of(int seed, int index) {
  std::seed_seq sequence = {seed, index};
  std::uint32_t words[2];
  sequence.generate(words, words + 2);
  return at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(words[0]) << 32 | words[1]);
}

void write_samples(Generator& generator, const std::filesystem::path& output) {
  torch::NoGradGuard no_grad;
  constexpr int64_t count = sheet_side * sheet_side;
  const GeneratorPlan& plan = generator.plan;
  const torch::Device device = generator.parameters().front().device();
  const torch::Tensor classes =
      torch::arange(count) % std::max<int64_t>(1, int64_t(plan.classes.size()));
  const torch::Tensor samples =
      generator.forward(latents_of(0, count, plan.latent).to(device), classes.to(device));
  std::filesystem::path file = output;
  write_sheet(file += ".samples.png", as_rgb(samples), sheet_side);
}

void save_generator(const torch::nn::Module& module, const GeneratorPlan& plan,
                    const std::string& trainer, const LoopOptions& loop, const PictureSet& pictures,
                    const Compute& compute, const Facts& facts, const nlohmann::json& further,
                    double seconds, const std::string& output) {
  const bool whole = trainer == "vae";
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, tensor] : weights_of(module))
    if (!name.ends_with(".num_batches_tracked"))
      tensors[(whole ? "" : "generator.") + name] = tensor;
  Metadata metadata = metadata_of(plan);
  metadata["architecture"] = whole ? "vae" : "generator";
  nlohmann::json card = {
      {"architecture", metadata["architecture"]},
      {"licence", "CC0-1.0"},
      {"trained-on", std::to_string(pictures.size()) + " pictures"},
      {"network", metadata},
      {"training", training_card(trainer, loop, pictures, compute, seconds)},
      {"evaluation", facts},
  };
  card["training"].update(further);
  save_weights(output, tensors, metadata, torch::kFloat16);
  register_model(output, card.dump(2));
  std::filesystem::remove(checkpoint_of(output));
}

}  // namespace pastiche
