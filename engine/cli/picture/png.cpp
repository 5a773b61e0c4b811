#include <png.h>

#include <bit>
#include <cmath>
#include <csetjmp>
#include <cstring>

#include "picture/formats.hpp"

namespace pastiche::cli {
namespace {

constexpr double inches_per_metre = 39.3700787402;

/// What libpng's callbacks share with us. It reports errors by longjmp, so nothing with a
/// destructor may be made between setjmp and its calls.
struct Session {
  ByteSpan input;
  Bytes output;
  char complaint[160] = "";

  static void fail(png_structp png, png_const_charp message) {
    auto* self = static_cast<Session*>(png_get_error_ptr(png));
    std::strncpy(self->complaint, message, sizeof self->complaint - 1);
    std::longjmp(png_jmpbuf(png), 1);
  }
  static void ignore(png_structp, png_const_charp) {}
  static void read(png_structp png, png_bytep to, std::size_t count) {
    auto* self = static_cast<Session*>(png_get_io_ptr(png));
    if (count > self->input.size()) png_error(png, "it ends early");
    std::memcpy(to, self->input.data(), count);
    self->input = self->input.subspan(count);
  }
  static void write(png_structp png, png_bytep from, std::size_t count) {
    auto* self = static_cast<Session*>(png_get_io_ptr(png));
    self->output.insert(self->output.end(), from, from + count);
  }
  static void flush(png_structp) {}
};

/// Destroys libpng's pair of structs, whichever of them exist.
struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  explicit Reader(Session& session)
      : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &session, Session::fail,
                                   Session::ignore)) {
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc();
    png_set_read_fn(png, &session, Session::read);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);  // ours are checked by check_size
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
  }
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

struct Writer {
  png_structp png = nullptr;
  png_infop info = nullptr;
  explicit Writer(Session& session)
      : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &session, Session::fail,
                                    Session::ignore)) {
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc();
    png_set_write_fn(png, &session, Session::write, Session::flush);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_benign_errors(png, 1);  // a profile it finds odd came from the input
  }
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

bool read_header(const Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_read_info(reader.png, reader.info);
  // Palettes, 1 to 4 bits and a transparent colour become plain channels of 8 or 16 bits.
  png_set_expand(reader.png);
  if (std::endian::native == std::endian::little) png_set_swap(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return true;
}

bool read_pixels(const Reader& reader, png_bytepp rows) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_read_image(reader.png, rows);
  png_read_end(reader.png, reader.info);
  return true;
}

std::string utf8_from_latin1(std::string_view text) {
  std::string utf8;
  for (const unsigned char c : text) {
    if (c >= 0x80) utf8 += char(0xc0 | c >> 6);
    utf8 += char(c < 0x80 ? c : 0x80 | (c & 0x3f));
  }
  return utf8;
}

/// Whether a text chunk is Exiv2's to carry: EXIF, IPTC and XMP.
bool is_metadata(std::string_view key) {
  return key.starts_with("XML:") || key.starts_with("Raw profile type");
}

void read_notes(const Reader& reader, Raster& raster) {
  png_charp name;
  png_bytep profile;
  png_uint_32 size, per_metre_x, per_metre_y;
  int method, unit, count;
  png_textp texts;
  if (png_get_iCCP(reader.png, reader.info, &name, &method, &profile, &size))
    raster.icc.assign(profile, profile + size);
  if (png_get_pHYs(reader.png, reader.info, &per_metre_x, &per_metre_y, &unit) &&
      unit == PNG_RESOLUTION_METER)
    raster.ppi = per_metre_x / inches_per_metre;
  png_get_text(reader.png, reader.info, &texts, &count);
  for (int i = 0; i < count; ++i) {
    if (!texts[i].text || is_metadata(texts[i].key)) continue;
    const bool is_utf8 = texts[i].compression >= PNG_ITXT_COMPRESSION_NONE;
    raster.texts.emplace_back(texts[i].key,
                              is_utf8 ? texts[i].text : utf8_from_latin1(texts[i].text));
  }
}

Extent measure(ByteSpan file) {
  Session session{.input = file, .output = {}};
  const Reader reader(session);
  if (!read_header(reader)) throw Unreadable(std::string("is damaged: ") + session.complaint);
  const auto width = png_get_image_width(reader.png, reader.info);
  const auto height = png_get_image_height(reader.png, reader.info);
  check_size(width, height);
  return {int(width), int(height)};
}

Raster decode(ByteSpan file) {
  Session session{.input = file, .output = {}};
  const Reader reader(session);
  const auto damaged = [&] { return Unreadable(std::string("is damaged: ") + session.complaint); };
  if (!read_header(reader)) throw damaged();

  Raster raster;
  const auto width = png_get_image_width(reader.png, reader.info);
  const auto height = png_get_image_height(reader.png, reader.info);
  check_size(width, height);
  raster.width = int(width);
  raster.height = int(height);
  raster.depth = png_get_bit_depth(reader.png, reader.info);
  const int type = png_get_color_type(reader.png, reader.info);
  raster.colour = type & PNG_COLOR_MASK_COLOR ? Raster::Colour::Rgb : Raster::Colour::Grey;
  raster.alpha = type & PNG_COLOR_MASK_ALPHA;
  // Deflate packs at most 1032 : 1, so a small file with a huge header is a hoax.
  if (raster.row_bytes() * std::size_t(raster.height) / 1040 > file.size())
    throw Unreadable("is damaged: its " + std::to_string(file.size()) + " bytes cannot hold " +
                     std::to_string(width) + " x " + std::to_string(height) + " pixels");
  raster.allocate();
  std::vector<png_bytep> rows(height);
  for (int y = 0; y < raster.height; ++y) rows[y] = raster.row(y);
  if (!read_pixels(reader, rows.data())) throw damaged();
  read_notes(reader, raster);
  return raster;
}

bool write_all(const Writer& writer, const Raster& raster, png_textp texts, int text_count,
               png_bytepp rows) {
  if (setjmp(png_jmpbuf(writer.png))) return false;
  const bool rgb = raster.colour == Raster::Colour::Rgb;
  png_set_IHDR(writer.png, writer.info, raster.width, raster.height, raster.depth,
               (rgb ? PNG_COLOR_MASK_COLOR : 0) | (raster.alpha ? PNG_COLOR_MASK_ALPHA : 0),
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  if (!raster.icc.empty())
    png_set_iCCP(writer.png, writer.info, "profile", PNG_COMPRESSION_TYPE_BASE, raster.icc.data(),
                 raster.icc.size());
  if (raster.ppi > 0) {
    const auto per_metre = png_uint_32(std::lround(raster.ppi * inches_per_metre));
    png_set_pHYs(writer.png, writer.info, per_metre, per_metre, PNG_RESOLUTION_METER);
  }
  png_set_text(writer.png, writer.info, texts, text_count);
  png_write_info(writer.png, writer.info);
  if (std::endian::native == std::endian::little) png_set_swap(writer.png);
  png_write_image(writer.png, rows);
  png_write_end(writer.png, writer.info);
  return true;
}

Bytes encode(const Raster& raster, int) {
  Session session;
  const Writer writer(session);
  std::vector<png_text> texts;
  for (const auto& [key, text] : raster.texts) {
    png_text entry = {};
    entry.compression = PNG_ITXT_COMPRESSION_NONE;
    entry.key = const_cast<char*>(key.c_str());
    entry.text = const_cast<char*>(text.c_str());
    texts.push_back(entry);
  }
  std::vector<png_bytep> rows(raster.height);
  for (int y = 0; y < raster.height; ++y) rows[y] = const_cast<png_bytep>(raster.row(y));
  if (!write_all(writer, raster, texts.data(), int(texts.size()), rows.data()))
    throw Unwritable(std::string("libpng says: ") + session.complaint);
  return std::move(session.output);
}

}  // namespace

const Format png_format = {
    .name = "PNG",
    .extensions = {".png"},
    .depths = {8, 16},
    .alpha = true,
    .grey = true,
    .max_side = 0x7fffffff,
    .recognises = [](std::string_view head) { return head.starts_with("\x89PNG\r\n\x1a\n"); },
    .measure = measure,
    .decode = decode,
    .encode = encode,
};

}  // namespace pastiche::cli
