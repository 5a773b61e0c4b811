#include <algorithm>
#include <chrono>
#include <format>

#include "gan/adversarial_loss.hpp"
#include "gan/augment.hpp"
#include "gan/health.hpp"
#include "nets/discriminator.hpp"
#include "nets/vae.hpp"
#include "pastiche/models.hpp"
#include "pastiche/tensor_file.hpp"
#include "pastiche/weighted_list.hpp"
#include "text.hpp"
#include "train/generator_training.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// Generator, discriminator and what watches them, from the start or a checkpoint.
class Game {
 public:
  Game(const GanTrainOptions& options, const GeneratorPlan& plan, const PictureSet& pictures,
       const Compute& compute, int remedies)
      : options_(options),
        loop_(options.loop),
        pictures_(pictures),
        compute_(compute),
        loss_(find_adversarial_loss(options.loss)),
        generator_(make_generator(plan)),
        discriminator_(plan, options.spectral),
        penalty_(options.penalty * std::pow(2, remedies)) {
    const double share = std::pow(0.25, remedies);
    loop_.learning_rate *= share;
    rate_ = share * (options.discriminator_rate > 0 ? options.discriminator_rate
                                                    : options.loop.learning_rate);
    generator_->to(compute.device);
    discriminator_->to(compute.device);
    health_->set_remedies(remedies);
    adam_ = std::make_unique<torch::optim::Adam>(
        discriminator_->parameters(),
        torch::optim::AdamOptions(rate_).betas({loop_.beta1, loop_.beta2}));
  }

  Facts play(const fs::path& output, const Progress& progress) {
    return descend(
        *generator_, pictures_, loop_, compute_, output,
        [this](int index, const Batch& batch) { return step(index, batch); },
        [&] {
          generator_->eval();
          write_samples(*generator_, output);
          generator_->train();
        },
        progress,
        {{"discriminator.", discriminator_.get(), adam_.get()},
         {"health.", health_.get(), nullptr}});
  }

  Generator& generator() { return *generator_; }
  double diversity() const { return health_->diversity(); }

  /// What plan.draws needs, once all is played.
  void keep_judge() { generator_->be_judged_by(discriminator_); }

 private:
  Losses step(int index, const Batch& batch);
  torch::Tensor learn(int index, const torch::Tensor& genuine, const torch::Tensor& made,
                      const torch::Tensor& classes, Losses& losses);
  torch::Tensor seen(const torch::Tensor& pictures, torch::Generator& random) const {
    return options_.augment ? augmented(pictures, random) : pictures;
  }
  torch::Tensor penalty(const torch::Tensor& genuine, const torch::Tensor& made,
                        const torch::Tensor& answers, const torch::Tensor& to_made,
                        const torch::Tensor& classes, torch::Generator& random);

  const GanTrainOptions& options_;
  LoopOptions loop_;
  const PictureSet& pictures_;
  const Compute& compute_;
  const AdversarialLoss& loss_;
  GeneratorPtr generator_;
  Discriminator discriminator_;
  Health health_;
  double penalty_, rate_ = 0;
  std::unique_ptr<torch::optim::Adam> adam_;
};

torch::Tensor Game::penalty(const torch::Tensor& genuine, const torch::Tensor& made,
                            const torch::Tensor& answers, const torch::Tensor& to_made,
                            const torch::Tensor& classes, torch::Generator& random) {
  if (options_.loss != "wasserstein")
    return 0.5 * (squared_gradient(answers, genuine) + squared_gradient(to_made, made));
  const torch::Tensor share = torch::rand({genuine.size(0), 1, 1, 1}, random).to(genuine.device());
  const torch::Tensor between =
      torch::lerp(genuine.detach(), made.detach(), share).requires_grad_();
  return gradient_from_one(discriminator_(between, classes), between);
}

/// One step of the discriminator.
torch::Tensor Game::learn(int index, const torch::Tensor& genuine, const torch::Tensor& made,
                          const torch::Tensor& classes, Losses& losses) {
  torch::Generator random = random_of(loop_.common.seed + 1, index);
  const bool penalised = penalty_ > 0 && index % options_.penalty_every == 0;
  // Gradients of gradients are too small for bf16.
  const Autocast precise(penalised ? Compute{.device = compute_.device} : compute_);
  const torch::Tensor ours = seen(genuine, random).detach().requires_grad_(penalised);
  const torch::Tensor theirs = seen(made.detach(), random).detach().requires_grad_(penalised);
  for (auto& parameter : discriminator_->parameters()) parameter.requires_grad_(true);
  adam_->zero_grad();
  const torch::Tensor answers = discriminator_(ours, classes).to(torch::kFloat32),
                      to_theirs = discriminator_(theirs, classes).to(torch::kFloat32);
  const torch::Tensor loss = loss_.discriminator(answers, to_theirs);
  torch::Tensor total = loss;
  if (penalised) {
    const torch::Tensor size = penalty(ours, theirs, answers, to_theirs, classes, random);
    total = total + penalty_ * options_.penalty_every * size;
  }
  total.backward();
  const double base = loop_.learning_rate > 0 ? rate_at(index, loop_) / loop_.learning_rate : 1;
  static_cast<torch::optim::AdamOptions&>(adam_->param_groups()[0].options()).lr(rate_ * base);
  adam_->step();
  for (auto& parameter : discriminator_->parameters()) parameter.requires_grad_(false);
  losses["margin"] = (answers - to_theirs).mean().detach();
  return loss.detach();
}

Losses Game::step(int index, const Batch& batch) {
  const GeneratorPlan& plan = generator_->plan;
  torch::Generator random = random_of(loop_.common.seed, index);
  const torch::Tensor genuine = for_plan(batch.squares, plan);
  const torch::Tensor latents =
      torch::randn({genuine.size(0), plan.latent}, random).to(genuine.device());
  const torch::Tensor made = generator_->forward(latents, batch.classes).to(torch::kFloat32);
  Losses losses;
  if (torch::GradMode::is_enabled()) {
    losses["discriminator"] = learn(index, genuine, made, batch.classes, losses);
    const double diversity = diversity_of(as_rgb(made), as_rgb(genuine), batch.classes);
    losses["diversity"] = torch::tensor(diversity);
    health_->observe(index, diversity, losses["discriminator"].item<double>(), loss_.bound);
  }
  torch::Tensor answers;
  {
    torch::NoGradGuard no_grad;
    answers = discriminator_(seen(genuine, random), batch.classes).to(torch::kFloat32);
  }
  const torch::Tensor to_made =
      discriminator_(seen(made, random), batch.classes).to(torch::kFloat32);
  losses["loss"] = loss_.generator(answers, to_made);
  return losses;
}

/// How often a training that was cut off had gone back by then.
int remedies_in(const fs::path& checkpoint) {
  if (!fs::exists(checkpoint)) return 0;
  return int(to_torch(TensorFile(checkpoint).at("health.state"))[3].item<double>());
}

std::string told(const std::string& trouble, bool kept, int remedies) {
  return std::format(
      "The training went wrong ({}); it went back to {} with a quarter of the learning rates and "
      "twice the penalty (remedy {}).",
      trouble, kept ? "the last checkpoint" : "its start", remedies);
}

/// The counts of the classes that `drawn` names, 0 for the others; all for an empty list.
std::vector<std::int64_t> drawn_counts(const GeneratorPlan& plan, const std::string& drawn) {
  if (drawn.empty()) return plan.class_counts;
  std::vector<std::int64_t> counts(plan.classes.size());
  for (const Weighted& entry : parse_weighted(drawn, "drawn-classes")) {
    const auto found = std::ranges::find(plan.classes, entry.name);
    if (entry.weight != 1)
      throw Error(Error::Kind::BadSetting, "The setting drawn-classes gives " +
                                               in_quotes(entry.name) +
                                               " a weight; it takes names alone.");
    if (found == plan.classes.end())
      throw Error(Error::Kind::BadSetting,
                  "The setting drawn-classes names " + in_quotes(entry.name) +
                      ", but the pictures' classes are " + listed(plan.classes) + ".");
    const auto index = std::size_t(found - plan.classes.begin());
    counts[index] = plan.class_counts[index];
  }
  return counts;
}

GeneratorPlan plan_of(const GanTrainOptions& options, const PictureSet& pictures) {
  if (options.grey && options.alpha)
    throw Error(Error::Kind::BadSetting,
                "The settings grey and alpha exclude each other; leave one of them out.");
  GeneratorPlan plan = generator_plan(options.network, options.latent, options.width,
                                      options.grey ? 1 : options.alpha ? 4 : 3, options.loop.crop);
  if (!options.conditional && !options.drawn_classes.empty())
    throw Error(Error::Kind::BadSetting,
                "The setting drawn-classes needs a conditional generator; set conditional too.");
  if (options.draws > 1 && options.spectral)
    throw Error(Error::Kind::BadSetting,
                "The setting draws needs a discriminator that is kept as it is; leave out spectral.");
  plan.draws = options.draws;
  if (!options.conditional) return plan;
  plan.classes = pictures.classes();
  plan.class_counts = pictures.class_counts();
  if (plan.classes.size() < 2 || plan.classes.size() > 1000)
    throw Error(Error::Kind::BadImage,
                std::format("The pictures are of {} class(es), by their names; a conditional "
                            "generator needs 2 to 1000.",
                            plan.classes.size()));
  plan.class_counts = drawn_counts(plan, options.drawn_classes);
  return plan;
}

}  // namespace

Facts train_gan(const GanTrainOptions& options, const std::string& output,
                const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Compute compute = resolve(options.loop.common);
  const PictureSet pictures(options.loop.data, options.loop.augmentation, options.alpha);
  check_enough(pictures);
  const GeneratorPlan plan = plan_of(options, pictures);
  const fs::path checkpoint = checkpoint_of(output);
  std::vector<std::string> troubles;
  for (int remedies = remedies_in(checkpoint);; ++remedies) {
    torch::manual_seed(std::uint64_t(options.loop.common.seed));
    Game game(options, plan, pictures, compute, remedies);
    try {
      Facts facts = game.play(output, progress);
      facts["diversity"] = std::format("{:.3f}", game.diversity());
      if (!troubles.empty()) facts["advice"] = troubles.back();
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      if (plan.draws > 1) game.keep_judge();
      save_generator(game.generator(), plan, "gan", options.loop, pictures, compute, facts,
                     {{"loss", options.loss},
                      {"penalty", options.penalty},
                      {"spectral", options.spectral},
                      {"augment", options.augment},
                      {"troubles", troubles}},
                     spent.count(), output);
      return facts;
    } catch (const Diverged& trouble) {
      if (remedies >= options.remedies)
        throw Error(Error::Kind::Internal,
                    std::format("The training goes wrong again and again ({}), after {} "
                                "remedies; a smaller learning-rate, a higher penalty or more "
                                "pictures may help.",
                                trouble.what(), remedies));
      troubles.push_back(told(trouble.what(), fs::exists(checkpoint), remedies + 1));
      progress(0, troubles.back());
    }
  }
}

}  // namespace pastiche
