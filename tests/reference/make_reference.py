#!/usr/bin/env python3
"""Makes the files beside it: small networks with random weights, saved by PyTorch in the layouts
that Pastiche imports, and what PyTorch computes with them (expected.json).

They were made with Debian 13's python3-torch 2.6:  python3 make_reference.py
The random numbers are PyTorch's own, so another version may make other files; tests only compare
the numbers in expected.json with what Pastiche computes from the files beside it.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
HEIGHT, WIDTH = 32, 48
VGG = {"vgg16": [2, 2, 3, 3, 3], "vgg19": [2, 2, 4, 4, 4]}
CHANNELS = [4, 5, 6, 7, 8]


def picture():
    """{1, 3, H, W} in 0..1, by a formula that reference_test.cpp repeats."""
    values = [
        (c * 7 + y * 13 + x * 29) % 101 / 100
        for c in range(3) for y in range(HEIGHT) for x in range(WIDTH)
    ]
    return torch.tensor(values, dtype=torch.float32).view(1, 3, HEIGHT, WIDTH)


def randomise(module):
    """Weights that keep a signal alive through many layers, and biases that are not zero."""
    for name, tensor in module.named_parameters():
        if tensor.dim() == 4:
            nn.init.kaiming_normal_(tensor)
        elif name.endswith("weight"):
            nn.init.uniform_(tensor, 0.5, 1.5)
        else:
            nn.init.uniform_(tensor, -0.1, 0.3)


class Vgg(nn.Module):
    """torchvision's layout: zero padding, `features` and `classifier`."""

    def __init__(self, blocks):
        super().__init__()
        layers, self.names, channels = [], {}, 3
        for block, count in enumerate(blocks):
            for k in range(count):
                layers += [nn.Conv2d(channels, CHANNELS[block], 3, padding=1), nn.ReLU()]
                self.names[len(layers) - 1] = f"relu{block + 1}_{k + 1}"
                channels = CHANNELS[block]
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Linear(channels, 4))

    def forward(self, x):
        mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
        deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
        x, found = (x - mean) / deviation, {}
        for place, layer in enumerate(self.features):
            x = layer(x)
            if place in self.names:
                found[self.names[place]] = x
        return found


class Normalised(nn.Module):
    """Places in a Sequential: colours, then reflection padding, convolution, ReLU; to relu3_1."""

    def __init__(self):
        super().__init__()
        layers, self.names, channels = [nn.Conv2d(3, 3, 1)], {}, 3
        for block, count in enumerate([2, 2, 1]):
            if block:
                layers.append(nn.MaxPool2d(2))
            for k in range(count):
                layers += [nn.ReflectionPad2d(1), nn.Conv2d(channels, CHANNELS[block], 3), nn.ReLU()]
                self.names[len(layers) - 1] = f"relu{block + 1}_{k + 1}"
                channels = CHANNELS[block]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        found = {}
        for place, layer in enumerate(self.body):
            x = layer(x)
            if place in self.names:
                found[self.names[place]] = x
        return found


class Distilled(nn.Module):
    """By name, with 1x1 convolutions beside the network; to relu3_1."""

    def __init__(self):
        super().__init__()
        self.conv0 = nn.Conv2d(3, 3, 1)
        channels = 3
        for block, count in enumerate([2, 2, 1]):
            for k in range(count):
                name = f"conv{block + 1}{k + 1}"
                setattr(self, name, nn.Conv2d(channels, CHANNELS[block], 3))
                channels = CHANNELS[block]
            setattr(self, f"conv{block + 1}1_aux", nn.Conv2d(channels, 2 * channels, 1))

    def forward(self, x):
        x, found = self.conv0(x), {}
        for block, count in enumerate([2, 2, 1]):
            if block:
                x = F.max_pool2d(x, 2)
            for k in range(count):
                conv = getattr(self, f"conv{block + 1}{k + 1}")
                x = found[f"relu{block + 1}_{k + 1}"] = F.relu(conv(F.pad(x, [1] * 4, "reflect")))
        return found


class Padded(nn.Module):
    """A convolution under the name `conv2d`, after reflection padding, upsampling before it."""

    def __init__(self, channels, out, side, stride=1, upsample=1):
        super().__init__()
        self.conv2d = nn.Conv2d(channels, out, side, stride)
        self.pad, self.upsample = side // 2, upsample

    def forward(self, x):
        if self.upsample > 1:
            x = F.interpolate(x, scale_factor=self.upsample, mode="nearest")
        return self.conv2d(F.pad(x, [self.pad] * 4, "reflect"))


class Residual(nn.Module):
    def __init__(self, channels, statistics):
        super().__init__()
        self.conv1 = Padded(channels, channels, 3)
        self.in1 = nn.InstanceNorm2d(channels, affine=True, track_running_stats=statistics)
        self.conv2 = Padded(channels, channels, 3)
        self.in2 = nn.InstanceNorm2d(channels, affine=True, track_running_stats=statistics)

    def forward(self, x):
        return self.in2(self.conv2(F.relu(self.in1(self.conv1(x))))) + x


class Transformer(nn.Module):
    """The layout of PyTorch's fast_neural_style example; works on 0..255."""

    def __init__(self, width, statistics):
        super().__init__()
        sizes = [width, 2 * width, 4 * width, 2 * width, width]
        for i, channels in enumerate(sizes):
            norm = nn.InstanceNorm2d(channels, affine=True, track_running_stats=statistics)
            setattr(self, f"in{i + 1}", norm)
        self.conv1 = Padded(3, width, 9)
        self.conv2 = Padded(width, 2 * width, 3, 2)
        self.conv3 = Padded(2 * width, 4 * width, 3, 2)
        for i in range(5):
            setattr(self, f"res{i + 1}", Residual(4 * width, statistics))
        self.deconv1 = Padded(4 * width, 2 * width, 3, upsample=2)
        self.deconv2 = Padded(2 * width, width, 3, upsample=2)
        self.deconv3 = Padded(width, 3, 9)

    def forward(self, x):
        x = 255 * x
        for i in (1, 2, 3):
            x = F.relu(getattr(self, f"in{i}")(getattr(self, f"conv{i}")(x)))
        for i in range(1, 6):
            x = getattr(self, f"res{i}")(x)
        x = F.relu(self.in4(self.deconv1(x)))
        x = F.relu(self.in5(self.deconv2(x)))
        return {"output": self.deconv3(x) / 255}


def save(name, network, legacy=False, wrap=lambda state: state):
    state = getattr(network, "body", network).state_dict()
    torch.save(wrap(state), HERE / f"{name}.pth", _use_new_zipfile_serialization=not legacy)


def expected(network, layers):
    # Instance norm with statistics would use them in evaluation mode; the published files were
    # made by a PyTorch that did not keep any, so the network computes as in training.
    with torch.no_grad():
        found = network.train()(picture())
    return {
        layer: {"shape": list(found[layer].shape),
                "values": [float(f"{v:.8g}") for v in found[layer].flatten().tolist()]}
        for layer in layers
    }


def main():
    torch.manual_seed(2)
    cases = [
        ("vgg16", Vgg(VGG["vgg16"]), ["relu3_3", "relu4_2", "relu5_3"], {}),
        ("vgg19", Vgg(VGG["vgg19"]), ["relu3_1", "relu4_4", "relu5_4"], {"legacy": True}),
        ("normalised", Normalised(), ["relu2_2", "relu3_1"], {"legacy": True}),
        ("distilled", Distilled(), ["relu2_2", "relu3_1"],
         {"wrap": lambda state: {"epoch": 3, "model": state}}),
        ("transformer", Transformer(2, False), ["output"], {}),
        ("transformer-statistics", Transformer(2, True), ["output"], {"legacy": True}),
    ]
    numbers = {}
    for name, network, layers, options in cases:
        randomise(network)
        numbers[name] = expected(network, layers)
        save(name, network, **options)
    (HERE / "expected.json").write_text(json.dumps(numbers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
