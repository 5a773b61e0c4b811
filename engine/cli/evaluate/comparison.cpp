#include "evaluate/comparison.hpp"

#include "interrupt.hpp"
#include "report.hpp"
#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

double seconds_of(const Result& result) {
  const auto found = result.facts.find("seconds");
  return found == result.facts.end() ? 0 : read_double(found->second).value_or(0);
}

std::vector<std::string> heads_of(const std::vector<Method>& methods) {
  std::vector<std::string> heads = {_("content"), _("style")};
  for (const Method& method : methods) heads.push_back(method.label);
  return heads;
}

std::string caption_of(const Distances& distances) {
  return say(_("style {:.3f}\ncontent {:.3f}"), distances.style, distances.content);
}

}  // namespace

bool concerns_all(Error::Kind kind) {
  using enum Error::Kind;
  return kind == BadSetting || kind == NoModel || kind == NoDevice || kind == Cancelled ||
         kind == Output;
}

Comparison::Comparison(const Plan& plan)
    : plan_(plan), kept_(plan.kept), sheet_(heads_of(plan.methods)) {}

void Comparison::skip(const std::string& what, const std::string& why) {
  tell(why);
  outcome_.skipped.push_back({what, why});
}

const Shown* Comparison::picture(Shelf& shelf, const std::string& file) {
  auto found = shelf.find(file);
  if (found == shelf.end()) try {
      found = shelf.emplace(file, read_shown(file, plan_.size)).first;
    } catch (const Error& e) {
      skip(file, e.what());
      found = shelf.emplace(file, std::nullopt).first;
    }
  return found->second ? &*found->second : nullptr;
}

Result Comparison::result_of(const Method& method, const Shown& content, const Shown& style,
                             const Progress& progress) {
  const Settings settings = settings_for(method, style.file);
  const Making making = {method, settings, content, style};
  if (auto kept = kept_.find(making)) {
    ++outcome_.reused;
    return *kept;
  }
  Result result = pastiche::run(*method.filter, pictures_for(method, content.image, &style.image),
                                settings, progress);
  round_to_8_bits(result.image);
  kept_.put(making, result);
  return result;
}

/// The rows get their distances. A method that failed has no row, and its place on the sheet is
/// empty.
void Comparison::record(const Shown& content, const Shown& style, std::vector<Row> rows,
                        std::vector<Image> results) {
  const auto distances = measure(content.image, style.image, results, plan_.measuring);
  std::vector<ContactSheet::Cell> cells = {{content.image, name_of(content.file)},
                                           {style.image, name_of(style.file)}};
  std::size_t i = 0;
  for (const Method& method : plan_.methods) {
    cells.emplace_back();
    if (i == rows.size() || rows[i].method != method.label) continue;
    rows[i].distances = distances[i];
    cells.back() = {std::move(results[i]), caption_of(distances[i])};
    outcome_.rows.push_back(rows[i++]);
  }
  sheet_.add_row(std::move(cells));
}

void Comparison::run_pair(const Shown& content, const Shown& style, const Progress& progress) {
  std::vector<Image> results;
  std::vector<Row> rows;
  const std::size_t count = plan_.methods.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Method& method = plan_.methods[i];
    const auto share = [&](double done, std::string_view) {
      return progress((double(i) + done) / double(count), method.label);
    };
    if (!share(0, "")) throw Cancelled(_("Interrupted."));
    try {
      Result result = result_of(method, content, style, share);
      rows.push_back(
          {name_of(content.file), name_of(style.file), method.label, {}, seconds_of(result)});
      results.push_back(std::move(result.image));
    } catch (const Error& e) {
      if (concerns_all(e.kind)) throw;
      skip(say(_("{} on {} with {}"), method.label, content.file, style.file), e.what());
    }
  }
  record(content, style, std::move(rows), std::move(results));
}

void Comparison::run() {
  for (const Method& method : plan_.methods) outcome_.methods.push_back(method.label);
  ProgressBar bar("");
  const Progress progress = bar.progress();
  const double count = double(plan_.pairs.size());
  std::string held;  // contents come one after the other: only one is held
  for (std::size_t i = 0; i < plan_.pairs.size(); ++i) {
    const std::string& content_file = plan_.contents[plan_.pairs[i].first];
    const std::string& style_file = plan_.styles[plan_.pairs[i].second];
    if (interrupted()) throw Cancelled(_("Interrupted."));
    if (held != content_file) {
      contents_.clear();
      held = content_file;
    }
    const Shown* content = picture(contents_, content_file);
    const Shown* style = picture(styles_, style_file);
    if (!content || !style) continue;
    run_pair(*content, *style, [&](double done, std::string_view method) {
      return progress((double(i) + done) / count,
                      say(_("{} of {}: {}, {}, {}"), i + 1, plan_.pairs.size(),
                          name_of(content_file), name_of(style_file), method));
    });
    ++pairs_done_;
  }
  if (outcome_.rows.empty())
    throw Error(Error::Kind::BadImage, _("Nothing could be compared: every pair was skipped."));
}

}  // namespace pastiche::cli
