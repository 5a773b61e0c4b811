#include "pastiche/version.hpp"

namespace pastiche {

const char* version() { return PASTICHE_VERSION; }

}  // namespace pastiche
