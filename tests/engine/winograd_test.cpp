#include "stream/winograd.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pastiche::stream {
namespace {

/// Every instruction set that can filter here.
std::vector<const Kernels*> all_kernels() {
  std::vector<const Kernels*> all = {&plain_kernels(), &best_kernels(false)};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    all.push_back(&avx2_kernels());
#endif
  return all;
}

struct Case {
  int in, out, rows, columns;

  torch::Tensor weight = torch::randn({out, in, 3, 3}) / std::sqrt(9.0 * in);
  torch::Tensor input = torch::randn({rows + 2, columns + 2, in});  // with its borders

  ConvWeights weights() const {
    ConvWeights conv;
    conv.in = in, conv.out = out, conv.side = 3;
    conv.weight = {weight.data_ptr<float>(), weight.data_ptr<float>() + weight.numel()};
    return conv;
  }

  /// Rows first..last-1 of the output {rows, columns, out}.
  torch::Tensor sums(const Kernels& kernels, int first, int last) const {
    WinogradConv conv(weights(), kernels);
    conv.pack(weights());
    const torch::Tensor all = torch::zeros({last - first, columns, conv.padded});
    const auto row_at = [&](long y) {
      EXPECT_GE(y, first - 1) << "a row that is not needed";
      EXPECT_LE(y, last);
      return reinterpret_cast<const std::byte*>(input.data_ptr<float>() +
                                                (y + 1) * (columns + 2) * in);
    };
    Buffer room;
    conv.sums(first, last, columns, row_at, all.data_ptr<float>(), long(columns) * conv.padded,
              room);
    return all.narrow(2, 0, out).clone();
  }

  torch::Tensor expected() const {
    const torch::Tensor x = input.permute({2, 0, 1}).unsqueeze(0).to(torch::kDouble);
    return torch::conv2d(x, weight.to(torch::kDouble))[0].permute({1, 2, 0});
  }
};

TEST(Winograd, IsTheConvolution) {
  torch::manual_seed(1);
  for (const auto& [in, out] : {std::pair{16, 3}, {32, 32}, {32, 96}, {48, 40}, {64, 33}, {128, 128}})
    for (const auto& [rows, columns] :
         {std::pair{1, 1}, {2, 4}, {3, 5}, {7, 11}, {4, 96}, {2, 481}, {9, 30}})
      for (const Kernels* kernels : all_kernels()) {
        const Case own{in, out, rows, columns};
        ASSERT_TRUE(WinogradConv::suits(own.weights(), *kernels));
        const torch::Tensor wrong = (own.sums(*kernels, 0, rows) - own.expected()).abs();
        EXPECT_LT(wrong.max().item<double>(), 2e-5)
            << in << " to " << out << ", " << columns << "x" << rows << ", " << kernels->lanes;
      }
}

TEST(Winograd, GivesTheSameBitsInParts) {
  torch::manual_seed(2);
  for (const int columns : {9, 130}) {
    const Case own{32, 32, 11, columns};
    const torch::Tensor whole = own.sums(best_kernels(false), 0, 11);
    for (int first = 0; first < 11; ++first)
      for (const int last : {first + 1, std::min(first + 4, 11), 11})
        EXPECT_TRUE(
            own.sums(best_kernels(false), first, last).equal(whole.narrow(0, first, last - first)))
            << first << " to " << last;
  }
}

TEST(Winograd, LooksAtNothingBehindARow) {
  torch::manual_seed(3);
  Case own{32, 32, 2, 7};
  const torch::Tensor clean = own.sums(best_kernels(false), 0, 1);
  own.input[3].fill_(NAN);  // behind the last column of row 0's last input row
  EXPECT_TRUE(own.sums(best_kernels(false), 0, 1).equal(clean));
}

TEST(Winograd, IsLeftAloneWhereItDoesNotPay) {
  const Kernels& kernels = best_kernels(false);
  EXPECT_FALSE(WinogradConv::suits(Case{8, 64, 1, 1}.weights(), kernels));
  EXPECT_FALSE(WinogradConv::suits(Case{36, 64, 1, 1}.weights(), avx512_kernels()));
  EXPECT_FALSE(WinogradConv::suits(Case{64, 64, 1, 1}.weights(), avx512_bf16_kernels()));
}

}  // namespace
}  // namespace pastiche::stream
