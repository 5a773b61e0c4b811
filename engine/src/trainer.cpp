#include "pastiche/trainer.hpp"

#include "backend.hpp"
#include "store/manifest.hpp"
#include "text.hpp"
#include "train/fast_style_train_options.hpp"
#include "train/gan_train_options.hpp"
#include "train/style_from_image_train_options.hpp"
#include "train/texture_train_options.hpp"
#include "train/train_options.hpp"

namespace pastiche {
namespace {

Progress or_silent(const Progress& progress) {
  return progress ? progress : [](double, std::string_view) { return true; };
}

}  // namespace

const std::vector<Trainer>& trainers() {
  static const std::vector<Trainer> table = {
      encoder_trainer, fast_style_trainer, style_from_image_trainer,
      gan_trainer,     vae_trainer,        texture_trainer};
  return table;
}

const Trainer& find_trainer(std::string_view name) {
  for (const Trainer& trainer : trainers())
    if (name == trainer.name) return trainer;
  throw Error(Error::Kind::BadSetting, "There is no trainer " + in_quotes(name) + "; there are " +
                                           listed(names_of(trainers())) + ".");
}

Facts train(const Trainer& trainer, const Pictures& pictures, const Settings& settings,
            const std::string& output, const Progress& progress) {
  if (output.empty())
    throw Error(Error::Kind::Output, "The name of the model file to write is empty.");
  check_model_file(output);  // now, not after hours
  check_pictures(trainer.name, trainer.inputs, pictures);
  return backend().train(trainer, pictures, settings, output, or_silent(progress));
}

Facts pack_pictures(const std::string& folder, const std::string& output, int side,
                    const Progress& progress) {
  return backend().pack(folder, output, side, or_silent(progress));
}

}  // namespace pastiche
