#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <cstring>
#include <memory>
#include <new>

#include "picture/formats.hpp"

namespace pastiche::cli {
namespace {

/// A chunk of the RIFF container, by its four letters; empty when there is none.
ByteSpan find_chunk(ByteSpan file, const char* name) {
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::uint32_t size =
        file[at + 4] | file[at + 5] << 8 | file[at + 6] << 16 | std::uint32_t(file[at + 7]) << 24;
    if (size > file.size() - at - 8) return {};
    if (std::memcmp(&file[at], name, 4) == 0) return file.subspan(at + 8, size);
    at += 8 + std::size_t(size) + (size & 1);
  }
  return {};
}

WebPBitstreamFeatures features_of(ByteSpan file) {
  WebPBitstreamFeatures features;
  switch (WebPGetFeatures(file.data(), file.size(), &features)) {
    case VP8_STATUS_OK:
      break;
    case VP8_STATUS_NOT_ENOUGH_DATA:
      throw Unreadable("is damaged: it ends early");
    default:
      throw Unreadable("is damaged: its header makes no sense");
  }
  if (features.has_animation) throw Unreadable("is an animation, and a still picture is needed");
  check_size(features.width, features.height);
  return features;
}

Extent measure(ByteSpan file) {
  const WebPBitstreamFeatures features = features_of(file);
  return {features.width, features.height};
}

Raster decode(ByteSpan file) {
  const WebPBitstreamFeatures features = features_of(file);
  Raster raster;
  raster.width = features.width;
  raster.height = features.height;
  raster.alpha = features.has_alpha;
  raster.lossless = features.format == 2;
  raster.allocate();
  const auto into = raster.alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (!into(file.data(), file.size(), raster.samples.data(), raster.samples.size(),
            int(raster.row_bytes())))
    throw Unreadable("is damaged: it ends early or its data make no sense");
  const ByteSpan icc = find_chunk(file, "ICCP");
  raster.icc.assign(icc.begin(), icc.end());
  return raster;
}

struct Encoder {
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter memory;
  Encoder() {
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture))
      throw Unwritable("libwebp is of another version than this program was built for");
    WebPMemoryWriterInit(&memory);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &memory;
  }
  ~Encoder() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&memory);
  }
};

Bytes with_profile(const Bytes& file, const Bytes& icc) {
  const WebPData picture = {file.data(), file.size()}, profile = {icc.data(), icc.size()};
  const std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)> mux(WebPMuxCreate(&picture, 0),
                                                               WebPMuxDelete);
  WebPData whole;
  WebPDataInit(&whole);
  if (!mux || WebPMuxSetChunk(mux.get(), "ICCP", &profile, 0) != WEBP_MUX_OK ||
      WebPMuxAssemble(mux.get(), &whole) != WEBP_MUX_OK)
    throw Unwritable("libwebp cannot add the colour profile");
  Bytes result(whole.bytes, whole.bytes + whole.size);
  WebPDataClear(&whole);
  return result;
}

Bytes encode(const Raster& raster, int quality) {
  Encoder encoder;
  const bool lossless = quality == 0 || quality == 100;
  if (lossless)
    WebPConfigLosslessPreset(&encoder.config, 6);
  else
    encoder.config.quality = float(quality);
  encoder.config.exact = 1;  // keeps the colours under full transparency
  WebPPicture& picture = encoder.picture;
  picture.use_argb = lossless;
  picture.width = raster.width;
  picture.height = raster.height;
  const auto import = raster.alpha ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (!import(&picture, raster.samples.data(), int(raster.row_bytes()))) throw std::bad_alloc();
  if (!WebPEncode(&encoder.config, &picture))
    throw Unwritable("libwebp stopped with its error " + std::to_string(picture.error_code));
  Bytes file(encoder.memory.mem, encoder.memory.mem + encoder.memory.size);
  return raster.icc.empty() ? file : with_profile(file, raster.icc);
}

}  // namespace

const Format webp_format = {
    .name = "WebP",
    .extensions = {".webp"},
    .depths = {8},
    .alpha = true,
    .grey = false,
    .max_side = WEBP_MAX_DIMENSION,
    .recognises =
        [](std::string_view head) {
          return head.size() >= 12 && head.starts_with("RIFF") && head.substr(8, 4) == "WEBP";
        },
    .measure = measure,
    .decode = decode,
    .encode = encode,
};

}  // namespace pastiche::cli
