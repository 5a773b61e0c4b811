#include "memory_left.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "support.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

struct Written {
  const char *path, *text;
};

TEST(MemoryLeft, IsWhatTheTightestGroupLeaves) {
  const struct {
    const char* list;
    std::vector<Written> files;
    std::size_t left;
  } cases[] = {
      {"", {}, no_limit},
      {"0::/\n", {}, no_limit},
      {"0::/user\n", {{"user/memory.max", "max"}, {"user/memory.current", "70"}}, no_limit},
      {"0::/user\n", {{"user/memory.max", "100"}, {"user/memory.current", "70"}}, 30},
      {"0::/user\n", {{"user/memory.max", "100"}, {"user/memory.current", "120"}}, 0},
      {"0::/user\n",
       {{"user/memory.max", "100"},
        {"user/memory.current", "90"},
        {"user/memory.stat", "anon 50\nfile 40\ninactive_file 30\nactive_file 10\n"}},
       50},
      {"0::/user\n",
       {{"user/memory.max", "100"}, {"user/memory.high", "80"}, {"user/memory.current", "70"}},
       10},
      {"0::/a/b/c\n",
       {{"a/memory.max", "100"},
        {"a/memory.current", "60"},
        {"a/b/memory.max", "max"},
        {"a/b/c/memory.max", "90"},
        {"a/b/c/memory.current", "10"}},
       40},
      {"12:cpu:/x\n4:hugetlb,memory:/docker/1\n1:name=systemd:/x\n0::/x\n",
       {{"memory/docker/1/memory.limit_in_bytes", "100"},
        {"memory/docker/1/memory.usage_in_bytes", "70"},
        {"memory/docker/1/memory.stat", "inactive_file 1\ntotal_inactive_file 20\n"},
        {"unified/x/memory.max", "max"}},
       50},
      // Within a container its own group is the top, whatever its name outside.
      {"4:memory:/docker/1\n",
       {{"memory/memory.limit_in_bytes", "100"}, {"memory/memory.usage_in_bytes", "70"}},
       30},
      {"4:memory:/\n",
       {{"memory/memory.limit_in_bytes", "9223372036854771712"}},
       no_limit / 2 + 1 - 4096},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.list);
    const TempFolder folder;
    std::ofstream(folder.path() / "list") << c.list;
    for (const auto& [path, text] : c.files) {
      const fs::path file = folder.path() / path;
      fs::create_directories(file.parent_path());
      std::ofstream(file) << text << "\n";
    }
    EXPECT_EQ(left_in_groups(folder.path() / "list", folder.path()), c.left);
  }
}

TEST(MemoryLeft, IsNoMoreThanTheMachineHas) {
  EXPECT_GT(free_memory(), std::size_t(1) << 20);
  EXPECT_LE(free_memory(), allowed_memory());
}

}  // namespace
}  // namespace pastiche
