"""Whether textures tile: how far the mean difference of neighbours over the wrapped border is from
that inside, along both axes, over several seeds.

    python3 tests/bench/seams.py build/.../pastiche MODEL 257x131x32 3000x2000x1

Prints a line for each texture and size; fails if one is beyond 5 %. A single small picture's border
has few pixels, so sizes come with a number of seeds.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

import numpy
from PIL import Image


def steps(pixels, axis):
    """The mean difference to the line before, of each line; first the one over the border."""
    return numpy.abs(pixels - numpy.roll(pixels, 1, axis)).mean(axis=(1 - axis, 2))


def measure(pastiche, model, texture, width, height, count, folder):
    subprocess.run([pastiche, "texture", "--model", model, "--texture", texture, "--width", width,
                    "--height", height, "--count", count, "--device", "cpu",
                    "-o", f"{folder}/made.png"], check=True)  # fmt: skip
    over, inside = 0, 0
    for name in glob.glob(f"{folder}/made*.png"):
        pixels = numpy.asarray(Image.open(name).convert("RGB"), dtype=numpy.float32)
        for axis in (0, 1):
            lines = steps(pixels, axis)
            over, inside = over + lines[0], inside + lines[1:].mean()
        os.remove(name)
    return over / inside


def main(pastiche, model, sizes):
    info = subprocess.run([pastiche, "models", "list", "--json"], capture_output=True, check=True)
    models = json.loads(info.stdout)["models"]
    textures = next(row["styles"] for row in models if row["name"] == model)
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            for texture in textures:
                ratio = measure(pastiche, model, texture, *size.split("x"), folder)
                worst = max(worst, abs(ratio - 1))
                print(f"{texture:16} {size:12} {100 * (ratio - 1):+.1f} %", flush=True)
    return 0 if worst <= 0.05 else 1


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
