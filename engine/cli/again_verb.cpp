#include <filesystem>
#include <memory>

#include "flags.hpp"
#include "mark.hpp"
#include "order.hpp"
#include "report.hpp"
#include "say.hpp"
#include "text.hpp"
#include "verbs.hpp"
#include "whole_file.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;

struct Call {
  std::string picture, output;
  bool json = false;
};

/// Where a source is now: beside the picture as the recipe says, or as seen from here.
std::string find_source(const std::string& picture, const Recipe::Source& source) {
  std::error_code ignored;
  const fs::path beside = fs::path(picture).parent_path() / source.name;
  for (const fs::path& path : {beside.lexically_normal(), fs::path(source.name)}) {
    if (!fs::is_regular_file(path, ignored)) continue;
    if (sha256_of(read_whole_file(path)) == source.sha256) return path.string();
    throw Error(Error::Kind::BadImage,
                say(_("{} has changed since {} was made of it; the same picture would come only of "
                      "the old one."),
                    in_quotes(path.string()), in_quotes(picture)));
  }
  throw Error(Error::Kind::BadImage,
              say(_("The {} picture {} was made of is not at {}; put it back there."), source.input,
                  in_quotes(picture), in_quotes(beside.lexically_normal().string())));
}

Order order_of(const Call& call, const Recipe& recipe) {
  Order order = {&find_filter(recipe.filter), settings_from(recipe), {}, call.output, {}};
  for (const Recipe::Source& source : recipe.sources)
    order.sources[source.input].push_back(find_source(call.picture, source));
  if (order.output.empty()) {
    const fs::path path(call.picture);
    order.output =
        (path.parent_path() / path.stem()).string() + ".again" + path.extension().string();
  }
  return order;
}

int run_call(const Call& call) {
  if (call.picture.empty())
    throw Error(Error::Kind::BadSetting,
                _("Which picture is to be made again? 'pastiche again OUT.png' says."));
  const std::string json = read_recipe(call.picture);
  if (json.empty())
    throw Error(Error::Kind::BadImage,
                say(_("{} does not say how it was made; only Pastiche's own outputs can be made "
                      "again."),
                    in_quotes(call.picture)));
  const Order order = order_of(call, recipe_from_json(json));
  check(order);
  Report report(call.json, order.filter->name);
  Shelf shelf;
  report.add(make(order, shelf, ""));
  return report.finish();
}

}  // namespace

void add_again_verb(Verbs& verbs) {
  CLI::App& verb = verbs.add("again", N_("Makes a picture again from the recipe it holds."));
  const auto call = std::make_shared<Call>();
  verb.add_option("PICTURE", call->picture, N_("A picture that Pastiche made."));
  verb.add_option("-o,--output", call->output,
                  N_("Where the result goes; NAME.again.png without."));
  verb.add_flag("--json", call->json, json_help);
  verbs.does(verb, [call] { return run_call(*call); });
}

}  // namespace pastiche::cli
