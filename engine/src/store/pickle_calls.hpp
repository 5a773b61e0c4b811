#pragma once

#include <string>
#include <vector>

#include "store/pickle.hpp"

namespace pastiche {

// What the pickle machine can be asked to "call": a fixed few names, each of
// which only arranges values already read. All throw std::invalid_argument.

/// Refuses every name ("os.system") that is none of those few.
void check_pickled_name(const std::string& name);

/// The value of a persistent id: ("storage", type, key, location, count[, None]).
PickleNode pickled_storage(const PickleNode& id);

/// The value of `name` called with `arguments`: an empty Dict or a Tensor.
PickleNode pickled_call(const std::string& name, const std::vector<PickleNode::Ref>& arguments);

}  // namespace pastiche
