#pragma once

#include <map>
#include <string>
#include <vector>

#include "pastiche/filter.hpp"
#include "pastiche/recipe.hpp"
#include "picture/image_file.hpp"

namespace pastiche::cli {

/// Files by the input's name, in order.
using Paths = std::map<std::string, std::vector<std::string>, std::less<>>;

/// One picture to make.
struct Order {
  const Filter* filter;
  Settings settings;
  Paths sources;
  std::string output;
  OutputOptions file;
};

struct Made {
  std::string output;
  int width = 0, height = 0;
  Recipe recipe;
  std::string advice;  ///< what the filter has to say of the settings; often nothing
};

/// Pictures that several orders share, such as a batch's style: each is read once.
class Shelf {
 public:
  const Picture& take(const std::string& path);

 private:
  std::map<std::string, Picture> pictures_;
};

/// Throws BadSetting unless as many pictures are there as the filter takes.
void check_counts(const Order& order);

/// Checks what can be known before anything is computed: the output's name and folder, that it is
/// none of the sources, and how many pictures the filter takes. Throws Error.
void check(const Order& order);

/// Reads, runs, writes; several pictures of one call go to files with numbers, "out-01.png" of
/// "out.png". `title` is for the progress bar. When interrupted, the picture so far is
/// written to partial_name(output), and the Cancelled that comes out says so.
std::vector<Made> make(const Order& order, Shelf& shelf, const std::string& title);

/// "out.partial.png" of "out.png".
std::string partial_name(const std::string& output);

}  // namespace pastiche::cli
