#!/usr/bin/env python3
"""Makes generator-*.pth, vae.pth, lenet.pth, torchscript-*.pt and generators.json beside it: small
networks with random weights, saved by PyTorch in the layouts that Pastiche imports, and what
PyTorch computes with them.

They were made with Debian 13's python3-torch 2.6:  python3 make_generators.py [FOLDER]
With the folder of the published MNIST networks, a few numbers computed with those are added.
"""

import json
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent

# Inputs by formulas that imported_generators_test.cpp repeats.


def latents(count, size):
    values = [((i * 37 + k * 11) % 41 - 20) / 10 for i in range(count) for k in range(size)]
    return torch.tensor(values).view(count, size)


def pictures(count, side):
    values = [(n * 17 + y * 13 + x * 29) % 101 / 100 for n in range(count) for y in range(side) for x in range(side)]
    return torch.tensor(values).view(count, 1, side, side)


def mlp(latent, width, pixels):
    return nn.Sequential(nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
                         nn.Linear(width, pixels), nn.Tanh())  # fmt: skip


class Vae(nn.Module):
    def __init__(self, pixels=784, width=400, latent=20):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(pixels, width), nn.Linear(width, latent), nn.Linear(width, latent)
        self.fc3, self.fc4 = nn.Linear(latent, width), nn.Linear(width, pixels)

    def encode(self, x):
        hidden = F.relu(self.fc1(x.flatten(1)))
        return self.fc21(hidden), self.fc22(hidden)

    def forward(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))


class Dcgan(nn.Module):
    """The layout of PyTorch's example and tutorial, 16 px."""

    def __init__(self, latent, width):
        super().__init__()
        conv = lambda i, o, stride: nn.ConvTranspose2d(i, o, 4, stride, stride - 1, bias=False)
        self.main = nn.Sequential(conv(latent, 2 * width, 1), nn.BatchNorm2d(2 * width), nn.ReLU(),
                                  conv(2 * width, width, 2), nn.BatchNorm2d(width), nn.ReLU(),
                                  conv(width, 3, 2), nn.Tanh())  # fmt: skip

    def forward(self, z):
        return self.main(z[:, :, None, None])


class LeNet(nn.Module):
    """Reads 32 px, to which PyTorch's own resampling brings the pictures."""

    def __init__(self, widths=(6, 16, 120), features=84):
        super().__init__()
        c1, c3, c5 = widths
        self.convnet = nn.ModuleDict({"c1": nn.Conv2d(1, c1, 5), "c3": nn.Conv2d(c1, c3, 5), "c5": nn.Conv2d(c3, c5, 5)})
        self.fc = nn.ModuleDict({"f6": nn.Linear(c5, features), "f7": nn.Linear(features, 10)})

    def forward(self, x):
        x = F.interpolate(x, (32, 32), mode="bilinear", antialias=True)
        for name in ("c1", "c3"):
            x = F.max_pool2d(F.relu(self.convnet[name](x)), 2)
        features = F.relu(self.fc["f6"](F.relu(self.convnet["c5"](x)).flatten(1)))
        return features, self.fc["f7"](features)


class FromMap(nn.Module):
    """A TorchScript module that takes {N, latent, 1, 1}."""

    def __init__(self):
        super().__init__()
        self.conv = nn.ConvTranspose2d(4, 3, 8)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.conv(z))


def randomise(module):
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if name.endswith("running_var"):
            nn.init.uniform_(tensor, 0.5, 2)
        elif tensor.dim() > 1:
            nn.init.xavier_normal_(tensor, 1.4)
        elif tensor.dim() == 1:
            nn.init.uniform_(tensor, -0.3, 0.7)
    return module.eval()


def rows(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.8g}") for v in tensor.flatten().tolist()]}


def of_generator(network, latent, count, side):
    made = network(latents(count, latent))
    signed = bool((made < 0).any())
    return {"picture": rows(((made + 1) / 2 if signed else made).view(count, -1, side, side))}


def of_vae(network, latent, count, side):
    mean, log_variance = network.encode(pictures(count, side))
    return {**of_generator(network, latent, count, side), "mean": rows(mean), "log_variance": rows(log_variance)}


def of_lenet(network, count, side):
    features, logits = network(pictures(count, side))
    return {"features": rows(features), "logits": rows(logits)}


def published(folder):
    load = lambda name: torch.load(folder / name, weights_only=True, map_location="cpu")
    gan, vae, lenet = mlp(64, 256, 784), Vae(), LeNet()
    gan.load_state_dict(load("gan_mlp_G--300.ckpt"))
    vae.load_state_dict(load("vae_epoch_25.pth"))
    lenet.load_state_dict(load("lenet_acc0.991.pth"))
    return {
        "gan_mlp_G--300.ckpt": of_generator(gan, 64, 2, 28),
        "vae_epoch_25.pth": of_vae(vae, 20, 2, 28),
        "lenet_acc0.991.pth": of_lenet(lenet, 2, 28),
    }


def main():
    torch.manual_seed(4)
    gan, vae, dcgan = (randomise(n) for n in (mlp(5, 12, 36), Vae(25, 12, 3), Dcgan(6, 4)))
    lenet, flat, mapped = (randomise(n) for n in (LeNet((2, 3, 6), 5), mlp(3, 4, 27), FromMap()))
    wrapped = {"module." + name: tensor for name, tensor in dcgan.state_dict().items()}
    torch.save(gan.state_dict(), HERE / "generator-mlp.pth", _use_new_zipfile_serialization=False)
    torch.save(vae.state_dict(), HERE / "vae.pth")
    torch.save(wrapped, HERE / "generator-dcgan.pth")
    torch.save(lenet.state_dict(), HERE / "lenet.pth")
    torch.jit.script(flat).save(str(HERE / "torchscript-flat.pt"))
    torch.jit.script(mapped).save(str(HERE / "torchscript-map.pt"))
    with torch.no_grad():
        numbers = {
            "generator-mlp.pth": of_generator(gan, 5, 3, 6),
            "vae.pth": of_vae(vae, 3, 3, 5),
            "generator-dcgan.pth": of_generator(dcgan, 6, 2, 16),
            "lenet.pth": of_lenet(lenet, 2, 28),
            "torchscript-flat.pt": of_generator(flat, 3, 2, 3),
            "torchscript-map.pt": of_generator(lambda z: mapped(z[:, :, None, None]), 4, 2, 8),
        }
        if len(sys.argv) > 1:
            numbers["published"] = published(pathlib.Path(sys.argv[1]))
    (HERE / "generators.json").write_text(json.dumps(numbers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
