#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "pastiche/export.hpp"

namespace pastiche {

/// What some kind of work takes, in seconds: each call, and each unit (mostly a pixel).
struct Cost {
  double call = 0, unit = 0;
};

/// By the kind of work, whose name says all that the cost depends on besides the machine.
using Costs = std::map<std::string, Cost, std::less<>>;

/// A part of what a call does.
struct Work {
  std::string kind;
  double calls = 0, units = 0;

  /// Times a little of it; tells of this kind, and of others if it likes.
  std::function<Costs()> measure = {};
};

/// What work costs on this machine, kept in a file between calls. A file that is damaged, or that
/// cannot be written, is as good as none.
class PASTICHE_API Machine {
 public:
  /// `file`: empty keeps nothing. `name`: which machine this is, as several may share the file.
  Machine(std::filesystem::path file, std::string name);

  /// Whether nothing is known yet.
  bool is_new() const { return costs_.empty(); }

  bool knows(const Work& work) const { return costs_.contains(work.kind); }

  /// The seconds that `work` takes; it is measured where its cost is not known.
  double seconds(const Work& work);

  /// How much longer than predicted calls of that name took of late; 1 where none is known.
  double factor(const std::string& call) const;

  /// That one took `measured` seconds, where predicted were, without the factor, `predicted`. One
  /// that is far off counts for little.
  void learn(const std::string& call, double predicted, double measured);

  /// Writes the file if something has changed.
  void keep() const noexcept;

 private:
  struct Experience {
    double factor = 1;
    int calls = 0;
  };

  void read();
  void write() const;

  std::filesystem::path file_;
  std::string name_;
  Costs costs_;
  std::map<std::string, Experience, std::less<>> calls_;
  bool changed_ = false;
};

/// $XDG_CACHE_HOME/pastiche/machine.json; empty when there is no such folder to think of.
PASTICHE_API std::filesystem::path machine_file();

/// The processor's name, as /proc/cpuinfo has it.
PASTICHE_API std::string processor_name();

}  // namespace pastiche
