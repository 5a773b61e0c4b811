#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pastiche/export.hpp"

namespace pastiche {

using Value = std::variant<bool, int, double, std::string>;

/// One setting of a filter or trainer. The plug-in makes a procedure argument
/// of it, the command line a flag, the manual a row. Texts are untranslated
/// literals; whoever shows one calls gettext.
struct Param {
  const char* name;  ///< "style-weight": argument, flag and manual row alike
  const char* label;
  const char* help;  ///< one sentence, with the unit where there is one
  Value initial;     ///< its type is the setting's type; borrowed from the options struct
  double min = 0;    ///< of int and double: both ends are allowed
  double max = 0;
  std::vector<const char*> choices = {};  ///< of a text setting: all it may be
};

using Params = std::vector<Param>;

/// What one call runs with: each parameter at its default until set.
/// set() and parse() throw Error::BadSetting for what the table rules out.
class PASTICHE_API Settings {
 public:
  /// REQUIRES: `params` outlives the settings (the tables are static).
  explicit Settings(const Params& params);

  /// `value` must have the parameter's type (an int is taken for a double).
  void set(std::string_view name, Value value);

  /// Reads `text` as the parameter's type, whatever the locale. Booleans are
  /// "true"/"false"/"yes"/"no"/"1"/"0".
  void parse(std::string_view name, const std::string& text);

  /// REQUIRES: `name` is in the table, with type T.
  template <class T>
  const T& get(std::string_view name) const {
    return std::get<T>(value(name));
  }
  bool flag(std::string_view name) const { return get<bool>(name); }
  int whole(std::string_view name) const { return get<int>(name); }
  double real(std::string_view name) const { return get<double>(name); }
  const std::string& text(std::string_view name) const { return get<std::string>(name); }

  const Value& value(std::string_view name) const;
  const Params& params() const { return *params_; }

  /// A value as parse() reads it back, bit for bit, whatever the locale.
  static std::string print(const Value& value);

 private:
  const Param& find(std::string_view name) const;

  const Params* params_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace pastiche
