"""How well time and memory are foretold: for eleven calls that nothing was calibrated on, what `--dry-run` says beside
what the call then takes (the fact "seconds", and the peak of resident memory).

    python3 tests/bench/predict.py build/.../pastiche [NAME...]

In a cache of its own; each call is foretold once before, so that its costs are known, then again: that counts. The
machine should be idle. With names only those calls. Fails if one is off by more than 15 %.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
from PIL import Image

CALLS = {
    "fast-200": ("fast-style", 200, []),
    "fast-1500": ("fast-style", 1500, []),
    "fast-4000": ("fast-style", 4000, []),
    "fast-2000-fp32": ("fast-style", 2000, ["--precision", "fp32"]),
    "fast-3000-tight": ("fast-style", 3000, ["--memory", "600"]),
    "fast-900-refined": ("fast-style", 900, ["--refine", "8"]),
    "gatys-300": ("gatys", 300, ["--size", "300", "--steps", "25"]),
    "gatys-700-lbfgs": ("gatys", 1200, ["--size", "700", "--steps", "8", "--optimiser", "lbfgs"]),
    "gatys-1500-bf16": ("gatys", 1500, ["--size", "0", "--steps", "3", "--precision", "bf16", "--loss", "gram"]),
    "gatys-2500-tight": ("gatys", 2500, ["--size", "0", "--min-size", "2500", "--steps", "2", "--memory", "1200"]),
    "texture-1800": ("texture", 0, ["--width", "1800", "--height", "1200"]),
}  # fmt: skip
BOUND = 0.15


def picture(folder, name, width):
    """Of many sizes of detail, three by two."""
    random = numpy.random.default_rng(width)
    small = random.integers(0, 255, (width // 30 + 2, width // 20 + 2, 3), dtype=numpy.uint8)
    path = folder / name
    Image.fromarray(small).resize((width, width * 2 // 3), Image.BICUBIC).save(path, quality=92)
    return path


def words_of(call, folder):
    name, width, settings = call
    pictures = [picture(folder, "content.jpg", width)] if width else []
    if name == "gatys":
        pictures.append(picture(folder, "style.jpg", 600))
    return [name, *pictures, *settings]


def run(pastiche, words, environment):
    """The JSON object a call prints, and its peak of resident memory in bytes."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([pastiche, *map(str, words), "--json"], stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        out.seek(0)
        answer = json.loads(out.read())
    if status != 0:
        sys.exit(f"{words}: {answer}")
    return answer, usage.ru_maxrss * 1024


def main(pastiche, *names):
    worst = 0
    print(f"{'':18}{'seconds':>9}{'foretold':>10}{'':>8}{'MiB':>8}{'foretold':>10}")
    for name in names or CALLS:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
            words = words_of(CALLS[name], folder)
            run(pastiche, [*words, "--dry-run"], environment)
            told = run(pastiche, [*words, "--dry-run"], environment)[0]["predictions"][0]
            made, peak = run(pastiche, [*words, "-o", folder / "out.jpg"], environment)
        seconds = float(made["outputs"][0]["recipe"]["facts"]["seconds"])
        late, more = told["seconds"] / seconds - 1, told["bytes"] / peak - 1
        worst = max(worst, abs(late), abs(more))
        print(f"{name:18}{seconds:9.2f}{told['seconds']:10.2f}{100 * late:+7.0f}%{peak / 2**20:8.0f}"
              f"{told['bytes'] / 2**20:10.0f}{100 * more:+7.0f}%", flush=True)
    print(f"worst: {100 * worst:.0f} %")
    return worst > BOUND


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
