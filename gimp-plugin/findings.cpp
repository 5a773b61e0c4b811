#include "findings.hpp"

#include <exception>
#include <memory>

#include "folders.hpp"
#include "job.hpp"
#include "pastiche/filter.hpp"

namespace {

/// A texture model's textures, as a transformer's styles are offered. The user's own are those that
/// have a file to themselves, which renaming and removing one then mean.
std::vector<pastiche::OfferedStyle> textures_of(const pastiche::Model& model) {
  std::vector<pastiche::OfferedStyle> textures;
  const bool own = model.styles.size() == 1 && model.file.parent_path() == pastiche::user_models();
  for (const std::string& name : model.styles)
    textures.push_back({name, model.name, model.file, textures.size(), own});
  return textures;
}

}  // namespace

Findings find_out(const std::string& folder) {
  remove_abandoned(learning_folder());
  Findings found = {.models = pastiche::list_models(folder), .styles = {}};
  for (const pastiche::Model& model : found.models) {
    if (model.architecture == "transformer")
      found.styles[model.name] = pastiche::list_styles(model, folder);
    if (model.architecture == "texture") found.styles[model.name] = textures_of(model);
  }
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
