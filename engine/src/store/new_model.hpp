#pragma once

#include <filesystem>
#include <string>

#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// What a model that is taken over from `file` is called: `wanted`, or else as the file. Throws
/// BadSetting for a name that no model can have.
std::string name_for(const std::filesystem::path& file, const std::string& wanted);

/// `wanted`, or else user_models(), made if need be. Throws Output.
std::filesystem::path prepare_folder(const std::filesystem::path& wanted);

/// The card of a model taken over from `file`: `recognised` for people, `metadata` as it is kept.
std::string imported_card(const std::filesystem::path& file, const std::string& name,
                          const std::string& recognised, const Metadata& metadata);

}  // namespace pastiche
