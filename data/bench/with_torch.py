"""The tasks in PyTorch, as its users write them: eager, in the memory format and precision of the job."""

import torch
import torch.nn.functional as F
import transformer
import weights

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
NAME = "PyTorch " + torch.__version__.split("+")[0]


def placing(job):
    """How the job wants tensors, for Tensor.to(); a weight of less than four axes has no memory format."""
    torch.set_num_threads(job["threads"])
    how = {"device": job["device"], "dtype": DTYPES[job["precision"]]}

    def placed(array):
        tensor = torch.from_numpy(array)
        if job["channels-last"] and tensor.dim() == 4:
            return tensor.to(memory_format=torch.channels_last, **how)
        return tensor.to(**how)

    return placed


def finished(job, tensor):
    """What is computed on a graphics card is not done when the call returns."""
    if job["device"] != "cpu":
        torch.cuda.synchronize()
    return tensor


def padded(x, n):
    return F.pad(x, [n, n, n, n], mode="reflect")


class Eager:
    """Ops on tensors."""

    def conv(self, x, weight, bias, stride):
        return F.conv2d(padded(x, weight.shape[2] // 2), weight, bias, stride)

    def norm(self, x, scale, shift):
        return F.instance_norm(x, weight=scale, bias=shift)

    def relu(self, x):
        return F.relu(x, inplace=True)

    def add(self, x, y):
        return x + y

    def double(self, x):
        return F.interpolate(x, scale_factor=2, mode="nearest")


def fast_style(job):
    placed = placing(job)
    net = transformer.Network(job["model"], job["row"], lambda name, values: placed(values))
    x = placed(weights.picture(job["pictures"][0], job["side"]))

    @torch.inference_mode()
    def run():
        return finished(job, transformer.paint(Eager(), net, x))

    return NAME, run


def product(job):
    """One product of two square matrices: what the machine can do at most."""
    placed = placing(job)
    a, b = (placed(torch.rand(job["side"], job["side"]).numpy()) for _ in range(2))

    @torch.inference_mode()
    def run():
        return finished(job, a @ b)

    return NAME, run


class Encoder:
    """A VGG-shaped network (Simonyan & Zisserman 2014), by the layout in docs/formats/model.md."""

    def __init__(self, path, layers, placed):
        tensors, _ = weights.read(path)
        self.weights = {name: placed(values) for name, values in tensors.items()}
        self.layers = layers

    def conv(self, x, name, n):
        if n:
            x = padded(x, n)
        return F.conv2d(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def __call__(self, x):
        features = {}
        x = self.conv(x, "input", 0)
        for name in sorted(n[4:7] for n in self.weights if n.startswith("conv") and n.endswith(".weight")):
            if name[0] > "1" and name.endswith("_1"):
                x = F.max_pool2d(x, 2)
            x = F.relu(self.conv(x, "conv" + name, 1))
            if "relu" + name in self.layers:
                features["relu" + name] = x
            if len(features) == len(self.layers):
                break
        return features


def moments(features):
    """Mean {C} and covariance {C, C} over all places, in float32."""
    rows = features[0].flatten(1).float()
    mean = rows.mean(1)
    centred = rows - mean[:, None]
    return mean, centred @ centred.T / rows.shape[1]


def gram(mean, covariance):
    return covariance + torch.outer(mean, mean)


class GramLoss:
    """Gatys et al. 2015, as a share of what no features at all would give."""

    def __init__(self, target):
        self.target = gram(*target)
        self.size = self.target.square().sum()

    def __call__(self, mean, covariance):
        return (gram(mean, covariance) - self.target).square().sum() / self.size


class WassersteinLoss:
    """Squared 2-Wasserstein distance of two Gaussians (Dowson & Landau 1982), likewise."""

    def __init__(self, target):
        self.mean, covariance = target
        self.size = gram(*target).trace()
        covariance = covariance.double()
        self.ridge = 1e-3 * max(covariance.trace().item(), 1e-3 * self.size.item()) / len(covariance)
        self.covariance = self.ridged(covariance)
        values, vectors = torch.linalg.eigh(self.covariance)
        self.root = (vectors * values.clamp_min(0).sqrt()) @ vectors.T

    def ridged(self, covariance):
        identity = torch.eye(len(covariance), dtype=torch.float64, device=covariance.device)
        return covariance.double() + self.ridge * identity

    def __call__(self, mean, covariance):
        covariance = self.ridged(covariance)
        values = torch.linalg.eigvalsh(self.root @ covariance @ self.root)
        cross = values.clamp_min(self.ridge**2).sqrt().sum()
        spread = covariance.trace() + self.covariance.trace() - 2 * cross
        return ((mean - self.mean).square().sum() + spread.float()) / self.size


LOSSES = {"gram": GramLoss, "wasserstein": WassersteinLoss}


class Objective:
    """Content, style and total variation, weighed as by the job's settings."""

    def __init__(self, job, placed):
        settings = job["settings"]
        self.style_layers = settings["style-layers"].split(",")
        self.content_layers = settings["content-layers"].split(",")
        self.weights = {k: float(settings[k + "-weight"]) for k in ("content", "style", "tv")}
        self.encoder = Encoder(job["model"], {*self.style_layers, *self.content_layers}, placed)
        content, style = (placed(weights.picture(path, job["side"])) for path in job["pictures"])
        with torch.no_grad():
            targets, features = self.encoder(style), self.encoder(content)
        self.styles = {n: LOSSES[settings["loss"]](moments(targets[n])) for n in self.style_layers}
        self.contents = {n: (features[n], features[n].float().square().mean()) for n in self.content_layers}
        self.dtype = content.dtype

    def __call__(self, picture):
        features = self.encoder(picture.to(self.dtype))
        style = sum(loss(*moments(features[n])) for n, loss in self.styles.items())
        content = sum((features[n] - f).float().square().mean() / size for n, (f, size) in self.contents.items())
        variation = picture.diff(dim=2).square().mean() + picture.diff(dim=3).square().mean()
        return (self.weights["style"] * style / len(self.styles)
                + self.weights["content"] * content / len(self.contents)
                + self.weights["tv"] * variation)  # fmt: skip


class Adam:
    """One picture's (Kingma & Ba 2015), clamped to what can be shown; gradients times pixels, as ours."""

    def __init__(self, picture):
        self.picture, self.steps = picture, 0
        self.first, self.second = torch.zeros_like(picture), torch.zeros_like(picture)

    def step(self, gradient):
        self.steps += 1
        self.first.mul_(0.9).add_(gradient, alpha=0.1)
        self.second.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        length = (self.second / (1 - 0.99**self.steps)).sqrt_().add_(1e-10)
        self.picture.addcdiv_(self.first, length, value=-0.02 / (1 - 0.9**self.steps)).clamp_(0, 1)


def gatys(job):
    """Steps of the optimisation from the content."""
    placed = placing(job)
    objective = Objective(job, placed)
    start = torch.from_numpy(weights.picture(job["pictures"][0], job["side"])).to(job["device"])
    if job["channels-last"]:
        start = start.to(memory_format=torch.channels_last)
    pixels = job["side"] ** 2

    def run():
        adam = Adam(start.clone(memory_format=torch.preserve_format))
        for _ in range(job["steps"]):
            x = adam.picture.detach().clone().requires_grad_()
            adam.step(torch.autograd.grad(objective(x), x)[0] * pixels)
        return finished(job, adam.picture)

    return NAME, run
