#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "pastiche/models.hpp"

/// What there is to choose from.
struct Findings {
  std::vector<pastiche::Model> models;
  std::map<std::string, std::vector<pastiche::OfferedStyle>>
      styles;  ///< or textures, by the model's name
};

/// Looks in the usual folders and in `folder` if not empty; clears away what learning left that was
/// killed.
Findings find_out(const std::string& folder);

/// Looks in a thread for the models and their styles, then opens the computing
/// library, and tells on the main thread. Not to be started before the dialog
/// is mapped: dlopen would hold the lock that GTK's own loading needs.
class Finder {
 public:
  /// `found` is told what there is, then `problem` why nothing can be computed,
  /// if so; neither after the Finder is gone.
  Finder(std::function<void(const Findings&)> found,
         std::function<void(const std::string&)> problem);
  Finder(const Finder&) = delete;
  ~Finder();

  /// Looks (again), as find_out() does.
  void look(const std::string& folder);

 private:
  struct Listener {
    std::function<void(const Findings&)> found;
    std::function<void(const std::string&)> problem;
    bool gone = false;  ///< read and written on the main thread alone
  };

  std::shared_ptr<Listener> listener_;
  std::thread thread_;
};
