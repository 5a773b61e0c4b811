#pragma once

#include <span>
#include <string_view>

#include "pastiche/filter.hpp"
#include "pastiche/trainer.hpp"

/// A setting of a trainer's that is asked for, in the words of those who want to learn something;
/// the trainer's own without them.
struct AskedFor {
  const char* name;
  const char* label = nullptr;
  const char* help = nullptr;
};

/// A kind of thing that is learnt from a layer.
struct Subject {
  const char* trainer;
  const char* input;         ///< of the trainer: the picture
  const char* learn;         ///< the trainer's setting of that name
  const char* architecture;  ///< of what it makes
  const char* base;          ///< architecture of the models it learns for, or begins with
  const char* filter;        ///< that makes use of it, by its settings `model` and
  const char* setting;
  bool by_itself;  ///< it is a model for the filter; otherwise it goes with the base
  const char* procedure;
  const char* label;
  const char* blurb;
  const char* help;
  const char* base_label;
  const char* base_help;
  const char* name_help;
  const char* note;     ///< in the dialog: how long it takes, and the folder (%s)
  const char* listed;   ///< what it is called (%s)
  const char* running;  ///< the window's title (%s)
  const char* learnt;   ///< what can be done with it (%s)
  std::span<const AskedFor> asked_for;
};

std::span<const Subject> subjects();

const pastiche::Trainer& trainer_of(const Subject& subject);
const pastiche::Filter& filter_of(const Subject& subject);

/// The trainer's settings that are asked for.
pastiche::Params rows_of(const Subject& subject);
