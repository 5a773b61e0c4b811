#pragma once

#include <filesystem>
#include <string>

#include "findings.hpp"
#include "pastiche/trainer.hpp"
#include "subject.hpp"

/// What is to be learnt from a picture.
struct Lesson {
  const Subject& subject;
  std::string name;             ///< of what is learnt and its file; see check_name()
  std::string model;            ///< what it is learnt for, or begins with
  pastiche::Settings settings;  ///< of the subject's trainer
  pastiche::Image picture;
};

struct Learnt {
  std::filesystem::path file;
  std::filesystem::path thumbnail;  ///< may be missing
  std::string advice;               ///< of the trainer's; "" when it has none
};

/// Whether a model or a style has that name.
bool is_taken(const Findings& found, const std::string& name);

/// `name`, or that with a number after it, which is not taken.
std::string free_name(const Findings& found, const std::string& name);

/// Throws BadSetting for what nothing learnt can be called, and for a name that is taken.
void check_name(const Findings& found, const std::string& name);

/// Learns it and puts it among the user's models, with a thumbnail. Works
/// in a folder of its own, which is removed whatever happens: a stop or a failure
/// leaves nothing behind. Throws what train() throws, and Output.
Learnt learn(const Lesson& lesson, const pastiche::Progress& progress);
