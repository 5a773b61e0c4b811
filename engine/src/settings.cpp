#include "pastiche/settings.hpp"

#include <algorithm>
#include <cmath>

#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

[[noreturn]] void refuse(const Param& param, const std::string& given, const std::string& wanted) {
  throw Error(Error::Kind::BadSetting,
              std::string(param.name) + " is " + given + ", but must be " + wanted + ".");
}

/// "a number from 0 to 1": what the table allows.
std::string wanted(const Param& param) {
  if (std::holds_alternative<bool>(param.initial)) return "true or false";
  if (std::holds_alternative<std::string>(param.initial))
    return param.choices.empty() ? "text"
                                 : listed({param.choices.begin(), param.choices.end()}, "or");
  const bool whole = std::holds_alternative<int>(param.initial);
  return std::string(whole ? "a whole number" : "a number") + " from " + print_double(param.min) +
         " to " + print_double(param.max);
}

void check(const Param& param, const Value& value) {
  const std::string given = Settings::print(value);
  if (const auto* whole = std::get_if<int>(&value);
      whole && !(*whole >= param.min && *whole <= param.max))
    refuse(param, given, wanted(param));
  if (const auto* real = std::get_if<double>(&value);
      real && !(*real >= param.min && *real <= param.max))  // not-a-number fails both
    refuse(param, given, wanted(param));
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return;
  if (text->find('\0') != std::string::npos)
    refuse(param, in_quotes(given), "text without NUL bytes");
  if (!param.choices.empty() && !std::ranges::count(param.choices, *text))
    refuse(param, in_quotes(given), wanted(param));
}

std::optional<bool> read_bool(std::string_view text) {
  for (std::string_view yes : {"true", "yes", "1"})
    if (text == yes) return true;
  for (std::string_view no : {"false", "no", "0"})
    if (text == no) return false;
  return std::nullopt;
}

/// `text` as the type the parameter has; nothing when it is not of that type.
std::optional<Value> read(const Param& param, const std::string& text) {
  const auto as_value = [](auto read) { return read ? std::optional<Value>(*read) : std::nullopt; };
  if (std::holds_alternative<bool>(param.initial)) return as_value(read_bool(text));
  if (std::holds_alternative<int>(param.initial)) return as_value(read_int(text));
  if (std::holds_alternative<double>(param.initial)) return as_value(read_double(text));
  return Value(text);
}

}  // namespace

Settings::Settings(const Params& params) : params_(&params) {}

const Param& Settings::find(std::string_view name) const {
  for (const Param& param : *params_)
    if (name == param.name) return param;
  const std::vector<std::string> names = names_of(*params_);
  const std::string meant = nearest(name, names);
  throw Error(Error::Kind::BadSetting,
              "There is no setting " + in_quotes(name) +
                  (meant.empty() ? "; there are " + listed(names) + "."
                                 : "; did you mean " + in_quotes(meant) + "?"));
}

void Settings::set(std::string_view name, Value value) {
  const Param& param = find(name);
  if (const auto* whole = std::get_if<int>(&value);
      whole && std::holds_alternative<double>(param.initial))
    value = double(*whole);
  if (value.index() != param.initial.index()) refuse(param, in_quotes(print(value)), wanted(param));
  check(param, value);
  values_.insert_or_assign(param.name, std::move(value));
}

void Settings::parse(std::string_view name, const std::string& text) {
  const Param& param = find(name);
  const auto value = read(param, text);
  if (!value) refuse(param, in_quotes(text), wanted(param));
  set(name, *value);
}

const Value& Settings::value(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() ? found->second : find(name).initial;
}

std::string Settings::print(const Value& value) {
  if (const auto* on = std::get_if<bool>(&value)) return *on ? "true" : "false";
  if (const auto* whole = std::get_if<int>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return print_double(*real);
  return std::get<std::string>(value);
}

}  // namespace pastiche
