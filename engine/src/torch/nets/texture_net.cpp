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
constexpr int64_t widest = 128;

/// Pixels that the convolutions of a level take away on each side.
int64_t halo_of(std::size_t level) { return level + 1 == level_count ? 3 : 2; }

/// What of the level below, of height x width, a block of this level comes from.
Block needed_for(std::size_t level, int64_t height, int64_t width, const Block& block) {
  const auto lines = [halo = halo_of(level)](int64_t of, const Lines& made) {
    return behind(of, made.of, made.first - halo, made.last + halo);
  };
  return {lines(height, block.rows), lines(width, block.columns)};
}

torch::Tensor cut(const torch::Tensor& level, const Block& block) {
  return wrapped(wrapped(level, 2, block.rows.first, block.rows.last), 3, block.columns.first,
                 block.columns.last);
}

/// In reading order.
std::vector<Block> blocks_of(int64_t height, int64_t width) {
  std::vector<Block> blocks;
  for (int64_t top = 0; top < height; top += texture_block)
    for (int64_t left = 0; left < width; left += texture_block)
      blocks.push_back({{top, std::min(height, top + texture_block), height},
                        {left, std::min(width, left + texture_block), width}});
  return blocks;
}

/// How much of the whole is made with the block.
double share_at(const Block& block) {
  const auto& [rows, columns] = block;
  return (double(rows.first) * double(columns.of) +
          double(rows.last - rows.first) * double(columns.last)) /
         (double(rows.of) * double(columns.of));
}

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

/// {N, 4, rows + 2 halo, columns + 2 halo}: cosine and sine of each wave.
torch::Tensor TextureNetImpl::waves_at(const TextureNoise& noise, const torch::Tensor& blend,
                                       const Block& block, int64_t halo) const {
  const auto line = [&](const Lines& lines, int64_t axis) {
    const torch::Tensor at =
        torch::arange(lines.first - halo, lines.last + halo, torch::kInt64).remainder(lines.of);
    return (at + 0.5) / double(lines.of) + noise.origin.narrow(1, axis, 1);  // {N, length}
  };
  const torch::Tensor down = line(block.rows, 0).unsqueeze(1).unsqueeze(3);
  const torch::Tensor across = line(block.columns, 1).unsqueeze(1).unsqueeze(2);
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

/// A block of a level; `below` is the `part` of the one below that it needs. What the convolutions
/// take away is put around it first.
torch::Tensor TextureNetImpl::block_at(std::size_t level, const torch::Tensor& below,
                                       const Block& part, const TextureNoise& noise,
                                       const torch::Tensor& blend, const Block& block) {
  const auto& [rows, columns] = block;
  const int64_t halo = halo_of(level);
  std::vector<torch::Tensor> inputs;
  if (below.defined())
    inputs.push_back(
        stretched(stretched(below, part.rows, 2, rows.of, rows.first - halo, rows.last + halo),
                  part.columns, 3, columns.of, columns.first - halo, columns.last + halo));
  const auto add = [&](const torch::Tensor& x) {
    inputs.push_back(x.to(out_weight_.device(), out_weight_.scalar_type()));
  };
  const auto with_halo = [halo](const Lines& lines) {
    return Lines{lines.first - halo, lines.last + halo, lines.of};
  };
  add(cut(noise.levels[level], {with_halo(rows), with_halo(columns)}));
  if (level == wave_level) add(waves_at(noise, blend, block, halo));
  torch::Tensor x = torch::cat(inputs, 1);
  for (TextureConv& conv : levels_[level]) x = conv(x, blend);
  return level + 1 == level_count ? torch::conv2d(x, out_weight_, out_bias_) / out_unit : x;
}

/// A level, of the whole one below, in blocks where no gradient is wanted.
torch::Tensor TextureNetImpl::whole(std::size_t level, const torch::Tensor& below,
                                    const TextureNoise& noise, const torch::Tensor& blend,
                                    const Told& told) {
  const int64_t height = noise.levels[level].size(2), width = noise.levels[level].size(3);
  const std::vector<Block> blocks = blocks_of(height, width);
  if (torch::GradMode::is_enabled() || blocks.size() == 1)
    return block_of(level, below, noise, blend, {{0, height, height}, {0, width, width}});
  torch::Tensor whole;
  for (const Block& block : blocks) {
    const torch::Tensor made = block_of(level, below, noise, blend, block);
    if (!whole.defined()) whole = made.new_empty({made.size(0), made.size(1), height, width});
    cut(whole, block).copy_(made);
    if (told) told(std::ldexp(share_at(block), 2 * int(level + 1 - level_count)));
  }
  return whole;
}

/// A block of a level, of the whole one below.
torch::Tensor TextureNetImpl::block_of(std::size_t level, const torch::Tensor& below,
                                       const TextureNoise& noise, const torch::Tensor& blend,
                                       const Block& block) {
  if (!below.defined()) return block_at(level, below, {}, noise, blend, block);
  const Block part = needed_for(level, below.size(2), below.size(3), block);
  return block_at(level, cut(below, part), part, noise, blend, block);
}

void TextureNetImpl::paint(const TextureNoise& noise, const torch::Tensor& blend, const Told& told,
                           const std::function<void(const Block&, const torch::Tensor&)>& take) {
  torch::NoGradGuard no_grad;
  constexpr std::size_t last = level_count - 1;
  torch::Tensor quarter;
  for (std::size_t level = 0; level + 1 < last; ++level)
    quarter = whole(level, quarter, noise, blend, told);
  const torch::Tensor& half = noise.levels[last - 1];
  for (const Block& block : blocks_of(noise.height, noise.width)) {
    const Block part = needed_for(last, half.size(2), half.size(3), block);
    const torch::Tensor below = block_of(last - 1, quarter, noise, blend, part);
    take(block, block_at(last, below, part, noise, blend, block));
    if (told) told(share_at(block));
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
  paint(noise, blend, told, [&](const Block& block, const torch::Tensor& one) {
    if (!made.defined())
      made = one.new_empty({one.size(0), one.size(1), noise.height, noise.width});
    cut(made, block).copy_(one);
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
