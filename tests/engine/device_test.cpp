#include "device.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "pastiche/error.hpp"

namespace pastiche {
namespace {

TEST(Device, ComputesWithOpenBlas) { EXPECT_TRUE(blas().starts_with("OpenBLAS")) << blas(); }

TEST(Device, LeavesTheThreadsToLibTorch) {
  using Get = int (*)();
  const auto threads = reinterpret_cast<Get>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  ASSERT_TRUE(threads);
  keep_blas_to_one_thread();
  EXPECT_EQ(threads(), 1);
}

TEST(Device, TakesTheProcessorWhenThereIsNoCard) {
  if (torch::cuda::is_available()) GTEST_SKIP() << "there is a CUDA device";
  const Compute compute = resolve({});
  EXPECT_TRUE(compute.device.is_cpu());
  EXPECT_EQ(compute.dtype, torch::kFloat32);
  EXPECT_GT(compute.memory, std::size_t(64) << 20);
}

TEST(Device, RefusesACardThatIsNotThere) {
  if (torch::cuda::is_available()) GTEST_SKIP() << "there is a CUDA device";
  try {
    resolve({.device = "cuda"});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::NoDevice);
  }
}

TEST(Device, KeepsToTheMemoryItIsGiven) {
  EXPECT_EQ(resolve({.device = "cpu", .memory = 100}).memory, std::size_t(100) << 20);
}

TEST(Device, CountsWhatIsHeldAlready) {
  const std::size_t held = std::size_t(1) << 40;
  EXPECT_GE(resolve({.device = "cpu"}, held).memory, held);
}

TEST(Device, DrawsTheSameNumbersFromTheSameSeed) {
  const Compute compute = resolve({.device = "cpu"});
  const auto draw = [&](int seed) { return torch::rand({8}, generator(compute, seed)); };
  EXPECT_TRUE(draw(3).equal(draw(3)));
  EXPECT_FALSE(draw(3).equal(draw(4)));
}

}  // namespace
}  // namespace pastiche
