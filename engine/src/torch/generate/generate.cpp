#include "generate/generate.hpp"

#include <cmath>
#include <format>

#include "device.hpp"
#include "generate/field.hpp"
#include "generate/latents.hpp"
#include "generate/placing.hpp"
#include "nets/vae.hpp"
#include "pastiche/models.hpp"
#include "tensor_image.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

/// Latents that are codes of `content`: its own, and at the distance `vary` from it.
void rebuild(std::vector<Draft>& drafts, const Image& content, const Model& model,
             const GeneratorPlan& plan, const GenerateOptions& options) {
  if (!model.rebuilds)
    throw Error(Error::Kind::BadSetting,
                "The model " + in_quotes(model.name) +
                    " cannot rebuild a picture; one that the trainer vae made can.");
  if (options.frames > 0 || !options.latent.empty() || !options.latent_file.empty())
    throw Error(Error::Kind::BadSetting,
                "A picture to rebuild goes with count and vary, not with frames or latents.");
  VaeEncoder encoder = load_vae_encoder(TensorFile(model.file));
  const torch::Tensor small = resize(to_tensor(content, torch::kCPU), plan.height, plan.width);
  const Code code = encoder(for_plan(small, plan));
  for (Draft& one : drafts)
    one.latent = code.mean[0] + options.vary * (0.5 * code.log_variance[0]).exp() * one.latent;
}

Result as_sheet(std::vector<Result> results) {
  std::vector<Image> pictures;
  for (Result& one : results) pictures.push_back(std::move(one.image));
  Facts facts = std::move(results.front().facts);
  facts.erase("class");
  return {sheet_of(pictures), std::move(facts)};
}

}  // namespace

Model find_generator(const GenerateOptions& options) {
  Model model = find_model(options.model, "", options.models);
  if (model.architecture != "generator" && model.architecture != "vae" &&
      model.architecture != "torchscript")
    throw Error(Error::Kind::NoModel,
                "The model " + in_quotes(model.name) + " is of the architecture " +
                    in_quotes(model.architecture) +
                    "; to sample from, it must be a generator, a vae or a torchscript.");
  return model;
}

Result generate(const std::vector<Image>& content, const GenerateOptions& options,
                const Progress& progress) {
  torch::NoGradGuard no_grad;
  const Compute compute = resolve(options.common);
  const Model model = find_generator(options);
  const GeneratorPtr net = load_generator(TensorFile(model.file));
  const GeneratorPlan& plan = net->plan;
  std::vector<Draft> drafts = draft(options, *net);
  const PictureSize own =
      content.empty() ? PictureSize() : PictureSize{content[0].width, content[0].height};
  const PictureSize size = sample_size(options, plan, content.empty() ? nullptr : &own);
  sample_bytes(size, drafts.size(), options.grid, compute);
  if (!content.empty()) rebuild(drafts, content[0], model, plan, options);
  net->to(compute.device);
  std::vector<Result> results;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (!progress(double(i) / double(drafts.size()),
                  std::format("Sample {} of {}", i + 1, drafts.size())))
      throw Cancelled("Stopped before all samples were made.");
    // One at a time: a sample is then the same whatever was made with it.
    const torch::Tensor classes = torch::full({1}, drafts[i].shown, torch::kInt64);
    const torch::Tensor sample =
        net->forward(drafts[i].latent.unsqueeze(0).to(compute.device), classes.to(compute.device))
            .cpu();
    const std::string fit = content.empty() ? options.fit : "stretch";
    results.push_back({placed(sample, size.width, size.height, fit),
                       {{"model", model.name},
                        {"model-sha256", model.sha256},
                        {"device", name_of(compute)},
                        {"precision", "fp32"}},
                       std::move(drafts[i].changes)});
    if (!plan.classes.empty())
      results.back().facts["class"] = plan.classes[std::size_t(drafts[i].shown)];
  }
  if (options.grid) return as_sheet(std::move(results));
  return as_one(std::move(results));
}

}  // namespace pastiche
