#include <cstdio>
// jpeglib.h wants stdio.h before it.
#include <jerror.h>
#include <jpeglib.h>

#include <csetjmp>
#include <cstdlib>
#include <new>

#include "picture/formats.hpp"

namespace pastiche::cli {
namespace {

/// libjpeg reports errors by longjmp, so nothing with a destructor may be made between setjmp
/// and its calls. It goes on after damage with a warning and grey pixels; we do not.
struct Session {
  jpeg_error_mgr errors;
  std::jmp_buf jump;
  char complaint[JMSG_LENGTH_MAX] = "";

  Session() {
    jpeg_std_error(&errors);
    errors.error_exit = fail;
    errors.emit_message = weigh;
  }
  static Session& of(j_common_ptr jpeg) { return *static_cast<Session*>(jpeg->client_data); }
  static void fail(j_common_ptr jpeg) {
    Session& self = of(jpeg);
    if (jpeg->err->msg_code == JERR_OUT_OF_MEMORY)
      self.complaint[0] = 0;
    else
      jpeg->err->format_message(jpeg, self.complaint);
    std::longjmp(self.jump, 1);
  }
  static void weigh(j_common_ptr jpeg, int level) {
    switch (level < 0 ? jpeg->err->msg_code : 0) {
      case JWRN_JPEG_EOF:
      case JWRN_HIT_MARKER:
      case JWRN_HUFF_BAD_CODE:
      case JWRN_MUST_RESYNC:
        fail(jpeg);
    }
  }
};

struct Reader {
  jpeg_decompress_struct jpeg = {};
  explicit Reader(Session& session) {
    jpeg.err = &session.errors;
    jpeg.client_data = &session;
  }
  ~Reader() { jpeg_destroy_decompress(&jpeg); }
};

struct Writer {
  jpeg_compress_struct jpeg = {};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  explicit Writer(Session& session) {
    jpeg.err = &session.errors;
    jpeg.client_data = &session;
  }
  ~Writer() {
    jpeg_destroy_compress(&jpeg);
    std::free(bytes);
  }
};

bool read_header(Session& session, jpeg_decompress_struct& jpeg, ByteSpan file) {
  if (setjmp(session.jump)) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, file.data(), file.size());
  jpeg_save_markers(&jpeg, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&jpeg, TRUE);
  switch (jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
      jpeg.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      jpeg.out_color_space = JCS_CMYK;
      break;
    default:
      jpeg.out_color_space = JCS_RGB;
  }
  return true;
}

bool read_pixels(Session& session, jpeg_decompress_struct& jpeg, Raster& raster) {
  if (setjmp(session.jump)) return false;
  jpeg_start_decompress(&jpeg);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = raster.row(int(jpeg.output_scanline));
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

void read_notes(jpeg_decompress_struct& jpeg, Raster& raster) {
  JOCTET* profile = nullptr;
  unsigned size = 0;
  if (jpeg_read_icc_profile(&jpeg, &profile, &size)) raster.icc.assign(profile, profile + size);
  std::free(profile);
  if (jpeg.saw_JFIF_marker && jpeg.density_unit == 1) raster.ppi = jpeg.X_density;
  if (jpeg.saw_JFIF_marker && jpeg.density_unit == 2) raster.ppi = jpeg.X_density * 2.54;
}

void check(const Session& session, bool done) {
  if (!done && !session.complaint[0]) throw std::bad_alloc();
  if (!done) throw Unreadable(std::string("is damaged: ") + session.complaint);
}

Extent measure(ByteSpan file) {
  Session session;
  Reader reader(session);
  check(session, read_header(session, reader.jpeg, file));
  check_size(reader.jpeg.image_width, reader.jpeg.image_height);
  return {int(reader.jpeg.image_width), int(reader.jpeg.image_height)};
}

Raster decode(ByteSpan file) {
  Session session;
  Reader reader(session);
  check(session, read_header(session, reader.jpeg, file));
  Raster raster;
  raster.lossless = false;
  check_size(reader.jpeg.image_width, reader.jpeg.image_height);
  raster.width = int(reader.jpeg.image_width);
  raster.height = int(reader.jpeg.image_height);
  raster.colour = reader.jpeg.out_color_space == JCS_GRAYSCALE ? Raster::Colour::Grey
                  : reader.jpeg.out_color_space == JCS_CMYK    ? Raster::Colour::Cmyk
                                                               : Raster::Colour::Rgb;
  raster.allocate();
  read_notes(reader.jpeg, raster);  // gone once the pixels are read
  check(session, read_pixels(session, reader.jpeg, raster));
  // Adobe, and so everyone, stores ink as 255 = none.
  if (raster.colour == Raster::Colour::Cmyk)
    for (std::uint8_t& ink : raster.samples) ink = std::uint8_t(255 - ink);
  return raster;
}

bool write_all(Session& session, Writer& writer, const Raster& raster, int quality) {
  if (setjmp(session.jump)) return false;
  jpeg_compress_struct& jpeg = writer.jpeg;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &writer.bytes, &writer.size);
  jpeg.image_width = JDIMENSION(raster.width);
  jpeg.image_height = JDIMENSION(raster.height);
  jpeg.input_components = raster.channels();
  jpeg.in_color_space = raster.colour == Raster::Colour::Grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.optimize_coding = TRUE;
  // Brush strokes are thin and coloured: full chroma resolution at good qualities.
  if (quality >= 90) jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  if (raster.ppi >= 1) {
    jpeg.density_unit = 1;
    jpeg.X_density = jpeg.Y_density = UINT16(raster.ppi + 0.5);
  }
  jpeg_start_compress(&jpeg, TRUE);
  if (!raster.icc.empty())
    jpeg_write_icc_profile(&jpeg, raster.icc.data(), unsigned(raster.icc.size()));
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(raster.row(int(jpeg.next_scanline)));
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
}

Bytes encode(const Raster& raster, int quality) {
  Session session;
  Writer writer(session);
  if (!write_all(session, writer, raster, quality ? quality : 95))
    throw Unwritable(std::string("libjpeg says: ") + session.complaint);
  return Bytes(writer.bytes, writer.bytes + writer.size);
}

}  // namespace

const Format jpeg_format = {
    .name = "JPEG",
    .extensions = {".jpg", ".jpeg", ".jpe", ".jfif"},
    .depths = {8},
    .alpha = false,
    .grey = true,
    .max_side = 65500,
    .recognises = [](std::string_view head) { return head.starts_with("\xff\xd8\xff"); },
    .measure = measure,
    .decode = decode,
    .encode = encode,
};

}  // namespace pastiche::cli
