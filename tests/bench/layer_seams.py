"""Whether a layer that is painted in parts shows it, in GIMP on the real computing library: fast-style and a few steps of
gatys on a layer of 5000 x 3000 with little memory. Every row and column is looked at, for tile borders may lie anywhere:
how far the mean step to the line before is from that of the lines around it, in their own deviations.

    ./run exec env PYTHONPATH=tests:tests/plugin PASTICHE_BUILD="$PWD/build/trixie" PASTICHE_SOURCE="$PWD" \\
      python3 tests/bench/layer_seams.py OUT_FOLDER [PICTURE]

Keeps the painted layers in the folder, to be looked at. Prints for each the furthest line, beside that of the picture
itself; fails if a painted one's is beyond both that and 6 deviations. Takes some minutes.
"""

import pathlib
import subprocess
import sys

import numpy
from PIL import Image

from gimp_stage import Stage

SIZE = "5000x3000"
# Each in a fraction of what it takes in one piece.
CALLS = {
    "fast-style": '#:memory 400 #:device "cpu"',
    "gatys": '#:style-file "{style}" #:size 5000 #:min-size 5000 #:steps 2 #:first-steps 2 #:memory 2300 #:device "cpu"',
}


def paint(stage, filter, arguments, picture, out):
    batch = f"""(begin (script-fu-use-v3)
      (let* ((image (gimp-file-load RUN-NONINTERACTIVE "{picture}")))
        (plug-in-pastiche-{filter} #:image image #:drawables (gimp-image-get-selected-drawables image)
          #:output "replace" {arguments})
        (file-png-export #:run-mode RUN-NONINTERACTIVE #:image image #:file "{out}" #:compression 1)))"""
    status, said = stage.run(" ".join(batch.split()))
    if status != 0:
        sys.exit(f"{filter} failed:\n{said}")


def furthest(pixels, axis, around=24):
    """Of all lines the one whose step stands out most: its place, and by how many deviations."""
    steps = numpy.abs(numpy.diff(pixels, axis=axis)).mean(axis=(1 - axis, 2))
    windows = numpy.lib.stride_tricks.sliding_window_view(steps, 2 * around + 1)
    middle = numpy.median(windows, axis=1)
    spread = 1.4826 * numpy.median(numpy.abs(windows - middle[:, None]), axis=1) + 1e-3
    off = numpy.abs(steps[around:-around] - middle) / spread
    return int(off.argmax()) + around + 1, float(off.max())


def report(name, path):
    pixels = numpy.asarray(Image.open(path).convert("RGB"), dtype=numpy.float32)
    found = {kind: furthest(pixels, axis) for kind, axis in [("row", 0), ("column", 1)]}
    for kind, (place, off) in found.items():
        print(f"{name:12} {kind:6} {place:5}: {off:.1f} deviations", flush=True)
    return found


def main(folder, picture=None):
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    layer, style = folder / "layer.png", folder / "style.png"
    shape = [picture, "-resize", SIZE + "!"] if picture else ["-size", SIZE, "-seed", "1", "plasma:tomato-steelblue"]
    subprocess.run(["magick", *shape, "-depth", "8", layer], check=True)
    subprocess.run(["magick", "-size", "512x384", "-seed", "2", "plasma:fractal", "-paint", "6", style], check=True)
    before = report("the layer", layer)
    good = True
    stage = Stage("real")
    try:
        for filter, arguments in CALLS.items():
            out = folder / f"{filter}.png"
            paint(stage, filter, arguments.format(style=style), layer, out)
            for kind, (_, off) in report(filter, out).items():
                good &= off <= max(6, before[kind][1])
    finally:
        stage.remove()
    return 0 if good else 1


sys.exit(main(*sys.argv[1:]))
