#pragma once

#include <filesystem>
#include <string>

#include "findings.hpp"
#include "pastiche/trainer.hpp"

/// A style to learn from a picture.
struct Lesson {
  std::string name;             ///< of the style and its file; see check_name()
  std::string model;            ///< the transformer that is to paint in it
  pastiche::Settings settings;  ///< of lesson_trainer()
  pastiche::Image picture;
};

struct Learnt {
  std::filesystem::path file;
  std::filesystem::path thumbnail;  ///< may be missing
  std::string advice;               ///< of the trainer's; "" when it has none
};

/// What learns a style.
const pastiche::Trainer& lesson_trainer();

/// The settings of lesson_trainer() that are asked for, in the words of those who
/// want a style.
pastiche::Params lesson_rows();

/// Whether a model or a style has that name.
bool is_taken(const Findings& found, const std::string& name);

/// `name`, or that with a number after it, which is not taken.
std::string free_name(const Findings& found, const std::string& name);

/// Throws BadSetting for what no style can be called, and for a name that is taken.
void check_name(const Findings& found, const std::string& name);

/// Learns a style and puts it among the user's models, with a thumbnail. Works
/// in a folder of its own, which is removed whatever happens: a stop or a failure
/// leaves nothing behind. Throws what train() throws, and Output.
Learnt learn(const Lesson& lesson, const pastiche::Progress& progress);
