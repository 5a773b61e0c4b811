#include <algorithm>
#include <cstring>

#include "picture/formats.hpp"
#include "picture/tiff_memory.hpp"

namespace pastiche::cli {
namespace {

Unreadable damaged(TIFF* tiff) {
  const std::string& complaint = static_cast<TiffMemory*>(TIFFClientdata(tiff))->complaint;
  return Unreadable("is damaged: " + (complaint.empty() ? "it ends early" : complaint));
}

struct Layout {
  std::uint16_t bits = 1, samples = 1, format = SAMPLEFORMAT_UINT, photometric = 0, planar = 1;
  std::uint16_t extra_count = 0;
  std::uint16_t* extras = nullptr;

  explicit Layout(TIFF* tiff) {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extras);
  }
  int colours() const {
    return photometric == PHOTOMETRIC_RGB ? 3 : photometric == PHOTOMETRIC_SEPARATED ? 4 : 1;
  }
  /// Whether the samples can be taken as they are; libtiff turns the rest into 8-bit RGBA.
  bool plain() const {
    const bool known = photometric <= PHOTOMETRIC_RGB || photometric == PHOTOMETRIC_SEPARATED;
    const bool whole = format == SAMPLEFORMAT_UINT && (bits == 8 || bits == 16);
    const bool real = format == SAMPLEFORMAT_IEEEFP && bits == 32;
    return known && (whole || real) && samples >= colours();
  }
};

/// Takes `count` pixels of `from`, whose pixels are `from_step` samples apart, to `to`.
void copy_samples(const std::uint8_t* from, int from_step, std::uint8_t* to, int to_step, int kept,
                  int bytes, int count) {
  for (int x = 0; x < count; ++x)
    std::memcpy(to + std::size_t(x) * to_step * bytes, from + std::size_t(x) * from_step * bytes,
                std::size_t(kept) * bytes);
}

/// The picture as blocks: tiles, or strips, which are tiles as wide as the picture.
void read_blocks(TIFF* tiff, const Layout& layout, Raster& raster) {
  std::uint32_t block_width = raster.width, block_height = raster.height;
  const bool tiled = TIFFIsTiled(tiff);
  if (tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &block_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &block_height);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &block_height);
    block_height = std::min(block_height, std::uint32_t(raster.height));
  }
  const bool planar = layout.planar == PLANARCONFIG_SEPARATE;
  const int bytes = raster.depth / 8, step = planar ? 1 : layout.samples;
  const int kept = planar ? 1 : raster.channels();
  const tmsize_t size = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  const std::size_t row_bytes = std::size_t(block_width) * step * bytes;
  if (size <= 0 || std::size_t(size) > raster.samples.size() * 4 + (64 << 20) ||
      std::size_t(size) < row_bytes * block_height)
    throw Unreadable("is damaged: its tiles or strips have an absurd size");
  Bytes block(size);
  for (int plane = 0; plane < (planar ? raster.channels() : 1); ++plane)
    for (int y = 0; y < raster.height; y += int(block_height))
      for (int x = 0; x < raster.width; x += int(block_width)) {
        const int rows = std::min(int(block_height), raster.height - y);
        const tmsize_t needed = tiled ? size : tmsize_t(row_bytes) * rows;
        const tmsize_t got = tiled
                                 ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, plane),
                                                       block.data(), size)
                                 : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, plane),
                                                        block.data(), needed);
        if (got < needed) throw damaged(tiff);
        for (int row = 0; row < rows; ++row)
          copy_samples(&block[row_bytes * row], step,
                       raster.row(y + row) + (std::size_t(x) * raster.channels() + plane) * bytes,
                       raster.channels(), kept, bytes,
                       std::min(int(block_width), raster.width - x));
      }
}

template <class T>
void invert(Raster& raster, T white) {
  auto* samples = reinterpret_cast<T*>(raster.samples.data());
  const std::size_t count = raster.samples.size() / sizeof(T);
  for (std::size_t i = 0; i < count; i += raster.channels()) samples[i] = T(white - samples[i]);
}

void read_plain(TIFF* tiff, const Layout& layout, Raster& raster) {
  raster.colour = layout.colours() == 3   ? Raster::Colour::Rgb
                  : layout.colours() == 4 ? Raster::Colour::Cmyk
                                          : Raster::Colour::Grey;
  raster.alpha = layout.extra_count > 0 && layout.samples > layout.colours() &&
                 layout.extras[0] != EXTRASAMPLE_UNSPECIFIED;
  raster.premultiplied = raster.alpha && layout.extras[0] == EXTRASAMPLE_ASSOCALPHA;
  raster.depth = layout.bits;
  raster.allocate();
  read_blocks(tiff, layout, raster);
  if (layout.photometric != PHOTOMETRIC_MINISWHITE) return;
  if (raster.depth == 8) invert<std::uint8_t>(raster, 255);
  if (raster.depth == 16) invert<std::uint16_t>(raster, 65535);
  if (raster.depth == 32) invert<float>(raster, 1);
}

/// Palettes, 1 and 4 bits, YCbCr, Lab: as libtiff itself shows them.
void read_shown(TIFF* tiff, const Layout& layout, Raster& raster) {
  char reason[1024] = "";
  if (layout.bits > 16 || !TIFFRGBAImageOK(tiff, reason))
    throw Unreadable("holds samples of " + std::to_string(layout.bits) +
                     (layout.format == SAMPLEFORMAT_IEEEFP ? "-bit float" : " bits") +
                     " in a layout that cannot be read; 8 or 16 bits, or 32-bit float, can");
  const bool grey = layout.photometric <= PHOTOMETRIC_MINISBLACK;
  raster.colour = grey ? Raster::Colour::Grey : Raster::Colour::Rgb;
  raster.alpha = raster.premultiplied = layout.extra_count > 0;
  raster.depth = 8;
  raster.allocate();
  std::vector<std::uint32_t> rgba(std::size_t(raster.width) * raster.height);
  std::uint16_t orientation = ORIENTATION_TOPLEFT;  // the file's own, so that nothing is turned
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  if (!TIFFReadRGBAImageOriented(tiff, raster.width, raster.height, rgba.data(), orientation, 1))
    throw damaged(tiff);
  for (std::size_t i = 0; i < rgba.size(); ++i) {
    std::uint8_t* to = &raster.samples[i * raster.channels()];
    to[0] = std::uint8_t(TIFFGetR(rgba[i]));
    if (!grey) to[1] = std::uint8_t(TIFFGetG(rgba[i]));
    if (!grey) to[2] = std::uint8_t(TIFFGetB(rgba[i]));
    if (raster.alpha) to[grey ? 1 : 3] = std::uint8_t(TIFFGetA(rgba[i]));
  }
}

void read_notes(TIFF* tiff, Raster& raster) {
  std::uint32_t size = 0;
  std::uint8_t* profile = nullptr;
  float resolution = 0;
  std::uint16_t unit = RESUNIT_INCH;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &profile))
    raster.icc.assign(profile, profile + size);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  if (unit != RESUNIT_NONE && TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution))
    raster.ppi = resolution * (unit == RESUNIT_CENTIMETER ? 2.54 : 1);
}

Extent extent_of(TIFF* tiff) {
  std::uint32_t width = 0, height = 0;
  if (!tiff) throw Unreadable("is damaged: its directory of tags makes no sense");
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  check_size(width, height);
  return {int(width), int(height)};
}

Extent measure(ByteSpan file) {
  TiffMemory memory{.input = file, .output = {}, .complaint = {}};
  return extent_of(open_tiff(memory).get());
}

Raster decode(ByteSpan file) {
  TiffMemory memory{.input = file, .output = {}, .complaint = {}};
  const Tiff tiff = open_tiff(memory);
  const Extent extent = extent_of(tiff.get());
  Raster raster;
  raster.width = extent.width;
  raster.height = extent.height;
  const Layout layout(tiff.get());
  layout.plain() ? read_plain(tiff.get(), layout, raster) : read_shown(tiff.get(), layout, raster);
  read_notes(tiff.get(), raster);
  return raster;
}

void set_tags(TIFF* tiff, const Raster& raster) {
  const bool grey = raster.colour == Raster::Colour::Grey;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, std::uint32_t(raster.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, std::uint32_t(raster.height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, raster.depth);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, raster.channels());
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT,
               raster.depth == 32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, grey ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR,
               raster.depth == 32 ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
  const std::uint16_t straight = EXTRASAMPLE_UNASSALPHA;
  if (raster.alpha) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &straight);
  if (!raster.icc.empty())
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, std::uint32_t(raster.icc.size()), raster.icc.data());
  if (raster.ppi > 0) {
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, raster.ppi);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, raster.ppi);
  }
}

Bytes encode(const Raster& raster, int) {
  TiffMemory memory{.input = {}, .output = {}, .writing = true, .complaint = {}};
  {
    const Tiff tiff = open_tiff(memory);
    if (!tiff) throw std::bad_alloc();
    set_tags(tiff.get(), raster);
    Bytes row;  // the predictor changes it in place
    for (int y = 0; y < raster.height; ++y) {
      row.assign(raster.row(y), raster.row(y) + raster.row_bytes());
      if (TIFFWriteScanline(tiff.get(), row.data(), std::uint32_t(y), 0) < 0) break;
    }
    TIFFFlush(tiff.get());
  }
  if (!memory.complaint.empty()) throw Unwritable("libtiff says: " + memory.complaint);
  return std::move(memory.output);
}

}  // namespace

const Format tiff_format = {
    .name = "TIFF",
    .extensions = {".tif", ".tiff"},
    .depths = {8, 16, 32},
    .alpha = true,
    .grey = true,
    .max_side = 0x7fffffff,
    .recognises =
        [](std::string_view head) {
          constexpr std::string_view marks[] = {
              {"II*\0", 4}, {"MM\0*", 4}, {"II+\0", 4}, {"MM\0+", 4}};
          return std::ranges::any_of(marks, [&](auto mark) { return head.starts_with(mark); });
        },
    .measure = measure,
    .decode = decode,
    .encode = encode,
};

}  // namespace pastiche::cli
