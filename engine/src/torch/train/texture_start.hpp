#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/picture_set.hpp"
#include "device.hpp"
#include "nets/texture_net.hpp"
#include "pastiche/models.hpp"
#include "style/perceptual_loss.hpp"
#include "train/style_pictures.hpp"
#include "train/texture_train_options.hpp"

namespace pastiche {

/// A texture model that is there, to learn further from.
struct TextureBase {
  Model model;
  TextureNet net;
};

/// The one `options.from` names; nothing when it names none. Throws NoModel.
std::optional<TextureBase> load_base(const TextureTrainOptions& options);

/// read_named() of the options' textures at their size, on the device computed on.
std::vector<NamedPicture> read_textures(const TextureTrainOptions& options,
                                        const std::vector<Image>& given, const Compute& compute,
                                        const std::string& output);

/// The textures for the loop, which takes its pictures from a file; it is gone again on return.
PictureSet served(const std::vector<NamedPicture>& textures, const std::string& output);

/// What a training of textures begins with.
struct TextureStart {
  const TextureTrainOptions& options;
  const std::optional<TextureBase>& base;
  const std::vector<NamedPicture>& textures;
  const StyleMoments& targets;  ///< of the textures, a row each
  PerceptualLoss& judged;
  const Compute& compute;
};

/// The network to train, on the CPU: at random without a base, else with its weights. When only the
/// rows are learnt all else is frozen, and the base's rows follow those of the textures. A
/// texture's waves are those of its picture; learning does not change them.
TextureNet starting_net(const TextureStart& start);

}  // namespace pastiche
