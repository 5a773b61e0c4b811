#pragma once

#include <libgimp/gimpui.h>

#include <functional>
#include <memory>
#include <optional>

#include "pastiche/prediction.hpp"

/// The line that says what time and memory the settings will take: "About 40 s and 1.2 GiB on cpu
/// (fp32)". It is found out in a thread of its own, soon after a setting has changed; until then,
/// and where it is not known, the line is not there. Where the memory would not do, it says so.
/// Outlives its widget.
class Estimate {
 public:
  /// What is asked about.
  struct Call {
    pastiche::Sizes sizes;
    pastiche::Settings settings;
  };

  /// `current` gets the call as it is set; nothing when a picture's size is not known. May throw
  /// Error.
  Estimate(const pastiche::Filter& filter, GimpProcedureConfig* config,
           std::function<std::optional<Call>()> current);
  Estimate(const Estimate&) = delete;
  ~Estimate();

  GtkWidget* widget() const { return label_; }

  /// From now on it computes. Not to be called before the dialog is mapped.
  void start();

 private:
  struct State;

  void refresh_soon();
  void refresh();
  void show(const std::string& text);

  std::function<std::optional<Call>()> current_;
  GtkWidget* label_;
  guint refresh_ = 0;  ///< the source that does it soon
  bool started_ = false;
  std::shared_ptr<State> state_;
};
