#include "nets/torchscript_generator.hpp"

#include <torch/script.h>

#include <sstream>

#include "pastiche/error.hpp"
#include "store/sha256.hpp"
#include "store/trusted.hpp"

namespace pastiche {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Error::Kind::NoModel, "The TorchScript module " + what + ".");
}

/// The reason; before it stands where in the program that was.
std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

struct TorchScriptGenerator : Generator {
  TorchScriptGenerator(GeneratorPlan plan, torch::jit::Module module)
      : Generator(std::move(plan)), module_(std::move(module)) {
    module_.eval();
    torch::NoGradGuard no_grad;
    const torch::Tensor latent = torch::zeros({1, this->plan.latent});
    try {
      run(latent);
    } catch (const Error&) {
      as_map_ = true;
    }
    forward(latent, {});
  }

  torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor&) override {
    module_.to(latents.device());
    const torch::Tensor made = run(as_map_ ? latents.unsqueeze(2).unsqueeze(3) : latents);
    const int64_t count = latents.size(0);
    if (made.numel() != count * plan.channels * plan.height * plan.width)
      refuse("makes " + c10::str(made.sizes()) + " of a latent instead of " +
             c10::str(plan.channels) + " x " + c10::str(plan.height) + " x " +
             c10::str(plan.width) +
             "; --channels, --height and --width of 'pastiche models "
             "import' say what it makes");
    const torch::Tensor x =
        made.to(torch::kFloat32).reshape({count, plan.channels, plan.height, plan.width});
    return (plan.output == "tanh" ? 0.5 * (x + 1) : x).clamp(0, 1);
  }

 private:
  torch::Tensor run(const torch::Tensor& latents) try {
    return module_.forward({latents}).toTensor();
  } catch (const std::exception& e) {
    refuse("fails on latents of " + c10::str(latents.sizes()) + ": " + last_line(e.what()));
  }

  torch::jit::Module module_;
  bool as_map_ = false;
};

}  // namespace

GeneratorPtr load_torchscript(const TensorFile& file) {
  const GeneratorPlan plan = plan_in(file.metadata());
  const auto bytes = file.at("torchscript").bytes;
  // Hashed and run from one copy, which nobody can change in between.
  const std::string program(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!is_trusted(sha256_of(std::as_bytes(std::span(program)))))
    refuse(
        "is a program that nobody here said to trust; 'pastiche models import FILE "
        "--trusted-torchscript' does, for a file of a maker you trust");
  std::istringstream stream(program);
  try {
    return std::make_shared<TorchScriptGenerator>(plan, torch::jit::load(stream));
  } catch (const c10::Error& e) {
    refuse("cannot be loaded: " + std::string(e.what_without_backtrace()));
  }
}

}  // namespace pastiche
