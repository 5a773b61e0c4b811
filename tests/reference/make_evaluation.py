#!/usr/bin/env python3
"""Makes squeezenet.net, decoder-*.pth and evaluation.json beside it: small networks with random
weights in the layouts that Pastiche imports, and what NumPy and PyTorch compute with them.

They were made with Debian 13's python3-torch 2.6:  python3 make_evaluation.py [REAL.net]
With the published compressed_SqueezeNet.net, a few numbers computed with that are added.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent

# Pictures {1, 3, H, W} in 0..1, by formulas that evaluate_test.cpp repeats.


def drawn(height, width, value):
    grid = [[[value(c, y, x) for x in range(width)] for y in range(height)] for c in range(3)]
    return torch.tensor(grid, dtype=torch.float32).unsqueeze(0)


def content():
    return drawn(44, 60, lambda c, y, x: (c * 7 + y * 13 + x * 29) % 101 / 100)


def style():
    return drawn(52, 40, lambda c, y, x: (c * 31 + y * 17 + x * 5 + x * y) % 97 / 96)


def result():
    return drawn(44, 60, lambda c, y, x: 0.5 * ((c * 7 + y * 13 + x * 29) % 101 / 100)
                 + 0.5 * ((c * 11 + y * 7 + x * 3) % 53 / 52))  # fmt: skip


# SqueezeNet 1.0 in Deep Compression's format.

CONVOLUTIONS = [("conv1", 96, 3, 7)]
for fire, (before, squeeze, expand) in enumerate(
    [(96, 16, 64), (128, 16, 64), (128, 32, 128), (256, 32, 128),
     (256, 48, 192), (384, 48, 192), (384, 64, 256), (512, 64, 256)], 2):  # fmt: skip
    CONVOLUTIONS += [(f"fire{fire}_squeeze", squeeze, before, 1),
                     (f"fire{fire}_expand1", expand, squeeze, 1),
                     (f"fire{fire}_expand3", expand, squeeze, 3)]  # fmt: skip
CONVOLUTIONS.append(("conv_final", 1000, 512, 1))


def write_net(path, entries=800):
    random = np.random.RandomState(3)
    parts, counts = b"", []
    for name, out, into, side in CONVOLUTIONS:
        fan = into * side * side
        count = min(entries, out * fan // 16)
        counts.append(count)
        codebook = random.normal(0, 5 / np.sqrt(fan), 256)
        codebook[0] = 1 / fan
        if name == "conv1":
            codebook /= 128  # its input goes to 255
        gaps = random.randint(0, 16, count + count % 2).astype(np.uint8)
        gaps[count:] = 0
        parts += codebook.astype("<f4").tobytes()
        parts += random.uniform(-0.1, 0.1, out).astype("<f4").tobytes()
        parts += random.randint(0, 256, count).astype(np.uint8).tobytes()
        parts += (gaps[0::2] | gaps[1::2] << 4).astype(np.uint8).tobytes()
    path.write_bytes(np.array(counts, "<u4").tobytes() + parts)


def read_net(path):
    data = path.read_bytes()
    counts = np.frombuffer(data, "<u4", len(CONVOLUTIONS))
    at, weights = 4 * len(CONVOLUTIONS), {}
    for count, (name, out, into, side) in zip(counts.tolist(), CONVOLUTIONS):
        codebook = np.frombuffer(data, "<f4", 256, at)
        bias = np.frombuffer(data, "<f4", out, at + 1024)
        at += 1024 + 4 * out
        codes = np.frombuffer(data, np.uint8, count, at)
        packed = np.frombuffer(data, np.uint8, (count + 1) // 2, at + count)
        at += count + len(packed)
        gaps = np.stack([packed & 15, packed >> 4], 1).reshape(-1)[:count].astype(np.int64)
        weight = np.full(out * into * side * side, codebook[0])
        weight[np.cumsum(gaps + 1) - 1] = codebook[codes]
        weights[name] = torch.tensor(weight.reshape(out, into, side, side)), torch.tensor(bias.copy())
    assert at == len(data)
    return weights


def squeezenet(weights, x):
    """All layers of a picture in 0..1."""
    conv = lambda name, x, **how: F.relu(F.conv2d(x, *weights[name], **how))
    mean = torch.tensor([104.0, 117.0, 123.0]).view(1, 3, 1, 1)
    found = {"conv1": conv("conv1", 255 * x.flip(1) - mean, stride=2)}
    x = F.max_pool2d(found["conv1"], 3, 2, ceil_mode=True)
    for fire in range(2, 10):
        name = f"fire{fire}"
        x = conv(name + "_squeeze", x)
        x = torch.cat([conv(name + "_expand1", x), conv(name + "_expand3", x, padding=1)], 1)
        found[name] = x
        if fire in (4, 8):
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
    found["logits"] = conv("conv_final", x, padding=1).mean([2, 3])
    return found


def samples(layers, count):
    """Each layer's shape, and every so many-th of its values."""
    rows = {}
    for name, values in layers.items():
        stride = max(1, values.numel() // count)
        rows[name] = {"shape": list(values.shape), "stride": stride,
                      "values": [float(f"{v:.7g}") for v in values.flatten()[::stride].tolist()]}  # fmt: skip
    return rows


# The measures, in NumPy.


def moments(features):
    flat = features[0].flatten(1).double().numpy()
    return flat.mean(1), np.cov(flat, bias=True)


def gram(features):
    flat = features[0].flatten(1).double().numpy()
    return flat @ flat.T / flat.shape[1]


def gram_distance(a, b):
    return np.linalg.norm(gram(a) - gram(b)) / np.linalg.norm(gram(b))


def frechet_distance(a, b):
    (m, c), (n, d) = moments(a), moments(b)
    # The eigenvalues of C D are those of the symmetric product of roots.
    crossed = np.sqrt(np.clip(np.linalg.eigvals(c @ d).real, 0, None)).sum()
    return (((m - n) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * crossed) / ((n**2).sum() + np.trace(d))


def lab(rgb):
    """{pixels, 3}"""
    x = rgb[0].double().numpy().reshape(3, -1).T
    x = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    xyz = x @ np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                        [0.0193339, 0.1191920, 0.9503041]]).T / [0.95047, 1, 1.08883]  # fmt: skip
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def colour_distance(a, b, directions=32, quantiles=1024):
    a, b, total = lab(a), lab(b), 0
    for k in range(directions):
        z = (k + 0.5) / directions
        turn, radius = k * np.pi * (3 - np.sqrt(5)), np.sqrt(1 - z * z)
        direction = np.array([radius * np.cos(turn), radius * np.sin(turn), z])
        at = (np.arange(quantiles) + 0.5) / quantiles
        profile = [np.interp(at * len(x) - 0.5, np.arange(len(x)), np.sort(x @ direction)) for x in (a, b)]
        total += ((profile[0] - profile[1]) ** 2).mean() / directions
    return np.sqrt(3 * total)


def measures(weights):
    c, s, r = (squeezenet(weights, picture) for picture in (content(), style(), result()))
    return {
        "style-distance": float(np.mean([gram_distance(r[layer], s[layer])
                                         for layer in ("conv1", "fire2", "fire4", "fire6", "fire8")])),
        "sifid": float(frechet_distance(r["fire4"], s["fire4"])),
        "content-distance": float((r["fire7"] - c["fire7"]).norm() / c["fire7"].norm()),
        "colour-distance": float(colour_distance(result(), style())),
    }  # fmt: skip


# Decoders to relu3_1, and whitening and colouring with one of them.

CHANNELS = [("31", 6, 5), ("22", 5, 5), ("21", 5, 4), ("12", 4, 4), ("11", 4, 3)]
PLACES = [1, 5, 8, 12, 15]  # in the normalised ones' Sequential


def padded_conv(x, weight, bias):
    return F.conv2d(F.pad(x, [1] * 4, "reflect"), weight, bias)


def decode(weights, x, relu_at_end):
    for name, _, _ in CHANNELS:
        x = padded_conv(x, *weights[name])
        if relu_at_end or name != "11":
            x = F.relu(x)
        if name in ("31", "21"):
            x = F.interpolate(x, scale_factor=2, mode="nearest")
    return x


def features_of(encoder, x):
    """relu3_1 of normalised.pth: places in a Sequential."""
    x = F.conv2d(x, encoder["0.weight"], encoder["0.bias"])
    for place in (2, 5, 9, 12, 16):
        if place in (9, 16):
            x = F.max_pool2d(x, 2)
        x = F.relu(padded_conv(x, encoder[f"{place}.weight"], encoder[f"{place}.bias"]))
    return x


def power(covariance, exponent):
    values, vectors = np.linalg.eigh(covariance)
    values = np.clip(values, 1e-6 * values.max() if exponent < 0 else 0, None)
    return vectors @ np.diag(values**exponent) @ vectors.T


def wct(encoder, weights, x, target, ridge=0.5):
    own, theirs = features_of(encoder, x), features_of(encoder, target)
    (m, c), (n, d) = moments(own), moments(theirs)
    flat = own[0].flatten(1).double().numpy()
    moved = power(d, 0.5) @ power(c + ridge * np.eye(len(c)), -0.5) @ (flat - m[:, None]) + n[:, None]
    moved = torch.tensor(moved, dtype=torch.float32).view_as(own)
    return decode(weights, moved, False).clamp(0, 1)


def decoders():
    torch.manual_seed(5)
    weights = {}
    for name, into, out in CHANNELS:
        weight = torch.randn(out, into, 3, 3) * np.sqrt(1.2 / (9 * into))
        weights[name] = (weight, torch.rand(out) * 0.2) if name != "11" else (weight / 4, torch.full([out], 0.4))
    torch.save({f"conv{name}.{part}": tensor for name, both in weights.items()
                for part, tensor in zip(("weight", "bias"), both)}, HERE / "decoder-distilled.pth")  # fmt: skip
    torch.save({f"{place}.{part}": tensor for place, (name, _, _) in zip(PLACES, CHANNELS)
                for part, tensor in zip(("weight", "bias"), weights[name])}, HERE / "decoder-normalised.pth")  # fmt: skip
    code = [(c * 5 + y * 3 + x * 7) % 11 / 5 for c in range(6) for y in range(5) for x in range(7)]
    code = torch.tensor(code).view(1, 6, 5, 7)
    encoder = torch.load(HERE / "normalised.pth", weights_only=True)
    return {
        "decoder-distilled": samples({"output": decode(weights, code, True)}, 400),
        "decoder-normalised": samples({"output": decode(weights, code, False)}, 400),
        "wct": samples({"output": wct(encoder, weights, content(), style())}, 400),
    }


def main():
    write_net(HERE / "squeezenet.net")
    with torch.no_grad():
        weights = read_net(HERE / "squeezenet.net")
        numbers = {"squeezenet": samples(squeezenet(weights, content()), 40), "measures": measures(weights), **decoders()}
        if len(sys.argv) > 1:
            real = read_net(pathlib.Path(sys.argv[1]))
            layers = squeezenet(real, content())
            numbers["published"] = samples({n: layers[n] for n in ("conv1", "fire4", "fire9", "logits")}, 20)
    (HERE / "evaluation.json").write_text(json.dumps(numbers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
