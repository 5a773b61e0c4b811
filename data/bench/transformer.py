"""The network of fast-style, told once for every library: `paint` says what is computed, and `ops` how.

Johnson et al. 2016 with the conditional instance norm of Dumoulin et al. 2017; docs/formats/model.md
has the layout of the file.
"""

import weights


class Network:
    """The constants of one style of a model: `row` is its place among the scales and shifts."""

    def __init__(self, path, row, constant):
        tensors, _ = weights.read(path)
        self.residuals = sum(name.startswith("res") and name.endswith("_a.weight") for name in tensors)
        self.constants = {}
        for name, values in tensors.items():
            if name.endswith((".scale", ".shift")):
                values = values[row]
            if name.startswith("out_"):
                values = values / 255  # the network paints in 0..255
            self.constants[name] = constant(name, values)

    def __getitem__(self, name):
        return self.constants[name]


def paint(ops, net, x):
    """The painted picture of x {1, 3, H, W}; H and W are multiples of 4."""

    def layer(x, name, stride=1):
        y = ops.conv(x, net[name + ".weight"], net[name + ".bias"], stride)
        return ops.norm(y, net[name + ".scale"], net[name + ".shift"])

    for name, stride in [("down1", 1), ("down2", 2), ("down3", 2)]:
        x = ops.relu(layer(x, name, stride))
    for i in range(1, net.residuals + 1):
        x = ops.add(x, layer(ops.relu(layer(x, f"res{i}_a")), f"res{i}_b"))
    for name in ["up1", "up2"]:
        x = ops.relu(layer(ops.double(x), name))
    return ops.conv(x, net["out_weight"], net["out_bias"], 1)


class Counting:
    """Ops on shapes {C, H, W}: the multiplications and additions of the convolutions, as written."""

    def __init__(self):
        self.flop = 0

    def conv(self, x, weight, bias, stride):
        out, into, side, _ = weight
        shape = (out, x[1] // stride, x[2] // stride)
        self.flop += 2 * into * side * side * shape[0] * shape[1] * shape[2]
        return shape

    def norm(self, x, scale, shift):
        return x

    def relu(self, x):
        return x

    def add(self, x, y):
        return x

    def double(self, x):
        return (x[0], 2 * x[1], 2 * x[2])


def gflop(path, side):
    ops = Counting()
    paint(ops, Network(path, 0, lambda name, values: values.shape), (3, side, side))
    return ops.flop / 1e9
