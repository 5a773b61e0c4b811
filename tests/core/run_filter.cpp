#include <cstdio>

#include "pastiche/filter.hpp"

/// Lists the filters and runs one: what every consumer of the library does.
int main() try {
  for (const auto& filter : pastiche::filters()) std::printf("%s\n", filter.name);
  const auto& filter = pastiche::find_filter("fast-style");
  pastiche::run(filter, {{"content", {pastiche::Image(8, 8)}}}, pastiche::Settings(filter.params),
                {});
  return 0;
} catch (const pastiche::Error& error) {
  std::printf("%s\n", error.what());
  return pastiche::exit_status(error.kind);
}
