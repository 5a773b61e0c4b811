#include "store/generator_shapes.hpp"

#include <cmath>
#include <stdexcept>

#include "text.hpp"

namespace pastiche {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

/// The shapes of "PREFIX1.weight", "PREFIX2.weight", ... of `rank`.
std::vector<Shape> layers(const Shapes& shapes, const std::string& prefix, std::size_t rank) {
  std::vector<Shape> found;
  for (;;) {
    const auto next = shapes.find(prefix + std::to_string(found.size() + 1) + ".weight");
    if (next == shapes.end() || next->second.size() != rank) break;
    found.push_back(next->second);
  }
  if (found.size() < 2) refuse("has fewer than two layers to make pictures with");
  return found;
}

/// The side of a square of `values`; 0 when it is none.
std::int64_t side_of(std::int64_t values) {
  const auto side = std::int64_t(std::llround(std::sqrt(double(values))));
  return side * side == values ? side : 0;
}

void measure_mlp(GeneratorPlan& plan, const Shapes& shapes) {
  const auto linear = layers(shapes, "generator.fc", 2);
  plan.latent = linear.front()[1];
  plan.features = linear.front()[0];
  for (std::size_t i = 0; i + 1 < linear.size(); ++i)
    if (linear[i][0] != plan.features)
      refuse("has layers of " + std::to_string(plan.features) + " and of " +
             std::to_string(linear[i][0]) + " outputs, but all except the last must be as wide");
  const std::int64_t values = linear.back()[0];
  plan.channels = side_of(values) ? 1 : 3;
  plan.height = plan.width = side_of(values / plan.channels);
  if (plan.height * plan.width * plan.channels != values || values == 0)
    refuse("ends in " + std::to_string(values) + " values, which make no square picture");
}

/// Every doubling of the side must halve the channels.
void measure_dcgan(GeneratorPlan& plan, const Shapes& shapes) {
  const auto convs = layers(shapes, "generator.conv", 4);
  plan.latent = convs.front()[0];
  plan.channels = convs.back()[1];
  plan.features = convs.back()[0];
  plan.height = plan.width = std::int64_t(4) << (convs.size() - 1);
  for (std::size_t i = 0; i + 1 < convs.size(); ++i)
    if (const std::int64_t wanted = plan.features << (convs.size() - 2 - i); convs[i][1] != wanted)
      refuse("has " + std::to_string(convs[i][1]) + " channels after convolution " +
             std::to_string(i + 1) + ", but " + std::to_string(wanted) + " fit");
}

void check_encoder(const GeneratorPlan& plan, const Shapes& shapes) {
  const auto fits = [&](const char* name, std::size_t axis, std::int64_t wanted) {
    const auto found = shapes.find(name);
    if (found != shapes.end() && (axis >= found->second.size() || found->second[axis] != wanted))
      refuse("has an encoder that does not fit its generator: " + in_quotes(name) + " is " +
             shape_text(found->second));
  };
  fits("encoder.mean.weight", 0, plan.latent);
  fits("encoder.fc1.weight", 1, plan.channels * plan.height * plan.width);
  fits("encoder.conv1.weight", 1, plan.channels);
}

}  // namespace

GeneratorPlan with_sizes(GeneratorPlan plan, const Shapes& shapes) {
  if (plan.network == "mlp")
    measure_mlp(plan, shapes);
  else
    measure_dcgan(plan, shapes);
  check_encoder(plan, shapes);
  plan_in(metadata_of(plan));  // refuses sizes beyond its ranges
  return plan;
}

}  // namespace pastiche
