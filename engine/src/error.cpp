#include "pastiche/error.hpp"

namespace pastiche {

Error::Error(Kind kind, const std::string& sentence) : std::runtime_error(sentence), kind(kind) {}
Error::~Error() =
    default;  // here, so that the type has one home and can be caught across libraries

Cancelled::Cancelled(const std::string& sentence, std::shared_ptr<const Image> so_far)
    : Error(Kind::Cancelled, sentence), so_far(std::move(so_far)) {}
Cancelled::~Cancelled() = default;

int exit_status(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::BadSetting:
      return 2;
    case Error::Kind::BadImage:
      return 3;
    case Error::Kind::NoModel:
      return 4;
    case Error::Kind::NoDevice:
    case Error::Kind::OutOfMemory:
      return 5;
    case Error::Kind::Cancelled:
      return 130;
    case Error::Kind::Output:
    case Error::Kind::Internal:
      return 1;
  }
  return 1;
}

}  // namespace pastiche
