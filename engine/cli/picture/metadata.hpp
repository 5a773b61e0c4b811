#pragma once

#include <memory>
#include <string>

#include "picture/raster.hpp"

namespace pastiche::cli {

/// A file's EXIF, IPTC and XMP, as Exiv2 reads them; empty where a file has none or broken ones:
/// a picture is not refused for its caption.
class Metadata {
 public:
  Metadata();
  explicit Metadata(ByteSpan file);
  ~Metadata();
  Metadata(Metadata&&) noexcept;
  Metadata& operator=(Metadata&&) noexcept;

  int orientation() const;     ///< EXIF's, 1..8
  std::string recipe() const;  ///< what Stamp::recipe was; "" without

  /// What an output says of itself.
  struct Stamp {
    std::string recipe;      ///< JSON, kept as XMP; "" for none
    std::string creator;     ///< "Pastiche 0.1.0"
    bool generated = false;  ///< sampled from a network, no photo went in
  };

  /// `file`, an encoded picture of that size, with the metadata and the stamp in it. Where the
  /// format cannot hold all of it (64 KiB of EXIF in JPEG), the stamp alone goes in.
  Bytes put_into(Bytes file, int width, int height, const Stamp& stamp) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pastiche::cli
