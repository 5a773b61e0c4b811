#include "bench/trials.hpp"

#include <algorithm>

#include "bench/pictures.hpp"
#include "pastiche/models.hpp"
#include "pastiche/prediction.hpp"

namespace pastiche::cli {
namespace {

const std::vector<Way> ways = {
    {"pastiche", "Pastiche", "fp32"},
    {"pastiche", "Pastiche", "bf16"},
    {"pytorch", "PyTorch", "fp32"},
    {"pytorch", "PyTorch", "fp32", true},
    {"pytorch", "PyTorch", "bf16"},
    {"pytorch", "PyTorch", "bf16", true},
    {"onnxruntime", "ONNX Runtime", "fp32", false, false},
    {"opencv", "OpenCV", "fp32", false, false},
};

}  // namespace

const std::vector<Trial>& trials() {
  // A blend of strokes would be a row that no peer's constants have; averaged pictures would hide
  // what a step does.
  static const std::vector<Trial> table = {
      {"fast-style",
       "model",
       {{"stroke-size", "0"}},
       0,
       {512, 1024, 2048},
       {"pytorch", "onnxruntime", "opencv"}},
      {"gatys", "encoder", {{"loss", "wasserstein"}, {"optimiser", "adam"}, {"averaging", "0"}}, 4, {512}, {"pytorch"}},
      {"gatys", "encoder", {{"loss", "gram"}, {"optimiser", "adam"}, {"averaging", "0"}}, 4, {512}, {"pytorch"}},
  };
  return table;
}

std::vector<Way> ways_for(const Trial& trial, const std::string& device, bool with_peers) {
  std::vector<Way> some;
  for (const Way& way : ways) {
    const std::string_view library = way.library;
    const bool peer = with_peers && std::ranges::count(trial.peers, library) > 0;
    if (library == "pastiche" || (peer && (way.on_gpu || device == "cpu"))) some.push_back(way);
  }
  return some;
}

Task task_of(const Trial& trial, int side, const std::string& device, int threads) {
  const Filter& filter = find_filter(trial.filter);
  Task task = {.name = trial.filter,
               .side = side,
               .device = device,
               .threads = threads,
               .steps = trial.steps,
               .filter = &filter,
               .pictures = drawn_pictures(filter, side)};
  for (const auto& [name, text] : trial.settings) task.settings.emplace_back(name, text);
  if (trial.steps > 0) {
    for (const char* name : {"size", "min-size"})
      task.settings.emplace_back(name, std::to_string(side));
    for (const char* name : {"steps", "first-steps"})
      task.settings.emplace_back(name, std::to_string(trial.steps));
  }
  Settings settings(filter.params);
  for (const auto& [name, text] : task.settings) settings.parse(name, text);
  Settings own = settings;
  own.set("device", std::string(device == "cpu" ? "cpu" : "cuda"));
  task.chosen = predict(filter, sizes_of(task.pictures), own).precision;
  task.job = {{"model", find_model(settings.text(trial.model_setting), "").file.string()},
              {"row", 0}};
  for (const Param& param : filter.params)
    task.job["settings"][param.name] = Settings::print(settings.value(param.name));
  return task;
}

Task product_task(const std::string& device, int threads) {
  return {.name = "product",
          .side = device == "cpu" ? 2048 : 8192,
          .device = device,
          .threads = threads};
}

std::vector<Way> product_ways() {
  return {{"pytorch", "PyTorch", "fp32"}, {"pytorch", "PyTorch", "bf16"}};
}

}  // namespace pastiche::cli
