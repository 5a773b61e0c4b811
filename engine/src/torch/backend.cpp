#include "backend.hpp"

#include <malloc.h>
#include <torch/torch.h>

#include <chrono>

#include "data/pack_pictures.hpp"
#include "device.hpp"
#include "evaluate/measure.hpp"
#include "evaluate/measure_generator.hpp"
#include "evaluate/wct.hpp"
#include "generate/generate.hpp"
#include "generate/texture.hpp"
#include "memory.hpp"
#include "memory_left.hpp"
#include "pastiche/version.hpp"
#include "predict/predict.hpp"
#include "style/fast_style.hpp"
#include "style/gatys.hpp"
#include "style/gatys_plan.hpp"
#include "style/style_from_image.hpp"
#include "tensor_image.hpp"
#include "train/trainers.hpp"

namespace pastiche {
namespace {

using Run = Result (*)(Pictures, const Settings&, const Progress&);

const std::vector<Image>& of(const Pictures& pictures, const char* input) {
  static const std::vector<Image> none;
  const auto found = pictures.find(input);
  return found == pictures.end() ? none : found->second;
}

Image content_of(Pictures&& pictures) { return std::move(pictures.find("content")->second[0]); }

Result colour_transfer(const Image& content, const Image& style) {
  const torch::Tensor picture = to_tensor(content, torch::kCPU);
  return {to_image(match_colour(picture, to_tensor(style, torch::kCPU)), content), {}};
}

const std::map<std::string_view, Run> runs = {
    {"gatys",
     [](Pictures pictures, const Settings& settings, const Progress& progress) {
       return gatys(pictures, gatys_options(settings), progress);
     }},
    {"fast-style",
     [](Pictures pictures, const Settings& settings, const Progress& progress) {
       return fast_style(content_of(std::move(pictures)), fast_style_options(settings), progress);
     }},
    {"content", [](Pictures pictures, const Settings&,
                   const Progress&) { return Result{content_of(std::move(pictures)), {}}; }},
    {"colour-transfer",
     [](Pictures pictures, const Settings&, const Progress&) {
       return colour_transfer(of(pictures, "content")[0], of(pictures, "style")[0]);
     }},
    {"wct",
     [](Pictures pictures, const Settings& settings, const Progress& progress) {
       return wct(of(pictures, "content")[0], of(pictures, "style")[0], wct_options(settings),
                  progress);
     }},
    {"style-from-image",
     [](Pictures pictures, const Settings& settings, const Progress& progress) {
       return style_from_image(pictures, style_from_image_options(settings), progress);
     }},
    {"generate",
     [](Pictures pictures, const Settings& settings, const Progress& progress) {
       return generate(of(pictures, "content"), generate_options(settings), progress);
     }},
    {"texture",
     [](Pictures, const Settings& settings, const Progress& progress) {
       return texture(texture_options(settings), progress);
     }},
};

using NeedOf = Need (*)(const Sizes&, const Settings&);

/// What each filter needs: what its planner goes by.
const std::map<std::string_view, NeedOf> needs = {
    {"gatys", [](const Sizes& sizes,
                 const Settings& settings) { return gatys_need(sizes, gatys_options(settings)); }},
    {"fast-style",
     [](const Sizes& sizes, const Settings& settings) {
       return fast_style_need(sizes, fast_style_options(settings));
     }},
    {"style-from-image",
     [](const Sizes& sizes, const Settings& settings) {
       return style_from_image_need(sizes, style_from_image_options(settings));
     }},
    {"generate",
     [](const Sizes& sizes, const Settings& settings) {
       return generate_need(sizes, generate_options(settings));
     }},
    {"texture", [](const Sizes&,
                   const Settings& settings) { return texture_need(texture_options(settings)); }},
};

/// LibTorch's exceptions become ours at this one place.
template <class Function>
auto guarded(Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    if (is_out_of_memory(e))
      throw Error(Error::Kind::OutOfMemory,
                  dynamic_cast<const c10::OutOfMemoryError*>(&e)
                      ? "The device ran out of memory; a smaller size, or the device cpu, may fit."
                      : "The computer ran out of memory; a smaller size may fit.");
    if (const auto* torch = dynamic_cast<const c10::Error*>(&e))
      throw Error(Error::Kind::Internal, torch->what_without_backtrace());
    throw Error(Error::Kind::Internal, e.what());
  }
}

Result run_here(const Filter& filter, Pictures pictures, const Settings& settings,
                const Progress& progress) {
  return guarded([&] {
    const auto start = std::chrono::steady_clock::now();
    const Sizes sizes = sizes_of(pictures);
    Result result = runs.at(filter.name)(std::move(pictures), settings, progress);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    result.facts["seconds"] = Settings::print(std::round(spent.count() * 1000) / 1000);
    if (const auto need = needs.find(filter.name); need != needs.end())
      learn(filter.name, [&] { return need->second(sizes, settings); }, spent.count());
    return result;
  });
}

Prediction predict_here(const Filter& filter, const Sizes& sizes, const Settings& settings) {
  return guarded(
      [&] { return predict(filter.name, [&] { return needs.at(filter.name)(sizes, settings); }); });
}

Facts train_here(const Trainer& trainer, const Pictures& pictures, const Settings& settings,
                 const std::string& output, const Progress& progress) {
  return guarded([&] { return run_trainer(trainer.name, pictures, settings, output, progress); });
}

Facts guarded_pack(const std::string& folder, const std::string& output, int side,
                   const Progress& progress) {
  return guarded([&] { return pack_here(folder, output, side, progress); });
}

std::vector<Distances> measure_here(const Pictures& pictures, const Settings& settings) {
  return guarded([&] {
    return measure(of(pictures, "content")[0], of(pictures, "style")[0], of(pictures, "result"),
                   measuring_options(settings));
  });
}

GeneratorScores measure_generator_here(const std::string& model, const Settings& settings,
                                       const Progress& progress) {
  return guarded(
      [&] { return measure_generator(model, generator_measuring_options(settings), progress); });
}

/// Tensors come and go. The system takes back what is freed, and gives it out page by page again,
/// which can take as long as computing what is in it: a little of it is kept.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
}

}  // namespace
}  // namespace pastiche

const pastiche::Backend* pastiche_backend() {
  pastiche::keep_blas_to_one_thread();
  pastiche::keep_freed_memory();
  // OpenBLAS takes the memory it works in at the first product, and never gives up: where there is
  // a limit it shall have it while there is room.
  if (std::min(pastiche::address_space_left(), pastiche::data_left()) < std::size_t(1) << 40)
    torch::mm(torch::ones({256, 256}), torch::ones({256, 256}));
  static const pastiche::Backend backend = {
      .version = pastiche::version(),
      .run = pastiche::run_here,
      .predict = pastiche::predict_here,
      .train = pastiche::train_here,
      .pack = pastiche::guarded_pack,
      .devices = pastiche::device_names,
      .measure = pastiche::measure_here,
      .measure_generator = pastiche::measure_generator_here,
  };
  return &backend;
}
