#include "seed_sheet.hpp"

#include <glib/gi18n-lib.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include "pastiche/recipe.hpp"
#include "procedure.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;

constexpr guint settled = 250;  // ms without a change, until samples are made anew

/// What a sheet shows instead of what is set: as many samples, small, of seeds alone.
struct Sheet {
  std::string_view filter;
  int count;
  Look look;
  std::vector<std::pair<const char*, const char*>> settings;
};

const Sheet& sheet_of(const Filter& filter) {
  static const Look small = {
      .side = 80, .columns = 8, .names = false, .several = false, .scrolls = false};
  static const Look large = {
      .side = 128, .columns = 4, .names = false, .several = false, .scrolls = false};
  static const Sheet sheets[] = {
      {"generate",
       16,
       small,
       {{"count", "16"},
        {"width", "0"},
        {"height", "0"},
        {"frames", "0"},
        {"latent", ""},
        {"latent-file", ""},
        {"grid", "false"}}},
      {"texture", 4, large, {{"count", "4"}, {"width", "128"}, {"height", "128"}}},
  };
  static const Sheet none = {};
  for (const Sheet& sheet : sheets)
    if (sheet.filter == filter.name) return sheet;
  return none;
}

int seed_in(GimpProcedureConfig* config) {
  int seed = 0;
  g_object_get(config, "seed", &seed, nullptr);
  return seed;
}

/// Everything that makes a difference to the sheet.
std::string text_of(const Filter& filter, const pastiche::Settings& settings,
                    const pastiche::Pictures& pictures) {
  std::string text = std::to_string(pictures.size());
  for (const auto& param : filter.params)
    if (std::string_view(param.name) != "to-seed")
      text += "\n" + pastiche::Settings::print(settings.value(param.name));
  return text;
}

}  // namespace

int sheet_count(const Filter& filter) { return sheet_of(filter).count; }

SeedSheet::SeedSheet(const Filter& filter, GimpProcedureConfig* config,
                     std::function<pastiche::Pictures()> given)
    : filter_(filter),
      config_(config),
      given_(std::move(given)),
      gallery_([this] { take_choice(); }, sheet_of(filter).look),
      box_(gtk_box_new(GTK_ORIENTATION_VERTICAL, 6)),
      note_(text_label("")),
      sampler_(
          filter, [this](const pastiche::Result& result) { show(result); },
          [this](const std::string& problem) { tell(problem); }) {
  std::vector<Tile> empty(std::size_t(sheet_count(filter)));
  gallery_.show(empty);
  gtk_widget_set_sensitive(gallery_.widget(), FALSE);
  gtk_widget_set_no_show_all(note_, TRUE);
  for (GtkWidget* part : {gallery_.widget(), note_})
    gtk_box_pack_start(GTK_BOX(box_), part, FALSE, FALSE, 0);
  on(config, "notify", box_, [this] { refresh_soon(); });
}

SeedSheet::~SeedSheet() {
  if (refresh_) g_source_remove(refresh_);
}

void SeedSheet::start() {
  if (std::exchange(started_, true)) return;
  refresh();
}

void SeedSheet::refresh_soon() {
  if (!started_) return;
  if (refresh_) g_source_remove(refresh_);
  const auto act = [](gpointer sheet) -> gboolean {
    static_cast<SeedSheet*>(sheet)->refresh_ = 0;
    static_cast<SeedSheet*>(sheet)->refresh();
    return G_SOURCE_REMOVE;
  };
  refresh_ = g_timeout_add(settled, act, this);
}

void SeedSheet::refresh() try {
  const Sheet& sheet = sheet_of(filter_);
  const int seed = seed_in(config_);
  if (first_ < 0 || seed < first_ || seed - first_ >= sheet.count) first_ = seed;
  const GeglRectangle any = {0, 0, 1, 1};
  pastiche::Settings settings = read_settings(filter_, config_, &any);
  for (const auto& [name, text] : sheet.settings) settings.parse(name, text);
  settings.set("seed", first_);
  pastiche::Pictures pictures = given_();
  const std::string wanted = text_of(filter_, settings, pictures);
  gallery_.choose({std::to_string(seed)});
  if (wanted == ordered_) return;
  ordered_ = wanted;
  gtk_widget_set_sensitive(gallery_.widget(), FALSE);
  sampler_.order(std::move(pictures), settings);
} catch (const std::exception& error) {
  ordered_.clear();
  tell(error.what());
}

void SeedSheet::show(const pastiche::Result& first) {
  std::vector<Tile> tiles;
  const auto add = [&](const pastiche::Result& one) {
    const auto found = one.changes.find("seed");
    const std::string seed = found == one.changes.end() ? std::to_string(first_) : found->second;
    const std::string title = words(_("Seed %s"), seed.c_str());
    tiles.push_back({seed, title, title, "", std::make_shared<pastiche::Image>(one.image)});
  };
  add(first);
  for (const pastiche::Result& one : first.further) add(one);
  gallery_.show(tiles);
  gallery_.choose({std::to_string(seed_in(config_))});
  gtk_widget_set_sensitive(gallery_.widget(), TRUE);
  gtk_widget_hide(note_);
}

/// The samples stay as they are, greyed.
void SeedSheet::tell(const std::string& problem) {
  gtk_widget_set_sensitive(gallery_.widget(), FALSE);
  gtk_label_set_text(GTK_LABEL(note_), problem.c_str());
  gtk_widget_show(note_);
}

void SeedSheet::take_choice() {
  const auto chosen = gallery_.chosen();
  if (chosen.size() == 1) g_object_set(config_, "seed", std::atoi(chosen[0].c_str()), nullptr);
}
