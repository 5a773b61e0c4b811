#include "train/checkpoint.hpp"

#include "pastiche/error.hpp"
#include "pastiche/tensor_file.hpp"
#include "text.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

using torch::optim::AdamParamState;
using Weights = TrainingState::Weights;

void add(Weights& all, const std::string& prefix, const Weights& weights) {
  for (const auto& [name, tensor] : weights) all[prefix + name] = tensor;
}

Weights with_prefix(const TensorFile& file, const std::string& prefix) {
  Weights found;
  for (const auto& [name, tensor] : file.tensors())
    if (name.starts_with(prefix)) found[name.substr(prefix.size())] = to_torch(tensor);
  return found;
}

/// Returns the updates made, which Adam corrects its averages by.
int64_t add_moments(Weights& all, const std::string& prefix, const Trained& trained) {
  int64_t steps = 0;
  for (const auto& item : trained.module->named_parameters()) {
    const auto state = trained.adam->state().find(item.value().unsafeGetTensorImpl());
    if (state == trained.adam->state().end()) continue;
    const auto& moments = static_cast<const AdamParamState&>(*state->second);
    all["adam.first." + prefix + item.key()] = moments.exp_avg();
    all["adam.second." + prefix + item.key()] = moments.exp_avg_sq();
    steps = moments.step();
  }
  return steps;
}

double number(const TensorFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) return 0;
  return read_double(found->second).value_or(0);
}

void load_moments(const TensorFile& file, const std::string& prefix, const Trained& trained) {
  const auto steps = int64_t(number(file, "adam-steps." + prefix));
  for (const auto& item : trained.module->named_parameters()) {
    const std::string name = prefix + item.key();
    if (!file.tensors().contains("adam.first." + name)) continue;
    auto moments = std::make_unique<AdamParamState>();
    const auto options = item.value().options();
    moments->step(steps);
    moments->exp_avg(to_torch(file.at("adam.first." + name)).to(options));
    moments->exp_avg_sq(to_torch(file.at("adam.second." + name)).to(options));
    trained.adam->state()[item.value().unsafeGetTensorImpl()] = std::move(moments);
  }
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                     const std::vector<Trained>& trained) {
  Weights all;
  Metadata metadata = {{"architecture", "checkpoint"},
                       {"step", std::to_string(state.step)},
                       {"best-loss", print_double(state.best_loss)},
                       {"worse", std::to_string(state.worse)}};
  for (const Trained& one : trained) {
    add(all, one.name, weights_of(*one.module));
    metadata["adam-steps." + one.name] = std::to_string(add_moments(all, one.name, one));
  }
  add(all, "averaged.", state.averaged);
  add(all, "best.", state.best);
  save_weights(file, all, metadata);
}

TrainingState load_checkpoint(const std::filesystem::path& path,
                              const std::vector<Trained>& trained) {
  TrainingState state;
  if (!std::filesystem::exists(path)) return state;
  const TensorFile file(path);
  state.step = int(number(file, "step"));
  state.best_loss = number(file, "best-loss");
  state.worse = int(number(file, "worse"));
  state.averaged = with_prefix(file, "averaged.");
  state.best = with_prefix(file, "best.");
  for (const Trained& one : trained) {
    load_weights(*one.module, file, one.name);
    load_moments(file, one.name, one);
  }
  return state;
}

void assign(torch::nn::Module& module, const Weights& weights) {
  torch::NoGradGuard no_grad;
  auto named = weights_of(module);
  for (const auto& [name, tensor] : weights)
    if (const auto found = named.find(name); found != named.end()) found->second.copy_(tensor);
}

}  // namespace pastiche
