#pragma once

#include <libgimp/gimpui.h>

#include <functional>
#include <string>
#include <vector>

#include "gallery.hpp"
#include "sampler.hpp"

/// Small samples of a filter that makes pictures, of a seed and the next ones: a
/// click takes one's seed. Sampled anew in the background when a setting that
/// matters changes, or a seed is set that is not on it. Outlives its widget.
class SeedSheet {
 public:
  /// `given` gets the pictures that go in, small; may throw Error.
  SeedSheet(const pastiche::Filter& filter, GimpProcedureConfig* config,
            std::function<pastiche::Pictures()> given);
  SeedSheet(const SeedSheet&) = delete;
  ~SeedSheet();

  GtkWidget* widget() const { return box_; }

  /// From now on it computes. Not to be called before the dialog is mapped.
  void start();

 private:
  void refresh_soon();
  void refresh();
  void show(const pastiche::Result& first);
  void tell(const std::string& problem);
  void take_choice();

  const pastiche::Filter& filter_;
  GimpProcedureConfig* config_;
  std::function<pastiche::Pictures()> given_;
  Gallery gallery_;
  GtkWidget* box_;
  GtkWidget* note_;
  guint refresh_ = 0;  ///< the source that does it soon
  bool started_ = false;
  int first_ = -1;            ///< seed
  std::string ordered_ = "";  ///< what was sampled last
  Sampler sampler_;           ///< the last member: its thread ends first
};

/// How many samples a sheet of the filter shows; 0: there is none for it.
int sheet_count(const pastiche::Filter& filter);
