#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "support.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// A folder with libpastiche and the program `run-filter` alone, as if installed.
class Loader : public testing::Test {
 protected:
  Loader() {
    fs::copy(PASTICHE_LIBRARY, folder_ / "libpastiche.so");
    fs::copy(PASTICHE_RUN_FILTER, folder_ / "run-filter");
  }

  struct Ended {
    int status;
    std::string output;
  };

  Ended run() {
    // An RPATH into the build tree must not win over the folder under test.
    const std::string command = "LD_LIBRARY_PATH='" + folder_.path().string() + "' '" +
                                (folder_ / "run-filter").string() + "' 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    std::array<char, 4096> buffer;
    while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe))
      output.append(buffer.data(), size);
    return {WEXITSTATUS(pclose(pipe)), output};
  }

  TempFolder folder_;
};

TEST_F(Loader, SaysThatTheComputingLibraryIsMissing) {
  const Ended ended = run();
  EXPECT_EQ(ended.status, 5) << ended.output;
  EXPECT_NE(ended.output.find("gatys"), std::string::npos) << "the table works without it";
  EXPECT_NE(ended.output.find("libpastiche-torch.so is not in \"" + folder_.path().string()),
            std::string::npos)
      << ended.output;
}

TEST_F(Loader, SaysThatTheComputingLibraryIsBroken) {
  put(folder_ / "libpastiche-torch.so", "not a library");
  const Ended ended = run();
  EXPECT_EQ(ended.status, 5);
  EXPECT_NE(ended.output.find("cannot be opened"), std::string::npos) << ended.output;
}

TEST_F(Loader, RefusesALibraryThatIsNone) {
  fs::copy(PASTICHE_LIBRARY, folder_ / "libpastiche-torch.so");
  const Ended ended = run();
  EXPECT_EQ(ended.status, 5);
  EXPECT_NE(ended.output.find("is of version unknown"), std::string::npos) << ended.output;
}

TEST_F(Loader, RefusesALibraryOfAnotherVersion) {
  fs::copy(PASTICHE_STALE_LIBRARY, folder_ / "libpastiche-torch.so");
  const Ended ended = run();
  EXPECT_EQ(ended.status, 5);
  EXPECT_NE(ended.output.find("is of version 0.0.1-stale"), std::string::npos) << ended.output;
}

}  // namespace
}  // namespace pastiche
