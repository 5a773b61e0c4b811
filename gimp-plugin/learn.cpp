#include "learn.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "folders.hpp"
#include "pastiche/filter.hpp"
#include "thumbnail.hpp"
#include "words.hpp"

namespace {

namespace fs = std::filesystem;
using pastiche::Error;

constexpr const char* extension = ".safetensors";
constexpr double training_share = 0.97;  // of the progress; the rest is the thumbnail's

constexpr struct {
  const char* name;
  const char* label = nullptr;  ///< the trainer's own without one
  const char* help = nullptr;
} asked_for[] = {
    {"strokes", N_("Strokes"),
     N_("How coarse to paint: the longest side, in pixels, that the picture is looked at with, "
        "such as 512, or several, such as 384,768; empty takes those of the model.")},
    {"steps", N_("Effort"),
     N_("Steps of learning: more come nearer to the picture and take longer; 0 takes the usual "
        "number.")},
    {"data", N_("Photos to practise on"),
     N_("A folder of photos, or a file that 'pastiche pack' made; empty takes pictures that are "
        "drawn for it.")},
    {"device"},
};

/// Part of a progress, from `from` to `to`; of "Step 3 of 300, loss 0.2" only the first words.
pastiche::Progress part_of(const pastiche::Progress& whole, double from, double to) {
  return [=](double done, std::string_view doing) {
    return whole(from + done * (to - from), doing.substr(0, doing.find(',')));
  };
}

/// The sample picture in the new style, which is in `folder`. One that cannot be
/// painted is no failure: there is an icon for it.
void paint_thumbnail(const Lesson& lesson, const fs::path& folder, const fs::path& file,
                     const pastiche::Progress& progress) try {
  pastiche::Image sample = sample_picture();
  if (sample.empty()) return;
  const pastiche::Filter& filter = pastiche::find_filter("fast-style");
  pastiche::Settings settings(filter.params);
  settings.set("model", lesson.model);
  settings.set("style", lesson.name);
  settings.set("models", folder.string());
  settings.set("device", lesson.settings.text("device"));
  const auto painted =
      pastiche::run(filter, {{"content", {std::move(sample)}}}, settings, progress);
  save_thumbnail(learnt_thumbnail(file), painted.image);
} catch (const Error& error) {
  if (error.kind == Error::Kind::Cancelled) throw;
}

/// Moves a learnt style from the folder it was made in to the user's models.
fs::path keep(const fs::path& made) {
  const std::string card = pastiche::read_card(
      pastiche::find_model(made.string(), "style", made.parent_path().string()));
  const fs::path file = pastiche::user_models() / made.filename();
  try {
    fs::rename(made, file);
    pastiche::register_model(file, card);
  } catch (const std::exception& error) {
    std::error_code ignored;
    fs::remove(file, ignored);
    throw Error(Error::Kind::Output, words(_("The style cannot be kept in \"%s\" (%s)."),
                                           file.parent_path().c_str(), error.what()));
  }
  std::error_code no_thumbnail;
  fs::rename(learnt_thumbnail(made), learnt_thumbnail(file), no_thumbnail);
  return file;
}

}  // namespace

const pastiche::Trainer& lesson_trainer() { return pastiche::find_trainer("fast-style"); }

pastiche::Params lesson_rows() {
  pastiche::Params rows;
  for (const auto& [name, label, help] : asked_for)
    for (pastiche::Param row : lesson_trainer().params) {
      if (row.name != std::string_view(name)) continue;
      if (label) row.label = label;
      if (help) row.help = help;
      rows.push_back(row);
    }
  return rows;
}

bool is_taken(const Findings& found, const std::string& name) {
  const auto has = [&](const auto& row) {
    return std::ranges::count(row.second, name, &pastiche::OfferedStyle::name) > 0;
  };
  return std::ranges::count(found.models, name, &pastiche::Model::name) > 0 ||
         std::ranges::any_of(found.styles, has);
}

std::string free_name(const Findings& found, const std::string& name) {
  std::string free = name;
  for (int number = 2; is_taken(found, free); ++number) free = name + "-" + std::to_string(number);
  return free;
}

void check_name(const Findings& found, const std::string& name) {
  if (!pastiche::is_model_name(name))
    throw Error(Error::Kind::BadSetting,
                words(_("A style cannot be called \"%s\": its name must be of a-z, 0-9, '.', '_' "
                        "and '-', 64 at most, and start with a letter or digit."),
                      name.c_str()));
  if (is_taken(found, name))
    throw Error(
        Error::Kind::BadSetting,
        words(_("There is a style or a model \"%s\" already: choose another name."), name.c_str()));
}

Learnt learn(const Lesson& lesson, const pastiche::Progress& progress) {
  const WorkFolder folder(learning_folder());
  const fs::path made = folder.path() / (lesson.name + extension);
  pastiche::Facts facts =
      pastiche::train(lesson_trainer(), {{"style", {lesson.picture}}}, lesson.settings,
                      made.string(), part_of(progress, 0, training_share));
  paint_thumbnail(lesson, folder.path(), made, part_of(progress, training_share, 1));
  const fs::path file = keep(made);
  return {.file = file, .thumbnail = learnt_thumbnail(file), .advice = facts["advice"]};
}
