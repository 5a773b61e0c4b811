#pragma once

#include <functional>
#include <string>

#include "predict/need.hpp"

namespace pastiche {

/// What a call of the filter will take; `need` is found out as the call itself will find it out,
/// and how long that takes counts.
Prediction predict(const std::string& filter, const std::function<Need()>& need);

/// That it took so long; nothing is learnt where nothing was ever predicted.
void learn(const std::string& filter, const std::function<Need()>& need, double seconds);

}  // namespace pastiche
