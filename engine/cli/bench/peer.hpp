#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "bench/contestant.hpp"

namespace pastiche::cli {

/// How peers are driven: `python3 SCRIPT`, by the protocol in data/bench/peer.py.
struct Driver {
  std::filesystem::path script;
  std::chrono::duration<double> limit;  ///< for an answer
  std::filesystem::path folder;         ///< for pictures to and fro
};

/// The script that comes with Pastiche. Throws Internal when it is not where it was installed.
std::filesystem::path bundled_peers();

/// Another library, in a process of its own.
std::unique_ptr<Contestant> make_peer(const Way& way, const Task& task, const Driver& driver);

/// Writes the task's pictures where peers read them, as float32 {3, side, side}; their paths.
/// Throws Output.
std::vector<std::string> write_pictures(const Task& task, const std::filesystem::path& folder);

/// RGB of a picture as {3, height, width}.
std::vector<float> planes_of(const Image& image);

}  // namespace pastiche::cli
