#pragma once

#include <libgimp/gimpui.h>

#include <functional>
#include <string>
#include <vector>

#include "gallery.hpp"
#include "pastiche/models.hpp"
#include "pastiche/weighted_list.hpp"

/// Chooses one of a model's styles or textures by its picture, or several with a
/// weight each; follows `setting` both ways, whose text ("a:2,b:1") is what counts.
/// The user's own can be renamed and removed. Outlives its widget.
class StyleChooser {
 public:
  /// `altered` is called when one was renamed or removed on disk.
  StyleChooser(GimpProcedureConfig* config, const char* setting, std::function<void()> altered,
               const Look& look = {});

  GtkWidget* widget() const { return box_; }
  const char* setting() const { return setting_; }

  /// The styles there are to choose from.
  void offer(std::vector<pastiche::OfferedStyle> styles);

  /// Takes the first style if what is chosen is not offered.
  void drop_unoffered();

 private:
  void show_choice();
  void take_choice();
  void show_weights();
  void show_buttons();
  const pastiche::OfferedStyle* offered(const std::string& name) const;
  const pastiche::OfferedStyle* own_choice() const;
  void rename_choice();
  void remove_choice();

  GimpProcedureConfig* config_;
  const char* setting_;
  std::function<void()> altered_;
  Gallery gallery_;
  std::vector<pastiche::OfferedStyle> styles_ = {};
  std::vector<pastiche::Weighted> choice_ = {};
  std::vector<std::string> weighted_ = {};  ///< whose weights are shown
  std::vector<GtkWidget*> sliders_ = {};
  GtkWidget* box_;
  GtkWidget* note_;
  GtkWidget* rename_;
  GtkWidget* remove_;
  GtkWidget* weights_;
};
