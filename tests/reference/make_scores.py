#!/usr/bin/env python3
"""Makes scores.json beside it: the measures of generators (data/manual/evaluate.md) in NumPy, of the
small generator and LeNet that make_generators.py made, beside pictures by a formula.

It was made with Debian 13's python3-torch 2.6:  python3 make_scores.py
With a generator's .pth and a LeNet's, real pictures as IDX files (images, labels) and a number of
samples it prints the measures of those instead: they should be what `pastiche evaluate generator`
says.
"""

import gzip
import json
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

from make_generators import LeNet, mlp

HERE = pathlib.Path(__file__).parent
MASK = (1 << 64) - 1


def mt19937_64(seed):
    """Nishimura & Matsumoto's 64-bit Mersenne twister."""
    state = [seed & MASK]
    for i in range(1, 312):
        state.append((6364136223846793005 * (state[-1] ^ state[-1] >> 62) + i) & MASK)
    while True:
        for i in range(312):
            x = state[i] & 0xFFFFFFFF80000000 | state[(i + 1) % 312] & 0x7FFFFFFF
            state[i] = state[(i + 156) % 312] ^ x >> 1 ^ (0xB5026F5AA96619E9 if x & 1 else 0)
        for x in state:
            x ^= x >> 29 & 0x5555555555555555
            x ^= x << 17 & 0x71D67FFFEDA60000
            x ^= x << 37 & 0xFFF7EEE000000000
            yield x ^ x >> 43


def latents(seed, count, size):
    """Box & Muller's normal numbers, a twister for each latent."""
    rows = []
    for i in range(count):
        bits = mt19937_64(seed + i)
        uniform = lambda: ((next(bits) >> 11) + 0.5) / 2**53
        rows.append([np.sqrt(-2 * np.log(uniform())) * np.cos(2 * np.pi * uniform()) for _ in range(size)])
    return torch.tensor(rows, dtype=torch.float32)


def shuffled(count, seed):
    """Places sorted by SplitMix64."""
    with np.errstate(over="ignore"):
        x = np.uint64(seed << 32) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return np.argsort(x ^ x >> np.uint64(31), kind="stable")


def classifier_score(logits):
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.exp(np.nan_to_num(p * np.log(p / p.mean(0))).sum(1).mean())


def frechet(a, b):
    c, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    crossed = np.sqrt(np.clip(np.linalg.eigvals(c @ d).real, 0, None)).sum()
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * crossed


def discrepancy(a, b):
    kernel = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    within = lambda k: (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
    return within(kernel(a, a)) + within(kernel(b, b)) - 2 * kernel(a, b).mean()


def kernel_distance(a, b):
    size = min(1000, len(a), len(b))
    if size == len(a) == len(b):
        return discrepancy(a, b), 0.0
    found = [discrepancy(a[shuffled(len(a), 2 * i + 1)[:size]], b[shuffled(len(b), 2 * i + 2)[:size]])
             for i in range(100)]  # fmt: skip
    return np.mean(found), np.std(found)


def distances(a, b):
    return np.sqrt(np.stack([((row - b) ** 2).sum(1) for row in a]))


def share_within(rows, of):
    radii = np.sort(distances(of, of), 1)[:, 3]  # the nearest is the row itself
    return (distances(rows, of) <= radii).any(1).mean()


def measures(samples, real, labels):
    (a, logits), (b, real_logits) = samples, real
    within_a, within_b = distances(a, a), distances(b, b)
    mean = lambda d: d.sum() / (len(d) * (len(d) - 1))
    kid, deviation = kernel_distance(a, b)
    return {
        "classifier-score": classifier_score(logits),
        "classifier-score-real": classifier_score(real_logits),
        "frechet-distance": frechet(a, b),
        "kernel-distance": kid,
        "kernel-distance-deviation": deviation,
        "precision": share_within(a, b),
        "recall": share_within(b, a),
        "diversity": mean(within_a) / mean(within_b),
        "nearest-distance": np.median(distances(a, b).min(1)),
        "nearest-distance-real": np.median(np.sort(within_b, 1)[:, 1]),
        "accuracy-real": (real_logits.argmax(1) == labels).mean(),
    }


def judged(lenet, pictures):
    rounded = torch.round(pictures.clamp(0, 1) * 255) / 255
    with torch.no_grad():
        features, logits = lenet(rounded)
    return features.double().numpy(), logits.double().numpy()


def scores(generator, lenet, latent, pictures, labels, count, seed=1):
    """`pictures` {N, H, W} uint8"""
    order = shuffled(len(pictures), seed)[:count]
    with torch.no_grad():
        made = (generator(latents(seed, count, latent)) + 1) / 2
    side = int(made.shape[1] ** 0.5)
    real = torch.tensor(pictures[order]).float().unsqueeze(1) / 255
    real = F.interpolate(real, (side, side), mode="bilinear", antialias=True)
    found = measures(judged(lenet, made.view(-1, 1, side, side)), judged(lenet, real), labels[order])
    return {name: float(f"{value:.9g}") for name, value in found.items()}


def drawn():
    """48 pictures of 9 px and their labels, by formulas that measure_generator_test.cpp repeats."""
    n, y, x = np.meshgrid(np.arange(48), np.arange(9), np.arange(9), indexing="ij")
    return ((n * 37 + y * y * 11 + x * 17 + n * x * y * 5) % 256).astype(np.uint8), np.arange(48) % 10


def load(network, file):
    network.load_state_dict(torch.load(file, weights_only=True, map_location="cpu"))
    return network.eval()


def read_idx(file, start):
    data = (gzip.open if file.endswith(".gz") else open)(file, "rb").read()
    return np.frombuffer(data, np.uint8, offset=start)


def main():
    if len(sys.argv) > 1:
        generator, lenet, images, labels, count = sys.argv[1:]
        pictures = read_idx(images, 16).reshape(-1, 28, 28)
        found = scores(load(mlp(64, 256, 784), generator), load(LeNet(), lenet), 64, pictures,
                       read_idx(labels, 8), int(count))  # fmt: skip
        print(json.dumps(found, indent=1))
        return
    generator = load(mlp(5, 12, 36), HERE / "generator-mlp.pth")
    found = scores(generator, load(LeNet((2, 3, 6), 5), HERE / "lenet.pth"), 5, *drawn(), 60)
    (HERE / "scores.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
