#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pastiche/error.hpp"
#include "pastiche/export.hpp"
#include "pastiche/image.hpp"
#include "pastiche/settings.hpp"

namespace pastiche {

/// One kind of picture a filter takes. Positional inputs follow the filter's
/// name on the command line in table order; the others have a flag.
struct Input {
  const char* name;  ///< "content", "style", "mask"
  const char* label;
  const char* help;
  int min = 1;  ///< how many pictures at least and at most
  int max = 1;
  bool positional = true;
};

/// The pictures of one call, by the input's name.
using Pictures = std::map<std::string, std::vector<Image>, std::less<>>;

/// Told how far a call has come: `done` in [0, 1] and what is being done, in
/// words ("Scale 2 of 4, step 30 of 200"). Returns false to stop the call,
/// which then throws Cancelled within one step. Called on the calling thread.
using Progress = std::function<bool(double done, std::string_view doing)>;

/// What a call found out and how it worked, by name.
using Facts = std::map<std::string, std::string, std::less<>>;

/// A picture and how it came about: "model", "model-sha256", "device",
/// "precision", "seconds", and what the filter measured ("style-loss").
struct Result {
  Image image;
  Facts facts;

  /// The settings, as Settings::parse() reads them, that make this picture again where they are
  /// not the call's: the third of four samples has a seed of its own and the count 1.
  Facts changes = {};

  /// The pictures after the first, of a filter that makes several.
  std::vector<Result> further = {};
};

struct Filter {
  const char* name;  ///< "fast-style": the command's verb, the end of the PDB name
  const char* label;
  const char* help;
  std::vector<Input> inputs;
  Params params;
};

/// Throws BadImage unless `pictures` are what `inputs` say, each with pixels that are finite
/// numbers. `taker` names in the sentence who takes them.
PASTICHE_API void check_pictures(std::string_view taker, const std::vector<Input>& inputs,
                                 const Pictures& pictures);

/// All filters, in menu order.
PASTICHE_API const std::vector<Filter>& filters();

/// The filter of that name. Throws BadSetting, naming those there are.
PASTICHE_API const Filter& find_filter(std::string_view name);

/// Runs one, on the computing library, which is opened at the first call. The
/// pictures are the call's to use up: move in what is not needed again, or a
/// large one is held twice. Every failure arrives as Error, LibTorch's own
/// included. Calls may run side by side on several threads.
PASTICHE_API Result run(const Filter& filter, Pictures pictures, const Settings& settings,
                        const Progress& progress);

/// Opens the computing library ahead of the first run(), in a thread of its
/// own if one likes. Throws NoDevice with the reason when it cannot.
PASTICHE_API void preload();

/// What one can compute on here: "cpu: 2 threads, OpenBLAS 0.3.29" first, then
/// "cuda:0" and so on.
PASTICHE_API std::vector<std::string> devices();

}  // namespace pastiche
