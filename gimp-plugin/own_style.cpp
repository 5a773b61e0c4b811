#include "own_style.hpp"

#include <glib/gi18n-lib.h>

#include <exception>

#include "widgets.hpp"
#include "words.hpp"

namespace {

constexpr std::size_t longest_name = 64;

/// The parasite of GIMP itself that holds "MODEL\nLEARNT".
std::string remembered(const char* filter) { return std::string("pastiche-learnt-") + filter; }

void tell(GtkWidget* window, const char* sentence) {
  GtkWidget* message = gtk_message_dialog_new(GTK_WINDOW(window), GTK_DIALOG_MODAL,
                                              GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", sentence);
  gtk_dialog_run(GTK_DIALOG(message));
  gtk_widget_destroy(message);
}

/// What was typed; "" when the dialog was left.
std::string ask_for_name(GtkWidget* window, const std::string& title) {
  GtkWidget* dialog = gtk_dialog_new_with_buttons(
      words(_("Rename %s"), title.c_str()).c_str(), GTK_WINDOW(window), GTK_DIALOG_MODAL,
      _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Rename"), GTK_RESPONSE_OK, nullptr);
  gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_OK);
  GtkWidget* entry = gtk_entry_new();
  gtk_entry_set_text(GTK_ENTRY(entry), title.c_str());
  gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
  Form form;
  form.add(_("Name"), _("What it is to be called"), entry);
  gtk_container_set_border_width(GTK_CONTAINER(form.widget()), 12);
  gtk_widget_show_all(form.widget());
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), form.widget(), TRUE,
                     TRUE, 0);
  std::string typed;
  if (gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_OK)
    typed = gtk_entry_get_text(GTK_ENTRY(entry));
  gtk_widget_destroy(dialog);
  return typed;
}

}  // namespace

std::string model_name_from(const std::string& typed) {
  g_autofree char* ascii = g_str_to_ascii(typed.c_str(), nullptr);
  std::string name;
  for (const char* c = ascii; *c; ++c) {
    const char letter = g_ascii_tolower(*c);
    if (g_ascii_isalnum(letter) || (!name.empty() && (letter == '.' || letter == '_')))
      name += letter;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  name.resize(std::min(name.size(), longest_name));
  while (!name.empty() && !g_ascii_isalnum(name.back())) name.pop_back();
  return name;
}

std::optional<pastiche::Model> rename_own(GtkWidget* window, const pastiche::OfferedStyle& style) {
  const std::string name = model_name_from(ask_for_name(window, title_of(style.name)));
  if (name.empty() || name == style.model) return std::nullopt;
  try {
    return pastiche::rename_model(style.model, name);
  } catch (const std::exception& error) {
    tell(window, error.what());
    return std::nullopt;
  }
}

bool remove_own(GtkWidget* window, const pastiche::OfferedStyle& style) {
  GtkWidget* question =
      gtk_message_dialog_new(GTK_WINDOW(window), GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
                             GTK_BUTTONS_NONE, _("Remove %s?"), title_of(style.name).c_str());
  gtk_message_dialog_format_secondary_text(
      GTK_MESSAGE_DIALOG(question), _("Its file, %s, is deleted; it can only be learnt again."),
      style.file.c_str());
  gtk_dialog_add_buttons(GTK_DIALOG(question), _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Remove"),
                         GTK_RESPONSE_OK, nullptr);
  const bool sure = gtk_dialog_run(GTK_DIALOG(question)) == GTK_RESPONSE_OK;
  gtk_widget_destroy(question);
  if (!sure) return false;
  try {
    pastiche::remove_model(style.model);
    return true;
  } catch (const std::exception& error) {
    tell(window, error.what());
    return false;
  }
}

void remember_learnt(const char* filter, const std::string& model, const std::string& learnt) {
  const std::string text = model + "\n" + learnt;
  GimpParasite* parasite =
      gimp_parasite_new(remembered(filter).c_str(), 0, guint32(text.size()), text.data());
  gimp_attach_parasite(parasite);
  gimp_parasite_free(parasite);
}

void choose_learnt(const char* filter, GimpProcedureConfig* config, const char* setting) {
  GimpParasite* parasite = gimp_get_parasite(remembered(filter).c_str());
  if (!parasite) return;
  guint32 size = 0;
  const auto* data = static_cast<const char*>(gimp_parasite_get_data(parasite, &size));
  const std::string text(data, size);
  gimp_parasite_free(parasite);
  gimp_detach_parasite(remembered(filter).c_str());
  const auto end = text.find('\n');
  if (end == text.npos) return;
  g_object_set(config, "model", text.substr(0, end).c_str(), setting, text.substr(end + 1).c_str(),
               nullptr);
}
