#include "pastiche/torchscript.hpp"

#include <zip.h>

#include <memory>

#include "mark.hpp"
#include "pastiche/error.hpp"
#include "store/atomic_file.hpp"
#include "store/generator_plan.hpp"
#include "store/mapped_file.hpp"
#include "store/new_model.hpp"
#include "store/sha256.hpp"
#include "store/small_file.hpp"
#include "store/trusted.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

fs::path list_in(const fs::path& models) { return models.parent_path() / "trusted-torchscript"; }

std::string trusted() {
  constexpr std::size_t longest = 1 << 20;
  const fs::path models = user_models();
  return models.empty() ? "" : read_small_file(list_in(models), longest).value_or("");
}

/// torch.jit.save writes a zip archive with the module's code in NAME/code/.
bool has_code(const MappedFile& file) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source =
      zip_source_buffer_create(file.bytes().data(), file.bytes().size(), 0, &error);
  zip_t* opened = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  zip_error_fini(&error);
  if (!opened && source) zip_source_free(source);
  const std::unique_ptr<zip_t, decltype(&zip_discard)> archive(opened, &zip_discard);
  for (zip_int64_t i = 0; archive && i < zip_get_num_entries(opened, 0); ++i) {
    const char* name = zip_get_name(opened, zip_uint64_t(i), ZIP_FL_ENC_RAW);
    if (name && std::string_view(name).find("/code/") != std::string_view::npos) return true;
  }
  return false;
}

GeneratorPlan plan_of(const Settings& settings) {
  return {.network = "torchscript",
          .latent = settings.whole("latent"),
          .height = settings.whole("height"),
          .width = settings.whole("width"),
          .channels = settings.whole("channels"),
          .features = 1,
          .output = settings.text("range")};
}

}  // namespace

void trust(const std::string& sha256) {
  const fs::path models = prepare_folder("");
  if (!is_trusted(sha256)) write_file(list_in(models), trusted() + sha256 + "\n");
}

bool is_trusted(const std::string& sha256) {
  return ("\n" + trusted()).find("\n" + sha256 + "\n") != std::string::npos;
}

const Params& torchscript_params() {
  static const Params rows = {
      {.name = "latent",
       .label = N_("Latent"),
       .help = N_("Of a TorchScript module: how many numbers a latent has."),
       .initial = 100,
       .min = 1,
       .max = 4096},
      {.name = "width",
       .label = N_("Width"),
       .help = N_("Of a TorchScript module: of its pictures, in pixels."),
       .initial = 64,
       .min = 1,
       .max = 1024},
      {.name = "height",
       .label = N_("Height"),
       .help = N_("Of a TorchScript module: of its pictures, in pixels."),
       .initial = 64,
       .min = 1,
       .max = 1024},
      {.name = "channels",
       .label = N_("Channels"),
       .help = N_("Of a TorchScript module's pictures: 1 grey, 3 RGB, 4 RGBA."),
       .initial = 3,
       .min = 1,
       .max = 4},
      {.name = "range",
       .label = N_("Range"),
       .help = N_("What the values of a TorchScript module's pictures lie in: tanh is -1 to 1, "
                  "sigmoid 0 to 1."),
       .initial = std::string("tanh"),
       .choices = {"tanh", "sigmoid"}},
  };
  return rows;
}

Model import_torchscript(const fs::path& file, const std::string& name, const fs::path& folder,
                         const Settings& settings) {
  const std::string own = name_for(file, name);
  const MappedFile module(file);
  if (!has_code(module))
    throw Error(Error::Kind::NoModel,
                "The file " + in_quotes(file.string()) +
                    " is no TorchScript module, which torch.jit.save writes.");
  Metadata metadata = metadata_of(plan_of(settings));
  metadata["architecture"] = "torchscript";
  const fs::path target = prepare_folder(folder) / (own + ".safetensors");
  const Tensor bytes = {
      .dtype = DType::U8, .shape = {std::int64_t(module.bytes().size())}, .bytes = module.bytes()};
  write_tensors(target, {{"torchscript", bytes}}, metadata);
  const Model model = register_model(
      target, imported_card(file, own, "TorchScript module, trusted by name", metadata));
  trust(sha256_of(module.bytes()));
  return model;
}

}  // namespace pastiche
