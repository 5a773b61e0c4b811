#include "style/row_blend.hpp"

#include <algorithm>
#include <cmath>

#include "pastiche/error.hpp"
#include "store/style_rows.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

/// A style that is not offered; one that was learnt for another network is told of.
[[noreturn]] void refuse_style(const std::string& name, const std::vector<OfferedStyle>& offered,
                               const Model& model, const std::string& folder) {
  const std::vector<Model> models = list_models(folder);
  for (const Model& learnt : models) {
    if (learnt.architecture != "style" || !std::ranges::count(learnt.styles, name)) continue;
    const auto base = std::ranges::find(models, learnt.base_sha256, &Model::sha256);
    const std::string sentence = "The style " + in_quotes(name) + " was learnt for the model ";
    throw Error(Error::Kind::NoModel,
                base != models.end()
                    ? sentence + in_quotes(base->name) + ", not for " + in_quotes(model.name) + "."
                    : sentence + in_quotes(learnt.base) + " of the sha256 " +
                          learnt.base_sha256.substr(0, 12) +
                          "..., which is not here; learn it again for " + in_quotes(model.name) +
                          ".");
  }
  throw Error(Error::Kind::BadSetting, "The model has no style " + in_quotes(name) + "; it has " +
                                           listed(names_of(offered)) + ".");
}

/// Where each of the styles is. The folders are only searched for a style that
/// is not the network's own.
std::vector<OfferedStyle> find_styles(const std::vector<Weighted>& styles, const Model& model,
                                      const std::string& folder) {
  std::vector<OfferedStyle> offered;
  for (std::size_t i = 0; i < model.styles.size(); ++i)
    offered.push_back({model.styles[i], model.name, model.file, i});
  const auto is_offered = [&](const Weighted& style) {
    return std::ranges::count(offered, style.name, &OfferedStyle::name) > 0;
  };
  if (!std::ranges::all_of(styles, is_offered)) offered = list_styles(model, folder);
  std::vector<OfferedStyle> found;
  for (const Weighted& style : styles) {
    if (!is_offered(style)) refuse_style(style.name, offered, model, folder);
    found.push_back(*std::ranges::find(offered, style.name, &OfferedStyle::name));
  }
  return found;
}

/// One file's rows within the network's.
struct Source {
  std::size_t first = 0, strokes = 1;
};

std::string advice(const Model& model, const FastStyleOptions& options) {
  return "The style " + in_quotes(options.style.empty() ? model.styles.at(0) : options.style) +
         " was learnt with strokes of one size, so stroke-size has no effect on it.";
}

}  // namespace

std::vector<Weighted> parse_blend(const std::string& text, const std::string& setting,
                                  const std::string& first) {
  std::vector<Weighted> entries = parse_weighted(text, setting);
  if (entries.empty()) entries.push_back({first});
  double sum = 0;
  for (const Weighted& entry : entries) sum += entry.weight;
  if (!(sum > 0))
    throw Error(Error::Kind::BadSetting, "The weights of " + setting + " " + in_quotes(text) +
                                             " add up to 0; one must be larger.");
  for (Weighted& entry : entries) entry.weight /= sum;
  return entries;
}

torch::Tensor stroke_weights(std::size_t strokes, double stroke_size) {
  torch::Tensor weights = torch::zeros({int64_t(strokes)});
  const double at = stroke_size * double(strokes - 1);
  const auto lower = std::min(int64_t(at), int64_t(strokes) - 1);
  weights[lower] = 1 - (at - double(lower));
  if (lower + 1 < int64_t(strokes)) weights[lower + 1] = at - double(lower);
  return weights;
}

Painter make_painter(const Model& model, const FastStyleOptions& options) {
  const std::vector<Weighted> styles = parse_blend(options.style, "style", model.styles.at(0));
  const std::vector<OfferedStyle> places = find_styles(styles, model, options.models);
  const TensorFile file(model.file);
  Painter painter = {load_transformer(file), {}, {}, {model.file}};

  std::map<std::filesystem::path, Source> sources;
  sources[model.file] = {0, rows_in(file).per_style()};
  for (const OfferedStyle& place : places) {
    if (sources.contains(place.file)) continue;
    const TensorFile learnt(place.file);
    sources[place.file] = {std::size_t(painter.net->rows()), rows_in(learnt).per_style()};
    append_rows(painter.net, learnt);
    painter.files.push_back(place.file);
    std::string& hashes = painter.facts["style-sha256"];
    hashes += (hashes.empty() ? "" : ",") + find_model(place.file.string(), "style").sha256;
  }
  painter.blend = torch::zeros({1, painter.net->rows()});
  bool has_strokes = false;
  for (std::size_t i = 0; i < styles.size(); ++i) {
    const Source& source = sources.at(places[i].file);
    const auto first = int64_t(source.first + places[i].index * source.strokes);
    painter.blend[0].narrow(0, first, int64_t(source.strokes)) +=
        styles[i].weight * stroke_weights(source.strokes, options.stroke_size);
    has_strokes |= source.strokes > 1;
  }
  if (!has_strokes && options.stroke_size != FastStyleOptions().stroke_size)
    painter.facts["advice"] = advice(model, options);
  return painter;
}

}  // namespace pastiche
