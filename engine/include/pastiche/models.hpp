#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pastiche/export.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// One model on disk: NAME.safetensors, its card NAME.json beside it, its row
/// in the folder's manifest.json.
struct Model {
  std::string name;
  std::string architecture;  ///< "encoder", "transformer", "style", ...: what can use it
  std::filesystem::path file;
  std::string sha256;   ///< of the file, as computed now
  std::string licence;  ///< SPDX, or "unknown"
  std::string trained_on;
  std::vector<std::string> styles;  ///< of a transformer, style or texture: their names, in order
  std::vector<int> strokes;  ///< of those: longest sides of the style pictures, px; empty = one
  std::string base;          ///< of a style: the transformer it was learnt for, and
  std::string base_sha256;   ///< that one's hash
  std::vector<std::string> classes;  ///< of a generator: what it can be asked to show
  bool rebuilds = false;     ///< of a generator: it has an encoder, and can vary a picture (VAE)
  bool in_manifest = false;  ///< its hash was vouched for, and matches
};

/// A style that fast-style offers with a transformer.
struct OfferedStyle {
  std::string name;            ///< what the setting `style` takes
  std::string model;           ///< the model that has it: the transformer itself, or a learnt style
  std::filesystem::path file;  ///< that model's file
  std::size_t index = 0;       ///< its place among that file's styles
  bool own = false;            ///< learnt by the user: rename_model, remove_model take `model`
};

/// Whether a model may be called so: [a-z0-9._-], 1 to 64 of them, the first a letter or digit, so
/// that it means the same in a shell, a manifest and on every file system. Not "manifest", whose
/// card would be the manifest.
PASTICHE_API bool is_model_name(const std::string& name);

/// Where models are looked for, first found wins: `setting` when not empty,
/// $XDG_DATA_HOME/pastiche/models, the build tree's models, the installed data folder.
PASTICHE_API std::vector<std::filesystem::path> model_folders(const std::string& setting = "");

/// Where import and training put a user's models: $XDG_DATA_HOME/pastiche/models.
PASTICHE_API std::filesystem::path user_models();

/// Every model found, by name; broken ones are left out and told in `problems`.
PASTICHE_API std::vector<Model> list_models(const std::string& folder = "",
                                            std::vector<std::string>* problems = nullptr);

/// The model of that name (or the file of that path) and architecture ("" for
/// any). Throws NoModel: none of that name and which there are, the wrong
/// architecture, a hash that does not match the manifest, a broken file.
PASTICHE_API Model find_model(std::string_view name, std::string_view architecture,
                              const std::string& folder = "");

/// The styles that go with a transformer: its own in order, then those of the
/// style files that were learnt for it (that name its sha256), by the file's
/// name. A name that was there before is left out; so are broken files.
PASTICHE_API std::vector<OfferedStyle> list_styles(const Model& transformer,
                                                   const std::string& folder = "");

/// Renames one of the user's own models (of user_models()) with its card, row
/// and what its training left beside it. The only style of a style file is
/// called as the file, and so renamed too. At whatever moment it is cut off, the
/// model is there, under the old name or the new one. Throws NoModel: none of
/// that name, or one that is not the user's; BadSetting: a bad new name, or one
/// that is taken; Output.
PASTICHE_API Model rename_model(const std::string& name, const std::string& new_name);

/// Removes one of the user's own models, broken ones too: row, file, card and
/// what its training left beside it. Throws NoModel as above; Output.
PASTICHE_API void remove_model(const std::string& name);

/// Checks one model wholly: file, hash, shapes, card. Throws NoModel.
PASTICHE_API void verify_model(const Model& model);

/// The card's JSON text, for people to read; "{}" without one.
PASTICHE_API std::string read_card(const Model& model);

/// Puts a finished model's row into the manifest of the file's folder
/// (rewritten atomically) and writes `card_json` beside the file.
PASTICHE_API Model register_model(const std::filesystem::path& file, const std::string& card_json);

/// Reads a safetensors file or a PyTorch state dict (zip or legacy; tensors
/// only, nothing executed), recognises the network by its names and shapes, and
/// writes it in Pastiche's layout under `folder` (user_models() when empty) as
/// `name` (from the file's when empty), in place of one of that name. `colours`
/// is what a network was trained on when its file does not tell: "imagenet"
/// (torchvision's) or "caffe" (the original VGG weights). Throws NoModel with
/// what was found and what is known, BadSetting for a bad name or colours.
PASTICHE_API Model import_model(const std::filesystem::path& file, const std::string& name = "",
                                const std::filesystem::path& folder = "",
                                const std::string& colours = "imagenet");

}  // namespace pastiche
