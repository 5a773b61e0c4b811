#include "findings.hpp"

#include <glib.h>

#include <exception>
#include <memory>

#include "folders.hpp"
#include "pastiche/filter.hpp"

namespace {

/// Runs `act` on the main thread soon.
void later(std::function<void()> act) {
  g_idle_add_full(
      G_PRIORITY_DEFAULT_IDLE,
      [](gpointer what) -> gboolean {
        (*static_cast<std::function<void()>*>(what))();
        return G_SOURCE_REMOVE;
      },
      new std::function<void()>(std::move(act)),
      [](gpointer what) { delete static_cast<std::function<void()>*>(what); });
}

}  // namespace

Findings find_out(const std::string& folder) {
  remove_abandoned(learning_folder());
  Findings found = {.models = pastiche::list_models(folder), .styles = {}};
  for (const pastiche::Model& model : found.models)
    if (model.architecture == "transformer")
      found.styles[model.name] = pastiche::list_styles(model, folder);
  return found;
}

Finder::Finder(std::function<void(const Findings&)> found,
               std::function<void(const std::string&)> problem)
    : listener_(std::make_shared<Listener>(std::move(found), std::move(problem))) {}

Finder::~Finder() {
  listener_->gone = true;
  if (thread_.joinable()) thread_.join();
}

void Finder::look(const std::string& folder) {
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([listener = listener_, folder] {
    std::string problem;
    try {
      later([listener, found = find_out(folder)] {
        if (!listener->gone) listener->found(found);
      });
      pastiche::preload();
      return;
    } catch (const std::exception& error) {
      problem = error.what();
    }
    later([listener, problem] {
      if (!listener->gone) listener->problem(problem);
    });
  });
}
