#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "dry_run.hpp"
#include "flags.hpp"
#include "interrupt.hpp"
#include "order.hpp"
#include "report.hpp"
#include "say.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;

/// What was typed after a filter's name.
struct Call {
  Call(CLI::App& verb, const Filter& filter);

  const Filter& filter;
  std::vector<std::string> pictures;
  Paths by_flag;
  std::string output, output_dir;
  bool json = false, dry_run = false;
  RowFlags settings, file;
};

Call::Call(CLI::App& verb, const Filter& filter)
    : filter(filter), settings(verb, filter.params), file(verb, output_params()) {
  verb.add_option("PICTURE", pictures);
  verb.add_option("-o,--output", output);
  verb.add_option("--output-dir", output_dir);
  verb.add_flag("--json", json);
  verb.add_flag("--dry-run", dry_run);
  for (const Input& input : filter.inputs) {
    const std::string flag = std::string("--") + input.name;
    // A setting of that name is the one that people mean; the picture then has its place only.
    if (!verb.get_option_no_throw(flag))
      verb.add_option(flag, by_flag[input.name])->allow_extra_args(false);
  }
}

/// Deals the pictures out to the positional inputs in table order. The first input of a batch
/// takes all that the later ones can do without.
Paths deal(const Call& call, bool batch) {
  Paths dealt = call.by_flag;
  std::vector<const Input*> open;
  for (const Input& input : call.filter.inputs)
    if (input.positional && dealt[input.name].empty()) open.push_back(&input);
  std::size_t at = 0;
  for (std::size_t i = 0; i < open.size(); ++i) {
    std::size_t owed = 0;
    for (std::size_t j = i + 1; j < open.size(); ++j) owed += std::size_t(open[j]->min);
    const std::size_t left = call.pictures.size() - at;
    const bool many = batch && open[i] == &call.filter.inputs.front();
    std::size_t count = std::min(left, std::size_t(open[i]->max));
    if (many && left > owed) count = left - owed;
    for (; count > 0; --count) dealt[open[i]->name].push_back(call.pictures[at++]);
  }
  // Too many: the last input gets them, and its count is then refused with its name.
  if (at < call.pictures.size() && open.empty())
    throw Error(Error::Kind::BadSetting, say(_("{} is one picture too many for {}."),
                                             in_quotes(call.pictures[at]), call.filter.name));
  while (at < call.pictures.size()) dealt[open.back()->name].push_back(call.pictures[at++]);
  std::erase_if(dealt, [](const auto& entry) { return entry.second.empty(); });
  return dealt;
}

OutputOptions output_options(const Settings& settings) {
  const std::string& depth = settings.text("depth");
  return {.depth = depth == "auto" ? 0
                   : depth == "8"  ? 8
                                   : 16,
          .quality = settings.whole("quality")};
}

std::vector<Order> orders_of(const Call& call) {
  const bool batch = !call.output_dir.empty();
  if (batch == !call.output.empty() && (batch || !call.dry_run))
    throw Error(Error::Kind::BadSetting,
                batch
                    ? _("-o and --output-dir exclude each other; one picture has -o, several have "
                        "--output-dir.")
                    : _("Where shall the result go? -o FILE or --output-dir DIR says."));
  Order order = {&call.filter, call.settings.settings(), deal(call, batch), call.output,
                 output_options(call.file.settings())};
  if (!batch) return {order};
  const std::string first = call.filter.inputs.empty() ? "" : call.filter.inputs.front().name;
  const std::vector<std::string> contents = order.sources[first];
  if (contents.empty())
    throw Error(Error::Kind::BadSetting,
                say(_("--output-dir needs pictures for {} to work on."), call.filter.name));
  std::vector<Order> orders;
  std::set<std::string> names;
  for (const std::string& content : contents) {
    const std::string name = fs::path(content).filename();
    if (!names.insert(name).second)
      throw Error(Error::Kind::BadSetting,
                  say(_("Two of the pictures are named {}, and one would overwrite the other."),
                      in_quotes(name)));
    order.sources[first] = {content};
    order.output = (fs::path(call.output_dir) / name).string();
    orders.push_back(order);
  }
  return orders;
}

/// Each order of a batch on its own: a broken one is told and the others are made.
int run_batch(const std::vector<Order>& orders, Report& report) {
  Shelf shelf;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const Order& order = orders[i];
    const std::string& content = order.sources.at(order.filter->inputs.front().name).front();
    try {
      if (interrupted()) throw Cancelled(say(_("Interrupted before {}."), in_quotes(content)));
      check(order);
      report.add(make(
          order, shelf,
          say(_("{} ({} of {})"), fs::path(content).filename().string(), i + 1, orders.size())));
    } catch (const Error& e) {
      report.add(content, e);
      if (e.kind == Error::Kind::Cancelled) break;
    }
  }
  return report.finish();
}

int run_call(const Call& call) {
  const std::vector<Order> orders = orders_of(call);
  if (call.dry_run) return dry_run(orders, call.json);
  Report report(call.json, call.filter.name);
  if (!call.output_dir.empty()) {
    // A folder that takes no file is told once, not for each picture.
    check_output((fs::path(call.output_dir) / ".pastiche-trial.png").string());
    return run_batch(orders, report);
  }
  check(orders.front());
  Shelf shelf;
  report.add(make(orders.front(), shelf, ""));
  return report.finish();
}

}  // namespace

void add_filter_verbs(Verbs& verbs) {
  for (const Filter& filter : filters()) {
    CLI::App& verb = verbs.add(filter.name, filter.help);
    const auto call = std::make_shared<Call>(verb, filter);
    verbs.does(verb, [call] { return run_call(*call); });
  }
}

}  // namespace pastiche::cli
