#include "store/small_file.hpp"

#include "pastiche/error.hpp"
#include "store/mapped_file.hpp"
#include "text.hpp"

namespace pastiche {

std::optional<std::string> read_small_file(const std::filesystem::path& file, std::size_t most) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  const MappedFile mapped(file);
  const auto bytes = mapped.bytes();
  if (bytes.size() > most)
    throw Error(Error::Kind::NoModel, "The file " + in_quotes(file.string()) + " has " +
                                          std::to_string(bytes.size()) + " bytes; at most " +
                                          std::to_string(most) + " are read.");
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace pastiche
