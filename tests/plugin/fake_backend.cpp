// A computing library for tests of the plug-in: fast, exact and without LibTorch. `fast-style` is
// the negative, as far as `strength` says; `generate` and `texture` fill with a colour of the seed,
// or that of the content; other filters are the mean colour of the first style picture. Training
// leaves a checkpoint on the way, fails on `cuda`, and writes a style file without tensors.
// PASTICHE_FAKE_SECONDS makes a call take that long, PASTICHE_FAKE_ERROR makes it fail with that
// sentence.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "backend.hpp"
#include "pastiche/models.hpp"
#include "pastiche/version.hpp"

namespace {

using pastiche::Image;

void work(const pastiche::Progress& progress) {
  using namespace std::chrono_literals;
  const char* seconds = std::getenv("PASTICHE_FAKE_SECONDS");
  const int steps = seconds ? 20 * std::atoi(seconds) : 2;
  for (int step = 1; step <= steps; ++step) {
    const std::string doing = "Step " + std::to_string(step) + " of " + std::to_string(steps);
    if (!progress(double(step) / steps, doing)) throw pastiche::Cancelled("Stopped.");
    if (seconds) std::this_thread::sleep_for(50ms);
  }
}

Image negative(const Image& content, float strength) {
  Image image = content;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      for (int c = 0; c < 3 && strength > 0 && image.at(x, y)[3] > 0; ++c)
        image.at(x, y)[c] += strength * (1 - 2 * image.at(x, y)[c]);
  return image;
}

Image plain(const pastiche::Settings& settings, int seed) {
  const auto side = [&](const char* name) { return std::max(settings.whole(name), 16); };
  Image image(side("width"), side("height"));
  for (std::size_t i = 0; i < image.pixels.size(); i += Image::channels) {
    for (int c = 0; c < 3; ++c) image.pixels[i + c] = float((37 * seed + 80 * c) % 256) / 255;
    image.pixels[i + 3] = 1;
  }
  return image;
}

/// As the real ones do: the further samples are those of the next seeds.
pastiche::Result generate(const pastiche::Filter& filter, const pastiche::Pictures& pictures,
                          const pastiche::Settings& settings) {
  const char* shown = filter.name == std::string("texture") ? "texture" : "class";
  const int count = settings.whole("count");
  std::vector<pastiche::Result> results;
  for (int seed = settings.whole("seed"); int(results.size()) < count; ++seed)
    results.push_back({plain(settings, seed),
                       {{shown, settings.text(shown)}},
                       {{"seed", std::to_string(seed)}, {"count", "1"}}});
  if (pictures.contains("content")) results.front().image = pictures.at("content").front();
  pastiche::Result first = std::move(results.front());
  first.further.assign(std::make_move_iterator(results.begin() + 1),
                       std::make_move_iterator(results.end()));
  return first;
}

Image mean_colour(const Image& content, const Image& style) {
  double sum[4] = {};
  for (int y = 0; y < style.height; ++y)
    for (int x = 0; x < style.width; ++x)
      for (int c = 0; c < 4; ++c) sum[c] += style.at(x, y)[c] * (c < 3 ? style.at(x, y)[3] : 1);
  Image image = content;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = float(sum[c] / sum[3]);
  return image;
}

pastiche::Result run(const pastiche::Filter& filter, pastiche::Pictures pictures,
                     const pastiche::Settings& settings, const pastiche::Progress& progress) {
  if (const char* sentence = std::getenv("PASTICHE_FAKE_ERROR"))
    throw pastiche::Error(pastiche::Error::Kind::OutOfMemory, sentence);
  work(progress);
  if (filter.name == std::string("generate") || filter.name == std::string("texture"))
    return generate(filter, pictures, settings);
  const Image& content = pictures.at("content").front();
  const bool fast = filter.name == std::string("fast-style");
  std::map<std::string, std::string, std::less<>> facts;
  for (const auto& [input, images] : pictures) facts[input] = std::to_string(images.size());
  return {fast ? negative(content, float(settings.real("strength")))
               : mean_colour(content, pictures.at("style").front()),
          facts};
}

/// Of a style that is learnt for a transformer, or of a texture.
pastiche::Metadata metadata_of(const std::string& trainer, const std::string& from) {
  if (trainer == "texture") return {{"architecture", "texture"}};
  const pastiche::Model base = pastiche::find_model(from, "transformer");
  return {{"architecture", "style"}, {"base", base.name}, {"base-sha256", base.sha256}};
}

pastiche::Facts train(const pastiche::Trainer& trainer, const pastiche::Pictures& pictures,
                      const pastiche::Settings& settings, const std::string& output,
                      const pastiche::Progress& progress) {
  std::ofstream(output + ".checkpoint") << "half a style";
  if (settings.text("device") == "cuda")
    throw pastiche::Error(pastiche::Error::Kind::NoDevice,
                          "There is no CUDA device; cpu would do.");
  work(progress);
  pastiche::Metadata metadata = metadata_of(trainer.name, settings.text("from"));
  const pastiche::Image& picture = pictures.begin()->second.front();
  metadata["styles"] = "[\"" + std::filesystem::path(output).stem().string() + "\"]";
  pastiche::write_tensors(output, {}, metadata);
  pastiche::register_model(output, R"({"licence":"CC0-1.0","trained-on":"nothing"})");
  return {{"advice", "Learnt from " + std::to_string(picture.width) + "x" +
                         std::to_string(picture.height) + "; more steps would bring more."}};
}

pastiche::Facts pack(const std::string&, const std::string&, int, const pastiche::Progress&) {
  return {};
}

/// A minute and a GiB for each megapixel of the content.
pastiche::Prediction predict(const pastiche::Filter& filter, const pastiche::Sizes& sizes,
                             const pastiche::Settings& settings) {
  const auto content = sizes.find("content");
  if (content == sizes.end())
    return {.seconds = 1, .bytes = 1 << 20, .device = "cpu", .precision = "fp32"};
  const double mega = content->second.front().pixels() / 1e6;
  const double strength = filter.name == std::string("fast-style") ? settings.real("strength") : 1;
  return {.seconds = 60 * mega * strength,
          .bytes = std::size_t(mega * (1 << 30)),
          .device = "cpu",
          .precision = "fp32"};
}

std::vector<std::string> devices() { return {"cpu"}; }

}  // namespace

const pastiche::Backend* pastiche_backend() {
  static const pastiche::Backend table = {
      pastiche::version(), run, predict, train, pack, devices, nullptr};
  return &table;
}
