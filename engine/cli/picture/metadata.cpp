#include "picture/metadata.hpp"

#include <algorithm>
#include <exiv2/exiv2.hpp>
#include <mutex>

namespace pastiche::cli {
namespace {

constexpr const char* recipe_property = "Xmp.pastiche.recipe";
constexpr const char* source_type_property = "Xmp.iptcExt.DigitalSourceType";
constexpr const char* source_types = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// Exiv2 talks on stderr and needs its XMP parser set up once.
void prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::XmpParser::initialize();
    Exiv2::XmpProperties::registerNs("urn:pastiche:recipe:1#", "pastiche");
  });
}

/// Tags that tell how the old file's pixels lie, not what they show.
bool is_about_layout(const Exiv2::Exifdatum& datum) {
  static constexpr std::uint16_t kept_of_image[] = {
      0x010d, 0x010e, 0x010f, 0x0110, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x013c,
      0x4746, 0x4749, 0x8298, 0x8769, 0x8825, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f};
  const std::string group = datum.groupName();
  if (group == "Image")
    return std::ranges::find(kept_of_image, datum.tag()) == std::end(kept_of_image);
  return group.starts_with("Sub") || group.starts_with("Thumb") || group.starts_with("Image");
}

}  // namespace

struct Metadata::Parts {
  Exiv2::ExifData exif;
  Exiv2::IptcData iptc;
  Exiv2::XmpData xmp;
};

Metadata::Metadata() : parts_(std::make_unique<Parts>()) { prepare(); }
Metadata::~Metadata() = default;
Metadata::Metadata(Metadata&&) noexcept = default;
Metadata& Metadata::operator=(Metadata&&) noexcept = default;

Metadata::Metadata(ByteSpan file) : Metadata() {
  try {
    const auto image = Exiv2::ImageFactory::open(file.data(), file.size());
    image->readMetadata();
    parts_->exif = image->exifData();
    parts_->iptc = image->iptcData();
    parts_->xmp = image->xmpData();
  } catch (const std::exception&) {
    *parts_ = {};
  }
}

int Metadata::orientation() const {
  const auto found = parts_->exif.findKey(Exiv2::ExifKey("Exif.Image.Orientation"));
  if (found == parts_->exif.end() || found->count() == 0) return 1;
  const auto value = found->toInt64();
  return value >= 1 && value <= 8 ? int(value) : 1;
}

std::string Metadata::recipe() const {
  const auto found = parts_->xmp.findKey(Exiv2::XmpKey(recipe_property));
  return found == parts_->xmp.end() ? "" : found->toString();
}

namespace {

Exiv2::ExifData exif_of_output(Exiv2::ExifData exif, int width, int height) {
  for (auto datum = exif.begin(); datum != exif.end();)
    datum = is_about_layout(*datum) ? exif.erase(datum) : std::next(datum);
  for (const auto& [name, side] : {std::pair{"Exif.Photo.PixelXDimension", width},
                                   std::pair{"Exif.Photo.PixelYDimension", height}})
    if (exif.findKey(Exiv2::ExifKey(name)) != exif.end()) exif[name] = std::uint32_t(side);
  return exif;
}

void stamp_xmp(Exiv2::XmpData& xmp, const Metadata::Stamp& stamp) {
  for (const char* stale : {recipe_property, source_type_property, "Xmp.tiff.Orientation"})
    if (const auto found = xmp.findKey(Exiv2::XmpKey(stale)); found != xmp.end()) xmp.erase(found);
  xmp["Xmp.xmp.CreatorTool"] = stamp.creator;
  xmp[source_type_property] =
      source_types + std::string(stamp.generated ? "trainedAlgorithmicMedia"
                                                 : "compositeWithTrainedAlgorithmicMedia");
  if (!stamp.recipe.empty()) xmp[recipe_property] = stamp.recipe;
}

void put(Bytes& file, const Exiv2::ExifData& exif, const Exiv2::IptcData& iptc,
         const Exiv2::XmpData& xmp) {
  const auto image = Exiv2::ImageFactory::open(file.data(), file.size());
  image->readMetadata();  // keeps the profile, and a TIFF's own tags
  for (const Exiv2::Exifdatum& datum : exif) image->exifData()[datum.key()] = datum.value();
  image->setIptcData(iptc);
  image->setXmpData(xmp);
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  const Exiv2::byte* made = io.open() == 0 ? io.mmap() : nullptr;
  if (!made) throw Unwritable("its metadata cannot be written");
  if (made == file.data()) return;  // changed in its place
  file.resize(io.size());
  std::copy_n(made, file.size(), file.data());
}

}  // namespace

Bytes Metadata::put_into(Bytes file, int width, int height, const Stamp& stamp) const {
  Exiv2::XmpData xmp = parts_->xmp;
  stamp_xmp(xmp, stamp);
  try {
    put(file, exif_of_output(parts_->exif, width, height), parts_->iptc, xmp);
  } catch (const std::exception&) {
    Exiv2::XmpData alone;
    stamp_xmp(alone, stamp);
    try {
      put(file, {}, {}, alone);
    } catch (const std::exception&) {  // the picture counts for more than what is said of it
    }
  }
  return file;
}

}  // namespace pastiche::cli
