#pragma once

#include "store/architecture.hpp"
#include "store/generator_plan.hpp"

namespace pastiche {

/// `plan` with the sizes that the tensors of its network have ("generator.fc1.weight", ...; of a
/// VAE also "encoder.*", which must fit): latent, height, width, channels and features. Linear
/// layers do not tell how wide their picture is: a square is taken, grey or RGB. Throws
/// std::invalid_argument with what does not fit, to follow "the model ".
GeneratorPlan with_sizes(GeneratorPlan plan, const Shapes& shapes);

}  // namespace pastiche
