#include "nets/texture_net.hpp"

#include <cmath>
#include <numbers>
#include <random>

#include "nets/circular.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

struct Level {
  int64_t widths;  // channels, as a multiple of the net's width
  int64_t noise;   // channels
};
constexpr Level plan[] = {{4, 8}, {4, 4}, {3, 2}, {2, 1}, {1, 1}};
constexpr std::size_t level_count = std::size(plan);
constexpr std::size_t wave_level = 2;  // a quarter of the size: two samples for periods of 8 px
constexpr int64_t wave_count = 2;
constexpr double leak = 0.2;
constexpr double out_unit = 16;  // makes Adam's steps small as seen from 0..1
constexpr int64_t strip_pixels = 1 << 16;
constexpr int64_t widest = 128;

/// Pixels that the convolutions of a level take away on each side.
int64_t halo_of(std::size_t level) { return level + 1 == level_count ? 3 : 2; }

/// Rows that are made at a time.
int64_t strip_rows(int64_t width) { return std::max<int64_t>(16, strip_pixels / width); }

/// Each output's weights over their length (weight norm: Salimans & Kingma 2016).
torch::Tensor directions(const torch::Tensor& kernel) {
  return kernel / kernel.flatten(1).norm(2, 1).clamp_min(1e-6).view({-1, 1, 1, 1});
}

/// Normally distributed (Box & Muller 1958; the standard library's is not the same everywhere).
void fill_normal(float* values, int64_t count, std::mt19937_64& random) {
  const auto uniform = [&random] { return (double(random() >> 11) + 0.5) * 0x1p-53; };
  for (int64_t i = 0; i < count; ++i) {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    values[i] = float(radius * std::cos(2 * std::numbers::pi * uniform()));
  }
}

std::mt19937_64 random_for(std::uint64_t seed, std::size_t level) {
  std::seed_seq sequence = {std::uint32_t(seed), std::uint32_t(seed >> 32), std::uint32_t(level)};
  return std::mt19937_64(sequence);
}

}  // namespace

int64_t level_size(int64_t size, std::size_t level) {
  return std::max<int64_t>(1, std::llround(std::ldexp(double(size), int(level + 1 - level_count))));
}

TextureConvImpl::TextureConvImpl(int64_t in, int64_t out, int64_t rows)
    : weight(register_parameter("weight", torch::randn({out, in, 3, 3}))),
      // Keeps the mean square at one (He et al. 2015).
      scale(
          register_parameter("scale", torch::full({rows, out}, std::sqrt(2 / (1 + leak * leak))))),
      shift(register_parameter("shift", torch::zeros({rows, out}))) {}

torch::Tensor TextureConvImpl::forward(const torch::Tensor& x, const torch::Tensor& blend) {
  const torch::Tensor y = torch::conv2d(x, directions(weight));
  const auto of_texture = [&](const torch::Tensor& rows) {
    return torch::matmul(blend, rows).view({-1, y.size(1), 1, 1}).to(y.dtype());
  };
  return torch::leaky_relu(torch::addcmul(of_texture(shift), y, of_texture(scale)), leak);
}

TextureNetImpl::TextureNetImpl(int64_t width, int64_t rows) {
  int64_t in = 0;
  for (std::size_t level = 0; level < level_count; ++level) {
    const int64_t out = plan[level].widths * width;
    in += plan[level].noise + (level == wave_level ? 2 * wave_count : 0);
    levels_.emplace_back();
    for (const char* part : {"_1", "_2"}) {
      const std::string name = "conv" + std::to_string(level + 1) + part;
      levels_.back().push_back(register_module(name, TextureConv(in, out, rows)));
      in = out;
    }
  }
  out_weight_ =
      register_parameter("out_weight", out_unit * 0.2 * directions(torch::randn({3, width, 3, 3})));
  out_bias_ = register_parameter("out_bias", torch::full({3}, out_unit * 0.5));
  waves = register_buffer("waves", torch::zeros({rows, wave_count, 2}));
  strength = register_buffer("strength", torch::zeros({rows, wave_count}));
}

TextureNoise TextureNetImpl::noise(int64_t height, int64_t width,
                                   const std::vector<std::uint64_t>& seeds) const {
  const auto count = int64_t(seeds.size());
  TextureNoise noise = {height, width, {}, torch::empty({count, 2})};
  for (std::size_t level = 0; level < level_count; ++level)
    noise.levels.push_back(torch::empty(
        {count, plan[level].noise, level_size(height, level), level_size(width, level)}));
  for (int64_t i = 0; i < count; ++i) {
    for (std::size_t level = 0; level < level_count; ++level) {
      const torch::Tensor one = noise.levels[level][i];
      std::mt19937_64 random = random_for(seeds[std::size_t(i)], level);
      fill_normal(one.data_ptr<float>(), one.numel(), random);
    }
    std::mt19937_64 random = random_for(seeds[std::size_t(i)], level_count);
    for (int64_t axis = 0; axis < 2; ++axis)
      noise.origin[i][axis] = float(double(random() >> 11) * 0x1p-53);
  }
  return noise;
}

/// {N, 4, end - begin + 2 halo, width + 2 halo}: cosine and sine of each wave.
torch::Tensor TextureNetImpl::waves_at(const TextureNoise& noise, const torch::Tensor& blend,
                                       int64_t height, int64_t width, int64_t begin, int64_t end,
                                       int64_t halo) const {
  const auto line = [&](int64_t first, int64_t last, int64_t size, int64_t axis) {
    const torch::Tensor at = torch::arange(first, last, torch::kInt64).remainder(size);
    return (at + 0.5) / double(size) + noise.origin.narrow(1, axis, 1);  // {N, length}
  };
  const torch::Tensor down = line(begin - halo, end + halo, height, 0).unsqueeze(1).unsqueeze(3);
  const torch::Tensor across = line(-halo, width + halo, width, 1).unsqueeze(1).unsqueeze(2);
  const torch::Tensor shares = blend.to(torch::kCPU, torch::kFloat32);
  const auto mixed = [&](const torch::Tensor& rows) {
    return shares.matmul(rows.to(torch::kCPU, torch::kFloat32)).unsqueeze(2).unsqueeze(3);
  };
  const torch::Tensor phase = 2 * std::numbers::pi *
                              (down * (mixed(waves.select(2, 0)) * noise.height).round() +
                               across * (mixed(waves.select(2, 1)) * noise.width).round());
  const torch::Tensor amplitude = mixed(strength);
  return torch::cat({amplitude * phase.cos(), amplitude * phase.sin()}, 1);
}

/// Rows `begin` to `end` - 1 of a level, of the `part` of the one below that they need. What the
/// convolutions take away is put around them first.
torch::Tensor TextureNetImpl::strip(std::size_t level, const torch::Tensor& below,
                                    const Lines& part, const TextureNoise& noise,
                                    const torch::Tensor& blend, int64_t begin, int64_t end) {
  const torch::Tensor& own = noise.levels[level];
  const int64_t height = own.size(2), width = own.size(3);
  const bool last = level + 1 == level_count;
  const int64_t halo = halo_of(level);
  std::vector<torch::Tensor> inputs;
  if (below.defined())
    inputs.push_back(stretched(stretched(below, part, 2, height, begin - halo, end + halo), 3,
                               width, -halo, width + halo));
  const auto add = [&](const torch::Tensor& x) {
    inputs.push_back(x.to(out_weight_.device(), out_weight_.scalar_type()));
  };
  add(wrapped(wrapped(own, 2, begin - halo, end + halo), 3, -halo, width + halo));
  if (level == wave_level) add(waves_at(noise, blend, height, width, begin, end, halo));
  torch::Tensor x = torch::cat(inputs, 1);
  for (TextureConv& conv : levels_[level]) x = conv(x, blend);
  return last ? torch::conv2d(x, out_weight_, out_bias_) / out_unit : x;
}

/// A level, of the whole one below, in strips where no gradient is wanted.
torch::Tensor TextureNetImpl::whole(std::size_t level, const torch::Tensor& below,
                                    const TextureNoise& noise, const torch::Tensor& blend,
                                    const Told& told) {
  const int64_t height = noise.levels[level].size(2), width = noise.levels[level].size(3);
  const int64_t of = below.defined() ? below.size(2) : 0;
  if (torch::GradMode::is_enabled() || height <= strip_rows(width))
    return strip(level, below, {0, of, of}, noise, blend, 0, height);
  torch::Tensor whole;
  for (int64_t begin = 0; begin < height; begin += strip_rows(width)) {
    const int64_t end = std::min(height, begin + strip_rows(width));
    const torch::Tensor rows = strip(level, below, {0, of, of}, noise, blend, begin, end);
    if (begin == 0) whole = rows.new_empty({rows.size(0), rows.size(1), height, width});
    whole.narrow(2, begin, end - begin).copy_(rows);
    if (told) told(std::ldexp(double(end) / double(height), 2 * int(level + 1 - level_count)));
  }
  return whole;
}

void TextureNetImpl::paint(const TextureNoise& noise, const torch::Tensor& blend, const Told& told,
                           const std::function<void(int64_t, const torch::Tensor&)>& take) {
  torch::NoGradGuard no_grad;
  constexpr std::size_t last = level_count - 1;
  torch::Tensor quarter;
  for (std::size_t level = 0; level + 1 < last; ++level)
    quarter = whole(level, quarter, noise, blend, told);
  const int64_t half_height = noise.levels[last - 1].size(2), of = quarter.size(2);
  for (int64_t begin = 0; begin < noise.height; begin += strip_rows(noise.width)) {
    const int64_t end = std::min(noise.height, begin + strip_rows(noise.width));
    const Lines part =
        behind(half_height, noise.height, begin - halo_of(last), end + halo_of(last));
    const torch::Tensor half =
        strip(last - 1, quarter, {0, of, of}, noise, blend, part.first, part.last);
    take(begin, strip(last, half, part, noise, blend, begin, end));
    if (told) told(double(end) / double(noise.height));
  }
}

torch::Tensor TextureNetImpl::forward(const TextureNoise& noise, const torch::Tensor& blend,
                                      const Told& told) {
  torch::Tensor made;
  if (torch::GradMode::is_enabled()) {
    for (std::size_t level = 0; level < level_count; ++level)
      made = whole(level, made, noise, blend, told);
    return made;
  }
  paint(noise, blend, told, [&](int64_t first, const torch::Tensor& rows) {
    if (first == 0) made = rows.new_empty({rows.size(0), rows.size(1), noise.height, noise.width});
    made.narrow(2, first, rows.size(2)).copy_(rows);
  });
  return made;
}

TextureNet load_texture(const TensorFile& file) {
  const auto& out = file.at("out_weight").shape;
  // Far beyond any of its kind: a stranger's file must not size our memory.
  if (out.size() != 4 || out[1] < 1 || out[1] > widest)
    throw Error(Error::Kind::NoModel,
                "The file holds no texture network: the shape of out_weight does not fit.");
  TextureNet net(out[1], int64_t(rows_in(file).count()));
  load_weights(*net, file);
  net->eval();
  for (torch::Tensor& weight : net->parameters()) weight.requires_grad_(false);
  return net;
}

bool is_texture_row(const std::string& name) {
  return name.ends_with(".scale") || name.ends_with(".shift") || name == "waves" ||
         name == "strength";
}

}  // namespace pastiche
