#include "bench/peer.hpp"

#include <cmath>
#include <format>
#include <fstream>

#include "bench/child.hpp"
#include "pastiche/error.hpp"
#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What stays of a file: none of it when it is not as long as it should be.
std::vector<float> read_floats(const fs::path& file, std::size_t count) {
  std::vector<float> values(count);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(values.data()), std::streamsize(count * sizeof(float)));
  if (!stream || stream.peek() != std::ifstream::traits_type::eof())
    throw Silent("left no result of the right size");
  return values;
}

class Peer : public Contestant {
 public:
  Peer(const Way& way, const Task& task, const Driver& driver)
      : way_(way), task_(task), driver_(driver) {}

  First start() override {
    child_ = std::make_unique<Child>(std::vector<std::string>{"python3", driver_.script.string()});
    const fs::path output = driver_.folder / "output.f32";
    std::error_code error;
    fs::remove(output, error);
    child_->say(job(output).dump());
    const json said = answer({"ready", "absent"});
    if (said.contains("absent")) throw Silent(text_of(said["absent"]));
    First first = {.name = text_of(said["ready"]), .result = {}};
    if (said.contains("gflop") && said["gflop"].is_number()) first.gflop = said["gflop"];
    if (task_.filter) first.result = read_floats(output, 3 * square(task_.side));
    return first;
  }

  Times run() override {
    child_->say("run");
    const json said = answer({"seconds"})["seconds"];
    const double seconds = said.is_number() ? said.get<double>() : 0;
    if (!(seconds > 0)) throw Silent("says that a run took " + said.dump() + " seconds");
    return {seconds / std::max(1, task_.steps)};
  }

 private:
  static std::size_t square(int side) { return std::size_t(side) * std::size_t(side); }
  static std::string text_of(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  }

  json job(const fs::path& output) const {
    json job = task_.job;
    job.update({{"task", task_.name},
                {"library", way_.library},
                {"precision", way_.precision},
                {"channels-last", way_.channels_last},
                {"side", task_.side},
                {"device", task_.device},
                {"threads", task_.threads},
                {"steps", task_.steps},
                {"output", output.string()}});
    return job;
  }

  /// The next line: an object with one of `keys`.
  json answer(std::initializer_list<const char*> keys) {
    const std::string line = child_->hear(driver_.limit);
    json said = json::parse(line, nullptr, false);
    if (said.is_object())
      for (const char* key : keys)
        if (said.contains(key)) return said;
    throw Silent("answered " + in_quotes(line.substr(0, 60)));
  }

  const Way& way_;
  const Task& task_;
  const Driver& driver_;
  std::unique_ptr<Child> child_;
};

}  // namespace

fs::path bundled_peers() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::ifstream stream(folder / "bench.path");  // in the build tree only
  std::string path;
  if (!std::getline(stream, path)) path = (folder / PASTICHE_BENCH_FROM_COMMAND).lexically_normal();
  const fs::path script = fs::path(path) / "peer.py";
  if (fs::exists(script, error)) return script;
  throw Error(Error::Kind::Internal, say(_("The script that drives other libraries, {}, is not "
                                           "there; --no-peers times Pastiche alone."),
                                         in_quotes(script.string())));
}

std::unique_ptr<Contestant> make_peer(const Way& way, const Task& task, const Driver& driver) {
  return std::make_unique<Peer>(way, task, driver);
}

std::vector<float> planes_of(const Image& image) {
  const std::size_t pixels = std::size_t(image.width) * image.height;
  std::vector<float> planes(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      planes[c * pixels + i] = image.pixels[i * Image::channels + c];
  return planes;
}

std::vector<std::string> write_pictures(const Task& task, const fs::path& folder) {
  std::vector<std::string> files;
  for (const Input& input : task.filter->inputs) {
    const auto found = task.pictures.find(input.name);
    if (found == task.pictures.end()) continue;
    for (const Image& image : found->second) {
      const std::vector<float> planes = planes_of(image);
      files.push_back(folder / std::format("picture{}.f32", files.size()));
      std::ofstream stream(files.back(), std::ios::binary);
      stream.write(reinterpret_cast<const char*>(planes.data()),
                   std::streamsize(planes.size() * sizeof(float)));
      if (!stream.flush())
        throw Error(Error::Kind::Output,
                    say(_("{} cannot be written to."), in_quotes(folder.string())));
    }
  }
  return files;
}

}  // namespace pastiche::cli
