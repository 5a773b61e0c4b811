#include "gan/adversarial_loss.hpp"

namespace pastiche {
namespace {

using T = const torch::Tensor&;

/// log(1 + exp(x)).
torch::Tensor logistic(T x) { return torch::softplus(x); }

const AdversarialLoss losses[] = {
    {"relativistic", [](T genuine, T made) { return logistic(made - genuine).mean(); },
     [](T genuine, T made) { return logistic(genuine - made).mean(); }},
    {"non-saturating",
     [](T genuine, T made) { return (logistic(-genuine) + logistic(made)).mean(); },
     [](T, T made) { return logistic(-made).mean(); }},
    {"minimax", [](T genuine, T made) { return (logistic(-genuine) + logistic(made)).mean(); },
     [](T, T made) { return -logistic(made).mean(); }},
    {"least-squares",
     [](T genuine, T made) { return ((genuine - 1).square() + made.square()).mean(); },
     [](T, T made) { return (made - 1).square().mean(); }},
    {"hinge",
     [](T genuine, T made) { return (torch::relu(1 - genuine) + torch::relu(1 + made)).mean(); },
     [](T, T made) { return -made.mean(); }},
    {"wasserstein", [](T genuine, T made) { return (made - genuine).mean(); },
     [](T, T made) { return -made.mean(); }, 5000},
};

torch::Tensor squared_lengths(T answers, T pictures) {
  const torch::Tensor gradient = torch::autograd::grad({answers.sum()}, {pictures}, {},
                                                       /*retain_graph=*/true,
                                                       /*create_graph=*/true)[0];
  return gradient.square().flatten(1).sum(1);
}

}  // namespace

const AdversarialLoss& find_adversarial_loss(std::string_view name) {
  for (const AdversarialLoss& loss : losses)
    if (name == loss.name) return loss;
  TORCH_CHECK(false, "no adversarial loss is called ", name);
}

torch::Tensor squared_gradient(T answers, T pictures) {
  return squared_lengths(answers, pictures).mean();
}

torch::Tensor gradient_from_one(T answers, T pictures) {
  return ((squared_lengths(answers, pictures) + 1e-12).sqrt() - 1).square().mean();
}

}  // namespace pastiche
