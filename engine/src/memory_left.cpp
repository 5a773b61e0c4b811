#include "memory_left.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

std::size_t difference(std::size_t limit, std::size_t used) {
  return limit == no_limit ? no_limit : limit - std::min(limit, used);
}

/// The number behind `key` in a file of keys and numbers; `otherwise` without it.
std::size_t number_in(const fs::path& path, const std::string& key, std::size_t otherwise) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key)) return std::strtoull(line.c_str() + key.size(), nullptr, 10);
  return otherwise;
}

/// The number a file holds; `otherwise` for "max", or for a file that is not there.
std::size_t number_of(const fs::path& path, std::size_t otherwise) {
  std::size_t number = otherwise;
  return std::ifstream(path) >> number ? number : otherwise;
}

/// Of a limit, by what /proc/self/status calls what is used of it.
std::size_t left_of(int resource, const char* used) {
  rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return no_limit;
  return difference(limit.rlim_cur, number_in("/proc/self/status", used, 0) * 1024);
}

/// How one version of control groups calls what is needed of it.
struct Version {
  const char* folder;
  const char* limits[2];
  const char* used;
  const char* caches[2];  ///< in memory.stat: what is dropped before a limit is reached
};

constexpr Version first = {.folder = "memory",
                           .limits = {"memory.limit_in_bytes", "memory.memsw.limit_in_bytes"},
                           .used = "memory.usage_in_bytes",
                           .caches = {"total_inactive_file ", "total_active_file "}};
constexpr Version second = {.folder = "",
                            .limits = {"memory.max", "memory.high"},
                            .used = "memory.current",
                            .caches = {"inactive_file ", "active_file "}};
constexpr Version beside = {.folder = "unified",  // the second beside the first
                            .limits = {"memory.max", "memory.high"},
                            .used = "memory.current",
                            .caches = {"inactive_file ", "active_file "}};

std::size_t left_in(const fs::path& group, const Version& version) {
  std::size_t limit = no_limit;
  for (const char* name : version.limits)
    limit = std::min(limit, number_of(group / name, no_limit));
  std::size_t used = number_of(group / version.used, 0);
  for (const char* cache : version.caches)
    used -= std::min(used, number_in(group / "memory.stat", cache, 0));
  return difference(limit, used);
}

/// The group's and those that it is in.
std::size_t left_in_all(const fs::path& groups, fs::path group, const Version& version) {
  std::size_t left = no_limit;
  for (; group.has_relative_path(); group = group.parent_path())
    left = std::min(left, left_in(groups / version.folder / group.relative_path(), version));
  return std::min(left, left_in(groups / version.folder, version));
}

}  // namespace

std::size_t left_in_groups(const fs::path& list, const fs::path& groups) {
  std::size_t left = no_limit;
  std::ifstream lines(list);
  for (std::string line; std::getline(lines, line);) {  // "4:memory:/user", "0::/user"
    const std::size_t begin = line.find(':'), end = line.find(':', begin + 1);
    if (end == line.npos) continue;
    const std::string kinds = "," + line.substr(begin + 1, end - begin - 1) + ",";
    const fs::path group = line.substr(end + 1);
    if (kinds.find(",memory,") != kinds.npos)
      left = std::min(left, left_in_all(groups, group, first));
    if (kinds == ",,")
      left =
          std::min({left, left_in_all(groups, group, second), left_in_all(groups, group, beside)});
  }
  return left;
}

std::size_t address_space_left() { return left_of(RLIMIT_AS, "VmSize:"); }

std::size_t data_left() { return left_of(RLIMIT_DATA, "VmData:"); }

std::size_t allowed_memory() {
  return std::min({address_space_left(), data_left(), left_in_groups()});
}

std::size_t free_memory() {
  const auto free_pages = std::size_t(sysconf(_SC_AVPHYS_PAGES));
  const std::size_t kib = number_in(
      "/proc/meminfo", "MemAvailable:", free_pages * std::size_t(sysconf(_SC_PAGE_SIZE)) / 1024);
  return std::min(kib * 1024, allowed_memory());
}

}  // namespace pastiche
