#include "evaluate/method.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

const Filter& find_method(std::string_view name) {
  std::vector<std::string> known;
  for (const auto* table : {&filters(), &reference_methods()})
    for (const Filter& filter : *table) {
      if (filter.name == name) return filter;
      known.emplace_back(filter.name);
    }
  const std::string meant = nearest(name, known);
  throw Error(
      Error::Kind::BadSetting,
      meant.empty()
          ? say(_("There is no method {}; there are {}."), in_quotes(name), listed(known))
          : say(_("There is no method {}; did you mean {}?"), in_quotes(name), in_quotes(meant)));
}

bool has(const Params& params, std::string_view name) {
  return std::ranges::any_of(params, [&](const Param& param) { return param.name == name; });
}

const Input* input_of(const Filter& filter, std::string_view name) {
  const auto found =
      std::ranges::find_if(filter.inputs, [&](const Input& input) { return input.name == name; });
  return found == filter.inputs.end() ? nullptr : &*found;
}

void check_inputs(const Filter& filter) {
  const bool fits = std::ranges::all_of(filter.inputs, [](const Input& input) {
    const std::string_view name = input.name;
    return input.min <= (name == "content" || name == "style" ? 1 : 0);
  });
  if (!fits || !input_of(filter, "content"))
    throw Error(Error::Kind::BadSetting,
                say(_("{} does not make a picture of a content and a style."), filter.name));
}

/// "steps=500,style-layers=relu1_1:2,relu2_1" as two settings.
std::vector<std::pair<std::string, std::string>> settings_in(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string piece = text.substr(at, end - at);
    const std::size_t equals = piece.find('=');
    if (equals != std::string::npos)
      settings.emplace_back(piece.substr(0, equals), piece.substr(equals + 1));
    else if (settings.empty())
      throw Error(Error::Kind::BadSetting,
                  say(_("{} is no setting=value of a method."), in_quotes(piece)));
    else
      settings.back().second += "," + piece;
    at = end + 1;
  }
  return settings;
}

/// The longest of the styles' names that the file's name holds; "" for none.
std::string style_named_in(const std::string& file, const std::vector<OfferedStyle>& styles) {
  const std::string stem = std::filesystem::path(file).stem();
  std::string best;
  for (const OfferedStyle& style : styles)
    if (stem.find(style.name) != std::string::npos && style.name.size() > best.size())
      best = style.name;
  return best;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> pieces;
  std::istringstream text(list);
  for (std::string piece; std::getline(text, piece, ',');) pieces.push_back(piece);
  return pieces;
}

Method parse_method(const std::string& text, const Settings& common) {
  const std::size_t colon = text.find(':');
  const Filter& filter = find_method(std::string_view(text).substr(0, colon));
  check_inputs(filter);
  Method method = {text, &filter, Settings(filter.params)};
  for (const char* shared : {"models", "device"})
    if (has(filter.params, shared)) method.settings.set(shared, common.text(shared));
  if (colon != std::string::npos)
    for (const auto& [name, value] : settings_in(text.substr(colon + 1)))
      method.settings.parse(name, value);
  return method;
}

std::string folder_of(const Method& method) {
  return has(method.filter->params, "models") ? method.settings.text("models") : "";
}

/// Settings that name models, and of which architecture; "" where the filter knows best.
constexpr struct {
  const char *setting, *architecture;
  bool several;
} model_settings[] = {{"model", "", false},
                      {"encoder", "", false},
                      {"encoders", "encoder", true},
                      {"decoders", "decoder", true}};

}  // namespace

std::vector<Method> parse_methods(const std::vector<std::string>& texts, const Settings& common) {
  if (texts.empty()) throw Error(Error::Kind::BadSetting, _("Which methods? --method NAME says."));
  std::vector<Method> methods;
  for (const std::string& text : texts) {
    if (std::ranges::count(texts, text) > 1)
      throw Error(Error::Kind::BadSetting,
                  say(_("The method {} is there twice."), in_quotes(text)));
    methods.push_back(parse_method(text, common));
  }
  return methods;
}

std::vector<std::string> model_hashes(const Method& method, const Settings& settings) {
  const std::string folder = folder_of(method);
  std::vector<std::string> hashes;
  for (const auto& [setting, architecture, several] : model_settings) {
    if (!has(method.filter->params, setting)) continue;
    const std::string& names = settings.text(setting);
    for (const std::string& name : several ? split(names) : std::vector{names})
      if (!name.empty()) hashes.push_back(find_model(name, architecture, folder).sha256);
  }
  if (takes_style_by_name(method))
    for (const OfferedStyle& style : styles_of(method))
      if (style.own && settings.text("style").find(style.name) != std::string::npos)
        hashes.push_back(find_model(style.file.string(), "", folder).sha256);
  return hashes;
}

bool takes_style_by_name(const Method& method) {
  return !input_of(*method.filter, "style") && has(method.filter->params, "style");
}

bool takes_style_picture(const Method& method) { return input_of(*method.filter, "style"); }

std::vector<OfferedStyle> styles_of(const Method& method) {
  const std::string folder = folder_of(method);
  return list_styles(find_model(method.settings.text("model"), "transformer", folder), folder);
}

Settings settings_for(const Method& method, const std::string& style_file) {
  if (!takes_style_by_name(method) || !method.settings.text("style").empty())
    return method.settings;
  const auto styles = styles_of(method);
  const std::string style = style_named_in(style_file, styles);
  if (style.empty())
    throw Error(Error::Kind::BadSetting,
                say(_("The name of {} holds no style of the model {}, which has {}; "
                      "{}:style=NAME says which to take."),
                    in_quotes(style_file), method.settings.text("model"), listed(names_of(styles)),
                    method.filter->name));
  Settings settings = method.settings;
  settings.set("style", style);
  return settings;
}

Pictures pictures_for(const Method& method, const Image& content, const Image* style) {
  Pictures pictures = {{"content", {content}}};
  if (takes_style_picture(method)) pictures["style"] = {*style};
  return pictures;
}

}  // namespace pastiche::cli
