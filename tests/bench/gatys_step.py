"""One step of `gatys` written in PyTorch, as a user of PyTorch would: the same encoder, the same
losses (Wasserstein or Gram over relu1_1..relu5_1, content at relu4_1, total variation), autograd
and Adam; eager, channels-last and bf16.

    python3 tests/bench/gatys_step.py ENCODER.safetensors [SIDE [STEPS]]

Prints the median milliseconds of a step, kind by kind; `step_of()` serves other scripts.
"""

import json
import struct
import sys
import time

import numpy
import torch
import torch.nn.functional as F

KINDS = {
    "eager": (torch.float32, torch.contiguous_format),
    "channels-last": (torch.float32, torch.channels_last),
    "bf16": (torch.bfloat16, torch.channels_last),
}
STYLE_LAYERS = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
CONTENT_LAYER = "relu4_1"


def read_weights(path):
    """A safetensors file's tensors as float32."""
    types = {"F16": numpy.float16, "F32": numpy.float32}
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: torch.from_numpy(numpy.frombuffer(data[slice(*row["data_offsets"])],
                                                    types[row["dtype"]]).astype(numpy.float32)
                                   .reshape(row["shape"]))
            for name, row in header.items()}  # fmt: skip


class Encoder(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.names = sorted(n[4:-7] for n in weights if n.startswith("conv") and n.endswith("weight"))
        for name in ["input"] + ["conv" + n for n in self.names]:
            weight = weights[name + ".weight"]
            conv = torch.nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2],
                                   padding=weight.shape[2] // 2, padding_mode="reflect")  # fmt: skip
            conv.load_state_dict({"weight": weight, "bias": weights[name + ".bias"]})
            self.add_module(name, conv)
        self.requires_grad_(False)

    def forward(self, x):
        features, x, block = {}, self.input(x), "1"
        for name in self.names:
            if name[0] != block:
                x, block = F.max_pool2d(x, 2), name[0]
            x = F.relu(getattr(self, "conv" + name)(x), inplace=True)
            features["relu" + name] = x
        return features


def moments(features):
    rows = features.float().flatten(2)[0]
    mean = rows.mean(1, keepdim=True)
    centred = rows - mean
    return mean, centred @ centred.T / rows.shape[1]


def root(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp_min(0).sqrt()) @ vectors.T


class StyleLoss:
    def __init__(self, kind, mean, covariance):
        self.kind, self.mean, self.covariance = kind, mean, covariance
        self.gram = covariance + mean @ mean.T
        self.size = self.gram.square().sum() if kind == "gram" else self.gram.trace()
        eye = torch.eye(len(mean), dtype=torch.float64)
        self.ridge = 1e-3 * covariance.double().trace() / len(mean) * eye
        self.regular = covariance.double() + self.ridge
        self.root = root(self.regular)

    def __call__(self, mean, covariance):
        if self.kind == "gram":
            return (covariance + mean @ mean.T - self.gram).square().sum() / self.size
        regular = covariance.double() + self.ridge
        cross = torch.linalg.eigvalsh(self.root @ regular @ self.root).clamp_min(1e-12).sqrt().sum()
        spread = regular.trace() + self.regular.trace() - 2 * cross
        return ((mean - self.mean).square().sum() + spread.float()) / self.size


def step_of(weights, kind, content, style, loss="wasserstein", content_weight=0.04, tv_weight=2.0):
    """A function that makes one step and returns the loss; `content` and `style` are {1, 3, H, W}."""
    dtype, layout = KINDS[kind]
    encoder = Encoder(weights).to(dtype=dtype, memory_format=layout)

    def look(x):
        return encoder(x.to(dtype=dtype, memory_format=layout))

    with torch.no_grad():
        seen = look(style)
        styles = {layer: StyleLoss(loss, *moments(seen[layer])) for layer in STYLE_LAYERS}
        target = look(content)[CONTENT_LAYER].float()
        size = target.square().mean()
    x = content.clone().requires_grad_()
    adam = torch.optim.Adam([x], lr=0.02, betas=(0.9, 0.99), eps=1e-10)

    def step():
        adam.zero_grad()
        features = look(x)
        total = sum(styles[layer](*moments(features[layer])) for layer in STYLE_LAYERS) / 5
        total = total + content_weight * (features[CONTENT_LAYER].float() - target).square().mean() / size
        total = total + tv_weight * sum(x.diff(dim=dim).square().mean() for dim in (2, 3))
        total.backward()
        adam.step()
        with torch.no_grad():
            x.clamp_(0, 1)
        return float(total)

    return step


def main(path, side=512, steps=7):
    torch.manual_seed(0)
    pictures = [F.interpolate(torch.rand(1, 3, 32, 32), (int(side),) * 2, mode="bicubic").clamp(0, 1)
                for _ in range(2)]  # fmt: skip
    steps_of = {kind: step_of(read_weights(path), kind, *pictures) for kind in KINDS}
    taken = {kind: [] for kind in KINDS}
    for _ in range(int(steps) + 1):
        for kind, step in steps_of.items():
            start = time.perf_counter()
            step()
            taken[kind].append(1000 * (time.perf_counter() - start))
    for kind, times in taken.items():
        print(f"{kind:14} {numpy.median(times[1:]):8.1f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
