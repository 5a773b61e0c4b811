#pragma once

#include <libgimp/gimpui.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pastiche/image.hpp"

/// One picture to choose.
struct Tile {
  std::string id;
  std::string title;    ///< shown below the picture
  std::string help;     ///< its tooltip
  std::string picture;  ///< path of a small picture; an icon stands for one that cannot be read
  std::shared_ptr<const pastiche::Image> pixels = {};  ///< in place of the file
};

/// How tiles are shown.
struct Look {
  int side = 96;  ///< of a picture, px
  int columns = 5;
  bool names = true;    ///< below the pictures
  bool several = true;  ///< may be chosen
  bool scrolls = true;  ///< is not as high as all rows
  int height = 262;     ///< then, px, on a large screen: two rows, and that there are more is seen
};

/// Small pictures with their names, in a box that scrolls: a click chooses one,
/// Ctrl+click several if that may be. The pictures are read one at a time while nothing else is
/// to be done, so that the window is on the screen first. Outlives its widget.
class Gallery {
 public:
  /// `chosen` is called when the user has chosen, not for choose().
  explicit Gallery(std::function<void()> chosen, const Look& look = {});
  Gallery(const Gallery&) = delete;
  ~Gallery();

  GtkWidget* widget() const { return scrolled_; }

  void show(const std::vector<Tile>& tiles);

  /// The ids of the chosen tiles, in the tiles' order.
  std::vector<std::string> chosen() const;
  void choose(const std::vector<std::string>& ids);

 private:
  bool read_next();
  void reveal_choice();

  Look look_;
  std::vector<Tile> tiles_ = {};
  std::vector<GtkWidget*> places_ = {};
  std::size_t next_ = 0;  ///< the first whose picture has not been read
  guint reader_ = 0;
  bool quiet_ = false;
  GtkWidget* scrolled_;
  GtkWidget* flow_;
};
