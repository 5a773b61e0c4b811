#include <gtest/gtest.h>
#include <lcms2.h>

#include <cstring>
#include <filesystem>

#include "pastiche/error.hpp"
#include "picture/colour.hpp"
#include "picture/formats.hpp"
#include "picture/image_file.hpp"
#include "whole_file.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone afterwards.
class PictureFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("pastiche-" + std::to_string(getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

/// Every sample different, full transparency with colours under it included.
Raster pattern(int width, int height, Raster::Colour colour, bool alpha, int depth) {
  Raster raster;
  raster.width = width;
  raster.height = height;
  raster.colour = colour;
  raster.alpha = alpha;
  raster.depth = depth;
  raster.allocate();
  const std::size_t count = raster.samples.size() / (depth / 8);
  for (std::size_t i = 0; i < count; ++i) {
    const bool clear = alpha && (i + 1) % raster.channels() == 0 && i % 3 == 0;
    const auto value = clear ? 0 : std::uint16_t(i * 40503 + i / 7);
    if (depth == 32) {
      const float real = float(value) / 65535;
      std::memcpy(&raster.samples[i * 4], &real, 4);
    } else if (depth == 16) {
      std::memcpy(&raster.samples[i * 2], &value, 2);
    } else {
      raster.samples[i] = std::uint8_t(value >> 8);
    }
  }
  return raster;
}

struct Kind {
  const char* name;
  Raster::Colour colour;
  bool alpha;
  int depth;
};

const std::vector<Kind> kinds = {
    {"grey8.png", Raster::Colour::Grey, false, 8}, {"grey16.png", Raster::Colour::Grey, false, 16},
    {"greya8.png", Raster::Colour::Grey, true, 8}, {"greya16.png", Raster::Colour::Grey, true, 16},
    {"rgb8.png", Raster::Colour::Rgb, false, 8},   {"rgb16.png", Raster::Colour::Rgb, false, 16},
    {"rgba8.png", Raster::Colour::Rgb, true, 8},   {"rgba16.png", Raster::Colour::Rgb, true, 16},
    {"grey8.tif", Raster::Colour::Grey, false, 8}, {"grey16.tif", Raster::Colour::Grey, false, 16},
    {"greya8.tif", Raster::Colour::Grey, true, 8}, {"greya16.tif", Raster::Colour::Grey, true, 16},
    {"rgb8.tif", Raster::Colour::Rgb, false, 8},   {"rgb16.tif", Raster::Colour::Rgb, false, 16},
    {"rgba8.tif", Raster::Colour::Rgb, true, 8},   {"rgba16.tif", Raster::Colour::Rgb, true, 16},
    {"rgb32.tif", Raster::Colour::Rgb, false, 32}, {"rgba32.tif", Raster::Colour::Rgb, true, 32},
    {"rgb8.webp", Raster::Colour::Rgb, false, 8},  {"rgba8.webp", Raster::Colour::Rgb, true, 8},
};

TEST_F(PictureFile, ComesBackBitForBit) {
  for (const Kind& kind : kinds) {
    const std::string in = file(kind.name), out = file(std::string("out-") + kind.name);
    const Raster raster = pattern(37, 19, kind.colour, kind.alpha, kind.depth);
    const Format& format = *format_for(in);
    write_whole_file(in, format.encode(raster, 0));
    const Picture picture = read_picture(in);
    EXPECT_EQ(std::pair(read_extent(in).width, read_extent(in).height), std::pair(37, 19));
    write_picture(out, picture.image, picture.origin, {}, "", false);
    const Bytes written = read_whole_file(out);
    const Raster back = format.decode(written);
    EXPECT_EQ(back.channels(), raster.channels()) << kind.name;
    EXPECT_EQ(back.depth, raster.depth) << kind.name;
    EXPECT_EQ(back.samples, raster.samples) << kind.name;
  }
}

TEST_F(PictureFile, IsRefusedWhereverItIsCut) {
  std::vector<Kind> cut = kinds;
  cut.push_back({"rgb8.jpg", Raster::Colour::Rgb, false, 8});
  cut.push_back({"grey8.jpg", Raster::Colour::Grey, false, 8});
  for (const Kind& kind : cut) {
    const Format& format = *format_for(kind.name);
    const Bytes whole = format.encode(pattern(9, 5, kind.colour, kind.alpha, kind.depth), 0);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      try {
        parse_picture(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size)), kind.name);
        // A TIFF ends with the place of the next page, and nothing is lost with a nought.
        EXPECT_TRUE(&format == format_for("x.tif") && size + 4 >= whole.size())
            << kind.name << " cut to " << size << " of " << whole.size();
      } catch (const Error& e) {
        EXPECT_EQ(e.kind, Error::Kind::BadImage) << e.what();
      }
    }
  }
}

TEST_F(PictureFile, WithAnyByteChangedIsReadOrRefused) {
  std::vector<Kind> broken = kinds;
  broken.push_back({"rgb8.jpg", Raster::Colour::Rgb, false, 8});
  for (const Kind& kind : broken) {
    const Bytes whole =
        format_for(kind.name)->encode(pattern(9, 5, kind.colour, kind.alpha, kind.depth), 0);
    for (std::size_t i = 0; i < whole.size(); ++i)
      for (const std::uint8_t mask : {0xff, 0x01, 0x80}) {
        Bytes changed = whole;
        changed[i] ^= mask;
        try {
          if (const Format* format = recognise(changed)) EXPECT_GT(format->measure(changed).width, 0);
        } catch (const Unreadable&) {
        }
        try {
          const Picture picture = parse_picture(changed, kind.name);
          EXPECT_FALSE(picture.image.empty());
        } catch (const Error& e) {
          EXPECT_TRUE(e.kind == Error::Kind::BadImage || e.kind == Error::Kind::OutOfMemory);
        }
      }
  }
}

Bytes profile_bytes(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  Bytes bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

/// Adobe RGB (1998): a wider gamut and another curve than sRGB.
Bytes wide_profile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 563.0 / 256);
  cmsToneCurve* curves[] = {curve, curve, curve};
  const Bytes bytes = profile_bytes(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(curve);
  return bytes;
}

TEST_F(PictureFile, KeepsItsProfileAndItsNumbers) {
  for (const char* name : {"p.png", "p.jpg", "p.tif", "p.webp"}) {
    Raster raster = pattern(16, 16, Raster::Colour::Rgb, false, 8);
    raster.icc = wide_profile();
    const Image image = to_image(raster, 1);
    Origin origin;
    origin.icc = raster.icc;
    write_picture(file(name), image, origin, {}, "", false);
    const Picture back = read_picture(file(name));
    EXPECT_EQ(back.origin.icc, raster.icc) << name;
  }
  Raster raster = pattern(16, 16, Raster::Colour::Rgb, false, 8);
  const Bytes before = raster.samples;
  raster.icc = wide_profile();
  const Image image = to_image(raster, 1);
  EXPECT_NE(image.at(3, 3)[0], float(before[(3 * 16 + 3) * 3]) / 255);
  const Raster after = to_raster(image, {Raster::Colour::Rgb, false, 8, raster.icc});
  EXPECT_EQ(after.samples, before);
}

TEST_F(PictureFile, WithAnSrgbProfileKeepsEveryNumber) {
  Raster raster = pattern(16, 16, Raster::Colour::Rgb, true, 16);
  const Bytes before = raster.samples;
  raster.icc = profile_bytes(cmsCreate_sRGBProfile());
  const Image image = to_image(raster, 1);
  EXPECT_EQ(to_raster(image, {Raster::Colour::Rgb, true, 16, raster.icc}).samples, before);
}

TEST_F(PictureFile, KeepsTheRecipeInEveryFormat) {
  const std::string recipe = R"({"filter":"gatys","note":"Grün & <tag> \"quoted\""})";
  for (const char* name : {"r.png", "r.jpg", "r.tif", "r.webp"}) {
    Image image(5, 4);
    for (float& value : image.pixels) value = 1;
    write_picture(file(name), image, {}, {}, recipe, false);
    EXPECT_EQ(read_recipe(file(name)), recipe) << name;
    const Picture again = read_picture(file(name));
    write_picture(file(name), again.image, again.origin, {}, "", false);
    EXPECT_EQ(read_recipe(file(name)), "") << name << " kept the recipe of its source";
  }
}

TEST_F(PictureFile, IsTurnedUprightByItsOrientation) {
  // A 2 x 1 picture, black then white, as it lies under each orientation.
  const std::vector<std::pair<int, std::vector<int>>> upright = {
      {1, {0, 1}}, {2, {1, 0}}, {3, {1, 0}}, {4, {0, 1}},
      {5, {0, 1}}, {6, {0, 1}}, {7, {1, 0}}, {8, {1, 0}}};
  for (const auto& [orientation, expected] : upright) {
    Raster raster;
    raster.width = 2;
    raster.height = 1;
    raster.colour = Raster::Colour::Grey;
    raster.samples = {0, 255};
    const Image image = to_image(raster, orientation);
    EXPECT_EQ(image.width, orientation >= 5 ? 1 : 2) << orientation;
    EXPECT_EQ(image.pixels[0], expected[0]) << orientation;
    EXPECT_EQ(image.pixels[4], expected[1]) << orientation;
  }
}

TEST_F(PictureFile, HoldsOnePixelAndLongOnes) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 20000}, {20000, 1}})
    for (const char* name : {"s.png", "s.jpg", "s.tif"}) {
      Image image(width, height);
      for (float& value : image.pixels) value = 1;
      write_picture(file(name), image, {}, {}, "", false);
      const Picture back = read_picture(file(name));
      EXPECT_EQ(back.image.width, width);
      EXPECT_EQ(back.image.height, height);
    }
}

TEST_F(PictureFile, RefusesWhatAFormatCannotHold) {
  try {
    write_picture(file("long.webp"), Image(1, 20000), {}, {}, "", false);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind, Error::Kind::Output);
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(PictureFile, WithoutAlphaIsLaidOnWhite) {
  Image image(1, 1);
  write_picture(file("w.jpg"), image, {}, {}, "", false);
  EXPECT_EQ(read_picture(file("w.jpg")).image.pixels, (std::vector<float>{1, 1, 1, 1}));
}

TEST_F(PictureFile, StaysGreyUntilColourComesIn) {
  Origin grey;
  grey.grey = true;
  Image image(1, 1);
  image.pixels = {.5f, .5f, .5f, 1};
  write_picture(file("g.png"), image, grey, {}, "", false);
  EXPECT_TRUE(read_picture(file("g.png")).origin.grey);
  image.pixels = {.5f, .2f, .5f, 1};
  write_picture(file("g.png"), image, grey, {}, "", false);
  EXPECT_FALSE(read_picture(file("g.png")).origin.grey);
}

TEST_F(PictureFile, DepthFollowsTheInputOrTheSetting) {
  struct {
    const char* name;
    int in, wanted, out;
  } cases[] = {{"d.png", 8, 0, 8},   {"d.png", 16, 0, 16}, {"d.png", 16, 8, 8},
               {"d.png", 8, 16, 16}, {"d.png", 32, 0, 16}, {"d.tif", 32, 0, 32},
               {"d.tif", 32, 8, 8},  {"d.jpg", 16, 0, 8}};
  for (const auto& c : cases) {
    Origin origin;
    origin.depth = c.in;
    write_picture(file(c.name), Image(2, 2), origin, {.depth = c.wanted}, "", false);
    EXPECT_EQ(read_picture(file(c.name)).origin.depth, c.out) << c.name << c.in << c.wanted;
  }
}

}  // namespace
}  // namespace pastiche::cli
