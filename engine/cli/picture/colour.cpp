#include "picture/colour.hpp"

#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "pages.hpp"

namespace pastiche::cli {
namespace {

using Profile = std::unique_ptr<void, decltype(&cmsCloseProfile)>;
using Transform = std::unique_ptr<void, decltype(&cmsDeleteTransform)>;

Profile open_profile(const Bytes& icc) {
  return Profile(cmsOpenProfileFromMem(icc.data(), cmsUInt32Number(icc.size())), cmsCloseProfile);
}

cmsUInt32Number format_of(Raster::Colour colour) {
  return colour == Raster::Colour::Grey   ? TYPE_GRAY_FLT
         : colour == Raster::Colour::Cmyk ? TYPE_CMYK_FLT
                                          : TYPE_RGB_FLT;
}

/// Largest change a transform to sRGB makes to a lattice of colours, or of greys.
double deviation(cmsHTRANSFORM transform, bool grey) {
  double worst = 0;
  for (int i = 0; i < 9 * 9 * 9; ++i) {
    const float from[3] = {float(i % 9) / 8, float(i / 9 % 9) / 8, float(i / 81) / 8};
    float to[3];
    cmsDoTransform(transform, from, to, 1);
    for (int c = 0; c < 3; ++c)
      worst = std::max(worst, double(std::abs(to[c] - from[grey ? 0 : c])));
  }
  return worst;
}

/// Between a file's profile and sRGB; null where nothing is to be converted.
Transform make_transform(const Bytes& icc, Raster::Colour colour, bool to_srgb) {
  constexpr double half_an_8_bit_step = 0.5 / 255;
  Transform none(nullptr, cmsDeleteTransform);
  if (icc.empty()) return none;
  const Profile file = open_profile(icc);
  const Profile srgb(cmsCreate_sRGBProfile(), cmsCloseProfile);
  const auto between = [&](const Profile& a, cmsUInt32Number a_format, const Profile& b,
                           cmsUInt32Number b_format) {
    return Transform(
        cmsCreateTransform(a.get(), a_format, b.get(), b_format, INTENT_RELATIVE_COLORIMETRIC,
                           cmsFLAGS_NOCACHE | cmsFLAGS_NOOPTIMIZE),
        cmsDeleteTransform);
  };
  Transform in = between(file, format_of(colour), srgb, TYPE_RGB_FLT);
  if (!in) throw Unreadable("has a colour profile that cannot be used");
  if (colour != Raster::Colour::Cmyk &&
      deviation(in.get(), colour == Raster::Colour::Grey) < half_an_8_bit_step)
    return none;
  if (to_srgb) return in;
  return between(srgb, TYPE_RGB_FLT, file, format_of(colour));
}

float as_float(const std::uint8_t* sample, int depth) {
  std::uint16_t wide;
  float real;
  switch (depth) {
    case 8:
      return float(*sample) / 255;
    case 16:
      std::memcpy(&wide, sample, 2);
      return float(wide) / 65535;
    default:
      std::memcpy(&real, sample, 4);
      return std::isfinite(real) ? real : 0;
  }
}

void store(float value, std::uint8_t* sample, int depth) {
  if (depth == 32) {
    std::memcpy(sample, &value, 4);
    return;
  }
  const float clamped = value > 0 ? std::min(value, 1.f) : 0;  // NaN becomes 0
  const auto wide = std::uint16_t(clamped * (depth == 8 ? 255 : 65535) + 0.5f);
  if (depth == 8)
    *sample = std::uint8_t(wide);
  else
    std::memcpy(sample, &wide, 2);
}

/// Ink without a profile: the plain complement.
void ink_to_rgb(const float* cmyk, float* rgb) {
  for (int c = 0; c < 3; ++c) rgb[c] = (1 - cmyk[c]) * (1 - cmyk[3]);
}

/// One row of RGBA from a raster's row. `colours` and `rgb` are scratch.
class RowReader {
 public:
  explicit RowReader(const Raster& raster)
      : raster_(raster),
        inks_(raster.channels() - raster.alpha),
        transform_(make_transform(raster.icc, raster.colour, true)),
        colours_(std::size_t(raster.width) * inks_),
        rgb_(std::size_t(raster.width) * 3) {}

  void read(int y, float* rgba) {
    const int bytes = raster_.depth / 8, channels = raster_.channels();
    const std::uint8_t* row = raster_.row(y);
    for (int x = 0; x < raster_.width; ++x) {
      const std::uint8_t* pixel = row + std::size_t(x) * channels * bytes;
      float& alpha = rgba[x * 4 + 3];
      alpha = raster_.alpha ? as_float(pixel + inks_ * bytes, raster_.depth) : 1;
      for (int c = 0; c < inks_; ++c) {
        float& ink = colours_[std::size_t(x) * inks_ + c];
        ink = as_float(pixel + c * bytes, raster_.depth);
        if (raster_.premultiplied && alpha > 0) ink /= alpha;
      }
    }
    convert();
    for (int x = 0; x < raster_.width; ++x) std::copy_n(&rgb_[x * 3], 3, &rgba[x * 4]);
  }

 private:
  void convert() {
    if (transform_) {
      if (inks_ == 4)  // LittleCMS counts ink in per cent
        for (float& ink : colours_) ink *= 100;
      cmsDoTransform(transform_.get(), colours_.data(), rgb_.data(), raster_.width);
      return;
    }
    for (int x = 0; x < raster_.width; ++x)
      if (inks_ == 4)
        ink_to_rgb(&colours_[x * 4], &rgb_[x * 3]);
      else
        for (int c = 0; c < 3; ++c) rgb_[x * 3 + c] = colours_[x * inks_ + (inks_ == 3 ? c : 0)];
  }

  const Raster& raster_;
  const int inks_;
  Transform transform_;
  std::vector<float> colours_, rgb_;
};

/// Turns a raster as EXIF's orientation (1..8) says it was held.
void turn(Raster& raster, int orientation) {
  if (orientation < 2 || orientation > 8) return;
  const bool swaps = orientation >= 5;
  const bool mirrors_x =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirrors_y =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const int width = raster.width, height = raster.height;
  const std::size_t pixel = std::size_t(raster.channels()) * std::size_t(raster.depth / 8);
  const Bytes held = std::exchange(raster.samples, Bytes(raster.samples.size()));
  if (swaps) std::swap(raster.width, raster.height);
  for (int y = 0; y < raster.height; ++y)
    for (int x = 0; x < raster.width; ++x) {
      const int u = swaps ? y : x, v = swaps ? x : y;
      const int column = mirrors_x ? width - 1 - u : u, row = mirrors_y ? height - 1 - v : v;
      std::copy_n(&held[(std::size_t(row) * std::size_t(width) + std::size_t(column)) * pixel],
                  pixel, raster.row(y) + std::size_t(x) * pixel);
    }
}

/// Rows between two times that what was used up is given back.
constexpr int rows_at_once = 64;

}  // namespace

Image to_image(Raster& raster, int orientation) {
  turn(raster, orientation);
  Image image;
  image.width = raster.width;
  image.height = raster.height;
  const std::size_t row = std::size_t(image.width) * Image::channels;
  image.pixels.reserve(row * std::size_t(image.height));
  RowReader reader(raster);
  for (int y = 0; y < raster.height; ++y) {
    image.pixels.resize(row * std::size_t(y + 1));  // nothing lies in memory before it is needed
    reader.read(y, image.at(0, y));
    if (y % rows_at_once == 0) give_back(raster.row(0), raster.row_bytes() * std::size_t(y));
  }
  raster.samples = {};
  return image;
}

Raster to_raster(Image image, const Holding& holding) {
  Raster raster;
  raster.width = image.width;
  raster.height = image.height;
  raster.colour = holding.colour;
  raster.alpha = holding.alpha;
  raster.depth = holding.depth;
  raster.icc = holding.icc;
  check_size(raster.width, raster.height);
  raster.samples.reserve(raster.row_bytes() * std::size_t(raster.height));
  const Transform transform = make_transform(holding.icc, holding.colour, false);
  const int channels = raster.channels(), inks = channels - raster.alpha, bytes = raster.depth / 8;
  std::vector<float> rgb(std::size_t(image.width) * 3), inked(std::size_t(image.width) * inks);
  for (int y = 0; y < image.height; ++y) {
    raster.samples.resize(raster.row_bytes() * std::size_t(y + 1));
    if (y % rows_at_once == 0)
      give_back(image.pixels.data(), std::size_t(image.at(0, y) - image.at(0, 0)) * sizeof(float));
    const float* row = image.at(0, y);
    for (int x = 0; x < image.width; ++x)
      for (int c = 0; c < 3; ++c) {
        const float value = row[x * 4 + c], alpha = std::clamp(row[x * 4 + 3], 0.f, 1.f);
        rgb[x * 3 + c] = raster.alpha || alpha == 1 ? value : value * alpha + 1 - alpha;
      }
    if (transform) cmsDoTransform(transform.get(), rgb.data(), inked.data(), image.width);
    for (int x = 0; x < image.width; ++x) {
      std::uint8_t* pixel = raster.row(y) + std::size_t(x) * channels * bytes;
      const float* from = transform ? &inked[x * inks] : &rgb[x * 3];
      for (int c = 0; c < inks; ++c) store(from[c], pixel + c * bytes, raster.depth);
      if (raster.alpha) store(row[x * 4 + 3], pixel + inks * bytes, raster.depth);
    }
  }
  return raster;
}

ProfileSpace profile_space(const Bytes& icc) {
  const Profile profile = open_profile(icc);
  if (!profile) return ProfileSpace::Other;
  switch (cmsGetColorSpace(profile.get())) {
    case cmsSigGrayData:
      return ProfileSpace::Grey;
    case cmsSigRgbData:
      return ProfileSpace::Rgb;
    case cmsSigCmykData:
      return ProfileSpace::Cmyk;
    default:
      return ProfileSpace::Other;
  }
}

bool is_grey(const Image& image) {
  constexpr float tolerance = 1.f / 65535;
  for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
    const auto [low, high] =
        std::minmax({image.pixels[i], image.pixels[i + 1], image.pixels[i + 2]});
    if (high - low > tolerance) return false;
  }
  return true;
}

bool is_opaque(const Image& image) {
  for (std::size_t i = 3; i < image.pixels.size(); i += 4)
    if (image.pixels[i] < 1) return false;
  return true;
}

}  // namespace pastiche::cli
