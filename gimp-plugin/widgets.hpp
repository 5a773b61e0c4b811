#pragma once

#include <libgimp/gimpui.h>

#include <functional>
#include <string>
#include <vector>

#include "pastiche/settings.hpp"

/// Calls `act` at every `signal` of `source`, until `owner` is gone.
void on(gpointer source, const char* signal, gpointer owner, std::function<void()> act);

/// Calls `act` soon after a click, for what opens a dialog: within the click it would keep a screen
/// reader waiting until that is closed.
void on_click(GtkWidget* button, GtkWidget* owner, std::function<void()> act);

/// The value of a text property.
std::string text_of(GimpProcedureConfig* config, const std::string& name);

/// Of heights in px what suits the screen: `least` on small ones, `most` on large ones.
int fitting_height(int least, int most);

/// Words that wrap.
GtkWidget* text_label(const char* text);

/// What a combo box offers: what the setting takes, and what people read.
struct Offer {
  std::string value;
  std::string label;
};

/// A combo box for a text setting, which follows `config` both ways. A value
/// that is not offered is added to it.
GtkWidget* text_combo(GimpProcedureConfig* config, const std::string& name,
                      const std::vector<Offer>& offers);

/// Offers something else in a text_combo; its value stays.
void offer(GtkWidget* combo, const std::vector<Offer>& offers);

/// The widget for one setting: a slider for a share from 0 to 1, else a spin
/// button; a combo box for choices; a check box (with its own label); an entry.
GtkWidget* setting_widget(GimpProcedureConfig* config, const pastiche::Param& param);

/// Two columns, labels and widgets, filled from the top.
class Form {
 public:
  Form();
  GtkWidget* widget() const { return grid_; }

  /// Adds a row; `label` and `help` (tooltip) are for the eye and for screen
  /// readers. A check box has its label in itself.
  void add(const std::string& label, const std::string& help, GtkWidget* widget);

 private:
  GtkWidget* grid_;
  int rows_ = 0;
};
