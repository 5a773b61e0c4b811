#include "train/spectrum.hpp"

namespace pastiche {
namespace {

constexpr int64_t bins = 1024;
constexpr double longest_period = 100, shortest_period = 6;
constexpr double hann_bins = 1.5;  // equivalent noise bandwidth of a Hann window
constexpr double apart = 0.3;      // sine of the angle between two waves, at least

}  // namespace

PlaneWaves plane_waves(const torch::Tensor& picture, int64_t count) {
  torch::NoGradGuard no_grad;
  const torch::Tensor grey = picture.cpu().mean(1)[0];
  const int64_t height = grey.size(0), width = grey.size(1);
  const torch::Tensor window = torch::outer(torch::hann_window(height), torch::hann_window(width));
  torch::Tensor power =
      torch::fft_fft2((grey - grey.mean()) * window, torch::IntArrayRef{bins, bins}).abs().square();
  const torch::Tensor frequencies = torch::fft_fftfreq(bins);
  const torch::Tensor down = frequencies.view({-1, 1}).expand({bins, bins});
  const torch::Tensor across = frequencies.view({1, -1}).expand({bins, bins});
  const torch::Tensor length = (down.square() + across.square()).sqrt();
  // The other half says the same.
  const torch::Tensor half = (across > 0).logical_or((across == 0).logical_and(down > 0));
  power = power *
          half.logical_and(length > 1 / longest_period).logical_and(length < 1 / shortest_period);
  const torch::Tensor all = power.sum().clamp_min(1e-12);
  // A lasting wave has so many bins' worth of its highest; what is merely frequent has more.
  const double bins_of_wave = double(hann_bins * hann_bins * bins * bins) / double(height * width);

  PlaneWaves found = {torch::zeros({count, 2}), torch::zeros({count})};
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = power.argmax().item<int64_t>();
    const double y = frequencies[at / bins].item<double>();
    const double x = frequencies[at % bins].item<double>();
    found.waves[i][0] = y;
    found.waves[i][1] = x;
    found.shares[i] = power.max() * bins_of_wave / all;
    const torch::Tensor sine =
        (down * x - across * y).abs() / (length * std::hypot(x, y)).clamp_min(1e-12);
    power = power * (sine > apart);
  }
  return found;
}

}  // namespace pastiche
