#include "pth_builder.hpp"

#include <zip.h>

#include <stdexcept>

#include "support.hpp"

namespace pastiche::pth {
namespace {

std::string dict(const std::string& items) { return "}(" + items + "u"; }

std::string numbers(const std::vector<int>& values) {
  std::vector<std::string> items;
  for (const int value : values) items.push_back(whole(value));
  return tuple(items);
}

std::vector<int> row_major(const std::vector<int>& shape) {
  std::vector<int> strides(shape.size(), 1);
  for (std::size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  return strides;
}

}  // namespace

std::string text(const std::string& value) {
  return "X" + raw(std::uint32_t(value.size())) + value;
}
std::string whole(int value) { return "J" + raw(std::int32_t(value)); }

std::string name(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

std::string tuple(const std::vector<std::string>& items) {
  return "(" + std::accumulate(items.begin(), items.end(), std::string()) + "t";
}

std::string pickle(const std::string& value) { return "\x80\x02" + value + "."; }

int TestTensor::count() const {
  return std::accumulate(shape.begin(), shape.end(), 1, std::multiplies());
}

std::string tensor(const TestTensor& tensor, const std::string& key, bool legacy) {
  std::vector<std::string> id = {text("storage"), name("torch", tensor.storage), text(key),
                                 text("cpu"),
                                 whole(tensor.held < 0 ? tensor.count() : tensor.held)};
  if (legacy) id.push_back("N");
  const auto& strides = tensor.strides.empty() ? row_major(tensor.shape) : tensor.strides;
  return name("torch._utils", "_rebuild_tensor_v2") +
         tuple({tuple(id) + "Q", whole(tensor.offset), numbers(tensor.shape), numbers(strides),
                "\x89", name("collections", "OrderedDict") + ")R"}) +
         "R";
}

std::string state_dict(const TestTensors& tensors, bool legacy) {
  std::string items;
  int key = 0;
  for (const auto& [name, t] : tensors)
    items += text(name) + tensor(t, std::to_string(key++), legacy);
  return name("collections", "OrderedDict") + ")R(" + items + "u";
}

std::map<std::string, std::string> storages(const TestTensors& tensors) {
  std::map<std::string, std::string> all;
  int key = 0, number = 0;
  for (const auto& [name, tensor] : tensors) {
    std::string& bytes = all[std::to_string(key++)];
    for (int i = 0; i < (tensor.held < 0 ? tensor.count() : tensor.held); ++i)
      bytes += raw(float(number++) / 1000);
  }
  return all;
}

std::string legacy_file(const std::string& value,
                        const std::map<std::string, std::string>& storages) {
  std::string keys, data;
  for (const auto& [key, bytes] : storages) {
    keys += text(key);
    data += raw(std::int64_t(bytes.size() / sizeof(float))) + bytes;
  }
  const std::string magic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
  return pickle(magic) + pickle(whole(1001)) + pickle(dict(text("little_endian") + "\x88")) +
         pickle(value) + pickle("](" + keys + "e") + data;
}

void write_zip(const std::filesystem::path& path, const std::map<std::string, std::string>& entries,
               bool compressed) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  if (!archive) throw std::runtime_error("no zip for the test");
  for (const auto& [name, bytes] : entries) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_set_file_compression(archive, zip_uint64_t(index),
                             compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  if (zip_close(archive) != 0) throw std::runtime_error("no zip for the test");
}

std::map<std::string, std::string> zip_entries(const std::string& value,
                                               const std::map<std::string, std::string>& storages) {
  std::map<std::string, std::string> entries = {
      {"a/data.pkl", pickle(value)}, {"a/byteorder", "little"}, {"a/version", "3\n"}};
  for (const auto& [key, bytes] : storages) entries["a/data/" + key] = bytes;
  return entries;
}

}  // namespace pastiche::pth
