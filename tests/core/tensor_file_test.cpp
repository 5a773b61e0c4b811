#include "pastiche/tensor_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <limits>

#include "store/tensor_types.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

std::string safetensors(const std::string& header, const std::string& data) {
  return raw(std::uint64_t(header.size())) + header + data;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

const std::string two_floats = raw(1.5f) + raw(-2.0f);
const std::string one_tensor = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

TEST(TensorFile, ReadsWhatWasWritten) {
  const TempFolder folder;
  const std::string halves = raw(std::uint16_t(0x3c00)) + raw(std::uint16_t(0xc000)), byte = "\x07";
  const std::map<std::string, Tensor, std::less<>> written = {
      {"a", {DType::F32, {2, 1}, bytes_of(two_floats)}},
      {"b.weight", {DType::F16, {2}, bytes_of(halves)}},
      {"byte", {DType::U8, {}, bytes_of(byte)}},
      {"empty", {DType::F64, {0, 3}, {}}},
  };
  write_tensors(folder / "x.safetensors", written, {{"architecture", "encoder"}, {"é\n", ""}});
  const TensorFile file(folder / "x.safetensors");
  EXPECT_EQ(file.metadata().at("architecture"), "encoder");
  EXPECT_EQ(file.metadata().at("é\n"), "");
  ASSERT_EQ(file.tensors().size(), written.size());
  for (const auto& [name, tensor] : written) {
    SCOPED_TRACE(name);
    EXPECT_EQ(int(file.at(name).dtype), int(tensor.dtype));
    EXPECT_EQ(file.at(name).shape, tensor.shape);
    EXPECT_TRUE(std::ranges::equal(file.at(name).bytes, tensor.bytes));
  }
}

TEST(TensorFile, AlignsEveryTensorToItsElements) {
  const TempFolder folder;
  const std::string one = "x", eight(8, 'y');
  write_tensors(folder / "x",
                {{"a", {DType::U8, {1}, bytes_of(one)}}, {"b", {DType::F64, {1}, bytes_of(eight)}}},
                {});
  const TensorFile file(folder / "x");
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.at("b").bytes.data()) % 8, 0u);
}

TEST(TensorFile, SaysHowToTakeOverOneOfPyTorchs) {
  const TempFolder folder;
  for (const std::string start : {"PK\x03\x04", "\x80\x02\x8a\x0a"}) {
    put(folder / "x.pth", start + std::string(100, 'x'));
    expect_refused(Error::Kind::NoModel, "pastiche models import",
                   [&] { TensorFile(folder / "x.pth"); });
  }
}

TEST(TensorFile, TakesAnEmptyOne) {
  const TempFolder folder;
  write_tensors(folder / "x", {}, {});
  EXPECT_TRUE(TensorFile(folder / "x").tensors().empty());
}

TEST(TensorFile, IsRefusedWhenCutAnywhere) {
  const TempFolder folder;
  const std::string whole = safetensors(one_tensor, two_floats);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    put(folder / "cut", whole.substr(0, size));
    expect_refused(Error::Kind::NoModel, "is broken", [&] { TensorFile(folder / "cut"); });
  }
  EXPECT_NO_THROW(TensorFile(put(folder / "whole", whole)));
}

TEST(TensorFile, IsRefusedWhenItsHeaderLies) {
  const std::string deep = std::string(100000, '[');
  const std::string good = R"("dtype":"F32","shape":[2],"data_offsets":[0,8])";
  const struct {
    std::string bytes;
    const char* why;
  } cases[] = {
      {raw(std::numeric_limits<std::uint64_t>::max()) + "{}", "said to have 18446744073709551615"},
      {raw(std::uint64_t(3)) + "{}", "said to have 3 bytes, but 2 are the most"},
      {raw(std::uint64_t(0)), "no JSON"},
      {safetensors("[]", ""), "no JSON object"},
      {safetensors("null", ""), "no JSON object"},
      {safetensors("{", ""), "no JSON at byte 2"},
      {safetensors("{}x", ""), "no JSON"},
      {safetensors("{\"\xff\":1}", ""), "no JSON"},
      {safetensors(deep, ""), "nested deeper than 3"},
      {safetensors("{\"a\":" + deep, ""), "nested deeper than 3"},
      {safetensors("{\"a\":{" + good + "},\"a\":{" + good + "}}", two_floats),
       "\"a\" occurs twice"},
      {safetensors(R"({"a":1e999})", ""), "out of range"},
      {safetensors(R"({"a":1})", ""), "no object"},
      {safetensors(R"({"a":{}})", ""), "the type \"\""},
      {safetensors(R"({"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}})", two_floats), "type"},
      {safetensors(R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,8]}})", two_floats),
       "the type \"F8_E4M3\"; known are F32, F16"},
      {safetensors(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", two_floats), "no shape"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", two_floats),
       "no whole number"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", two_floats),
       "no whole number"},
      {safetensors(R"({"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}})", two_floats),
       "no whole number"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", two_floats),
       "does not make its 8 bytes"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})",
                   two_floats),
       "too large"},
      {safetensors(
           R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,8]}})",
           two_floats),
       "does not make"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}})",
                   two_floats),
       "does not make"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],)"
                   R"("data_offsets":[0,8]}})",
                   two_floats),
       "at most 16 numbers"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}})", two_floats), "pair"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", two_floats),
       "lies"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}})", two_floats),
       "lies at bytes 0 to 16 of 8"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", two_floats),
       "belong to none"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", two_floats),
       "4 bytes at the end"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                   R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                   two_floats),
       "overlap"},
      {safetensors("{\"\":{" + good + "}}", two_floats), "tensor name"},
      {safetensors("{\"a\\u0000b\":{" + good + "}}", two_floats), "tensor name \"a\\x00b\""},
      {safetensors("{\"" + std::string(600, 'n') + "\":{" + good + "}}", two_floats),
       "tensor name"},
      {safetensors(R"({"__metadata__":[]})", ""), "__metadata__ is no object"},
      {safetensors(R"({"__metadata__":{"a":1}})", ""), "metadata \"a\" is no text"},
  };
  const TempFolder folder;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    put(folder / "bad", c.bytes);
    expect_refused(Error::Kind::NoModel, c.why, [&] { TensorFile(folder / "bad"); });
  }
}

TEST(TensorFile, IsRefusedWhenItIsNoRegularFile) {
  const TempFolder folder;
  mkfifo((folder / "pipe").c_str(), 0600);
  for (const char* name : {"pipe", "none", "."}) {
    SCOPED_TRACE(name);
    expect_refused(Error::Kind::NoModel, "cannot be read", [&] { TensorFile(folder / name); });
  }
}

TEST(TensorFile, NamesATensorThatIsNotThere) {
  const TempFolder folder;
  const TensorFile file(put(folder / "x", safetensors(one_tensor, two_floats)));
  expect_refused(Error::Kind::NoModel, "has no tensor \"b\"", [&] { file.at("b"); });
}

TEST(TensorWriter, RefusesBytesThatDoNotFitTheShape) {
  const TempFolder folder;
  expect_refused(Error::Kind::Output, "\"a\" of 3 has 8 bytes", [&] {
    write_tensors(folder / "x", {{"a", {DType::F32, {3}, bytes_of(two_floats)}}}, {});
  });
  expect_refused(Error::Kind::Output, "no UTF-8",
                 [&] { write_tensors(folder / "x", {}, {{"a", "\xff"}}); });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TensorWriter, LeavesTheOldFileWhenTheDiskIsFull) {
  const TempFolder folder;
  put(folder / "x", "old");
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string large(100000, 'x');
  expect_refused(Error::Kind::Output, "cannot be written: File too large", [&] {
    write_tensors(folder / "x", {{"a", {DType::U8, {100000}, bytes_of(large)}}}, {});
  });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(get(folder / "x"), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(TensorWriter, SaysWhyItCannotWrite) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "taken");
  for (const char* name : {"none/x", "taken"}) {
    SCOPED_TRACE(name);
    expect_refused(Error::Kind::Output, "cannot be written",
                   [&] { write_tensors(folder / name, {}, {}); });
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(ToFloats, KnowsTheNumbersOfEachType) {
  const float infinity = std::numeric_limits<float>::infinity();
  const struct {
    DType dtype;
    std::string bytes;
    float value;
  } cases[] = {
      {DType::F32, raw(1.5f), 1.5f},
      {DType::F64, raw(0.25), 0.25f},
      {DType::I64, raw(std::int64_t(-3)), -3},
      {DType::I32, raw(std::int32_t(-3)), -3},
      {DType::U8, "\xff", 255},
      {DType::BF16, raw(std::uint16_t(0x3fc0)), 1.5f},
      {DType::BF16, raw(std::uint16_t(0xff80)), -infinity},
      {DType::F16, raw(std::uint16_t(0x3e00)), 1.5f},
      {DType::F16, raw(std::uint16_t(0x7bff)), 65504},
      {DType::F16, raw(std::uint16_t(0x8001)), -5.9604645e-8f},
      {DType::F16, raw(std::uint16_t(0x7c00)), infinity},
  };
  for (const auto& c : cases) EXPECT_EQ(to_floats(c.dtype, bytes_of(c.bytes)).at(0), c.value);
  EXPECT_TRUE(std::isnan(to_floats(DType::F16, bytes_of(raw(std::uint16_t(0x7e00))))[0]));
}

}  // namespace
}  // namespace pastiche
