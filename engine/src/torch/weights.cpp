#include "weights.hpp"

#include "pastiche/error.hpp"

namespace pastiche {
namespace {

constexpr std::pair<DType, torch::ScalarType> dtypes[] = {
    {DType::F32, torch::kFloat32}, {DType::F16, torch::kFloat16}, {DType::BF16, torch::kBFloat16},
    {DType::F64, torch::kFloat64}, {DType::I64, torch::kInt64},   {DType::I32, torch::kInt32},
    {DType::U8, torch::kUInt8},
};

torch::ScalarType to_torch(DType dtype) {
  for (const auto& [ours, theirs] : dtypes)
    if (ours == dtype) return theirs;
  throw Error(Error::Kind::NoModel, "A tensor has a type that networks do not use.");
}

DType from_torch(torch::ScalarType dtype) {
  for (const auto& [ours, theirs] : dtypes)
    if (theirs == dtype) return ours;
  TORCH_CHECK(false, "no safetensors type for ", dtype);
}

/// `name` is the file's.
void fill(torch::Tensor& target, const std::string& name, const TensorFile& file) {
  const Tensor& source = file.at(name);
  if (target.sizes() != torch::IntArrayRef(source.shape))
    throw Error(Error::Kind::NoModel, "The tensor " + name + " has the shape " +
                                          c10::str(torch::IntArrayRef(source.shape)) +
                                          "; the network needs " + c10::str(target.sizes()) + ".");
  const torch::Tensor values = to_torch(source).to(target.dtype());
  if (!values.isfinite().all().item<bool>())
    throw Error(Error::Kind::NoModel, "The tensor " + name + " holds NaN or infinity.");
  target.copy_(values);
}

/// How many batches a norm has seen: of use while it learns with a momentum that falls, which ours
/// does not.
bool is_count(const std::string& name) { return name.ends_with("num_batches_tracked"); }

}  // namespace

torch::Tensor to_torch(const Tensor& tensor) {
  // from_blob has no const form; the copy is made at once.
  auto* data = const_cast<std::byte*>(tensor.bytes.data());
  return torch::from_blob(data, tensor.shape, to_torch(tensor.dtype)).clone();
}

void load_weights(torch::nn::Module& module, const TensorFile& file, const std::string& prefix) {
  torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) fill(item.value(), prefix + item.key(), file);
  for (auto& item : module.named_buffers())
    if (!is_count(item.key()) || file.tensors().contains(prefix + item.key()))
      fill(item.value(), prefix + item.key(), file);
}

void save_weights(const std::filesystem::path& path,
                  const std::map<std::string, torch::Tensor>& tensors, const Metadata& metadata,
                  torch::ScalarType dtype) {
  std::map<std::string, torch::Tensor> kept;  // alive until written
  std::map<std::string, Tensor, std::less<>> rows;
  for (const auto& [name, tensor] : tensors) {
    torch::Tensor& t = kept[name] =
        tensor.detach().cpu().to(tensor.is_floating_point() ? dtype : tensor.scalar_type());
    t = t.contiguous();
    rows[name] = {.dtype = from_torch(t.scalar_type()),
                  .shape = t.sizes().vec(),
                  .bytes = {static_cast<const std::byte*>(t.const_data_ptr()), t.nbytes()}};
  }
  write_tensors(path, rows, metadata);
}

std::map<std::string, torch::Tensor> weights_of(const torch::nn::Module& module) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& item : module.named_parameters()) tensors[item.key()] = item.value();
  for (const auto& item : module.named_buffers()) tensors[item.key()] = item.value();
  return tensors;
}

}  // namespace pastiche
