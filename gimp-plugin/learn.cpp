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
constexpr int texture_side = 192;        // px, of a thumbnail
constexpr double training_share = 0.97;  // of the progress; the rest is the thumbnail's

/// Part of a progress, from `from` to `to`; of "Step 3 of 300, loss 0.2" only the first words.
pastiche::Progress part_of(const pastiche::Progress& whole, double from, double to) {
  return [=](double done, std::string_view doing) {
    return whole(from + done * (to - from), doing.substr(0, doing.find(',')));
  };
}

/// What was learnt, which is in `folder`, as a small picture: the sample in a new style, or a piece
/// of a texture. One that cannot be made is no failure: there is an icon for it.
void paint_thumbnail(const Lesson& lesson, const fs::path& folder, const fs::path& file,
                     const pastiche::Progress& progress) try {
  const Subject& subject = lesson.subject;
  const pastiche::Filter& filter = filter_of(subject);
  pastiche::Settings settings(filter.params);
  pastiche::Pictures pictures;
  settings.set("models", folder.string());
  settings.set("device", lesson.settings.text("device"));
  if (subject.by_itself) {
    settings.set("model", lesson.name);
    for (const char* side : {"width", "height"}) settings.set(side, texture_side);
  } else {
    settings.set("model", lesson.model);
    settings.set(subject.setting, lesson.name);
    pastiche::Image sample = sample_picture();
    if (sample.empty()) return;
    pictures["content"].push_back(std::move(sample));
  }
  save_thumbnail(learnt_thumbnail(file),
                 pastiche::run(filter, std::move(pictures), settings, progress).image);
} catch (const Error& error) {
  if (error.kind == Error::Kind::Cancelled) throw;
}

/// Moves what was learnt from the folder it was made in to the user's models.
fs::path keep(const Subject& subject, const fs::path& made) {
  const std::string card = pastiche::read_card(
      pastiche::find_model(made.string(), subject.architecture, made.parent_path().string()));
  const fs::path file = pastiche::user_models() / made.filename();
  try {
    fs::rename(made, file);
    pastiche::register_model(file, card);
  } catch (const std::exception& error) {
    std::error_code ignored;
    fs::remove(file, ignored);
    throw Error(Error::Kind::Output, words(_("What was learnt cannot be kept in \"%s\" (%s)."),
                                           file.parent_path().c_str(), error.what()));
  }
  std::error_code no_thumbnail;
  fs::rename(learnt_thumbnail(made), learnt_thumbnail(file), no_thumbnail);
  return file;
}

}  // namespace

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
                words(_("Nothing can be called \"%s\": its name must be of a-z, 0-9, '.', '_' "
                        "and '-', 64 at most, and start with a letter or digit."),
                      name.c_str()));
  if (is_taken(found, name))
    throw Error(
        Error::Kind::BadSetting,
        words(_("There is a model or a style \"%s\" already: choose another name."), name.c_str()));
}

Learnt learn(const Lesson& lesson, const pastiche::Progress& progress) {
  const WorkFolder folder(learning_folder());
  const fs::path made = folder.path() / (lesson.name + extension);
  pastiche::Facts facts =
      pastiche::train(trainer_of(lesson.subject), {{lesson.subject.input, {lesson.picture}}},
                      lesson.settings, made.string(), part_of(progress, 0, training_share));
  paint_thumbnail(lesson, folder.path(), made, part_of(progress, training_share, 1));
  const fs::path file = keep(lesson.subject, made);
  return {.file = file, .thumbnail = learnt_thumbnail(file), .advice = facts["advice"]};
}
