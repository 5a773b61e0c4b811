#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "pastiche/export.hpp"
#include "pastiche/image.hpp"

namespace pastiche {

/// The one exception that leaves the engine. `kind` is for programs (exit
/// status, PDB status), `what()` is a whole sentence for the person at the
/// screen: what was wrong, with the value, and what would be right.
class PASTICHE_API Error : public std::runtime_error {
 public:
  enum class Kind {
    BadSetting,   ///< a setting, flag or argument the tables rule out
    BadImage,     ///< a picture that cannot be read or used
    NoModel,      ///< no such model, or a broken or untrusted file
    NoDevice,     ///< no such device, or no computing library
    OutOfMemory,  ///< the picture does not fit the memory allowed
    Cancelled,    ///< the progress callback said stop
    Output,       ///< a result could not be written
    Internal      ///< our own mistake
  };

  Error(Kind kind, const std::string& sentence);
  ~Error() override;

  const Kind kind;
};

/// Cancelled with something to show: the picture as it stood.
class PASTICHE_API Cancelled : public Error {
 public:
  explicit Cancelled(const std::string& sentence, std::shared_ptr<const Image> so_far = nullptr);
  ~Cancelled() override;

  const std::shared_ptr<const Image> so_far;
};

/// The command's exit status for a kind: 2 setting, 3 picture, 4 model,
/// 5 device or memory, 130 cancelled, 1 anything else.
PASTICHE_API int exit_status(Error::Kind kind);

}  // namespace pastiche
