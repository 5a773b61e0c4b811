"""How much memory the command takes for a large picture, and whether it takes longer for its size: fast-style on 100
megapixels beside 4, PNG in and out, by default and with little memory.

    python3 tests/bench/peak.py build/.../pastiche [SETTING=VALUE...]

Prints a line for each size, with the median time of five runs of 4 megapixels; fails if 100 megapixels take more than
2 GiB, or more than 1.3 times the time of 4 for each megapixel. Takes some minutes, and 8 GiB for a temporary file. The
time is that of the filter alone.
"""

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile

import numpy
from PIL import Image

SIDES = [(2450, 1633, 5), (12000, 8334, 1)]  # 4 and 100 megapixels, and how often
GIB = 2**30


def draw(width, height, path):
    """Blobs of colour with a grain, some rows at a time: about as hard to pack as a photo."""
    random = numpy.random.default_rng(1)
    coarse = Image.fromarray(random.integers(0, 256, (height // 97, width // 97, 3), dtype=numpy.uint8))
    picture = coarse.resize((width, height), Image.Resampling.BICUBIC)
    for top in range(0, height, 500):
        part = picture.crop((0, top, width, min(top + 500, height)))
        grain = random.integers(-2, 3, (part.height, width, 3))
        part = numpy.clip(numpy.asarray(part, dtype=numpy.int16) + grain, 0, 255).astype(numpy.uint8)
        picture.paste(Image.fromarray(part), (0, top))
    picture.save(path, compress_level=1)


def measure(command):
    """Peak resident bytes, and the seconds that the filter took."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    told = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss * 1024, float(json.loads(told)["outputs"][0]["recipe"]["facts"]["seconds"])


def main(pastiche, settings):
    flags = [word for setting in settings for word in ("--" + setting).split("=", 1)]
    good = True
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for width, height, _ in SIDES:
            # Apart: a command's peak is no less than that of the process that starts it.
            drawing = multiprocessing.Process(target=draw, args=(width, height, f"{folder}/{width}.png"))
            drawing.start()
            drawing.join()
        for memory in ("0", "2048"):
            rates = []
            for width, height, times in SIDES:
                size = width * height / 1e6
                command = [pastiche, "fast-style", f"{folder}/{width}.png", "-o", f"{folder}/out.png", "--memory", memory]
                runs = [measure([*command, "--json", *flags]) for _ in range(times)]
                peak = max(peak for peak, _ in runs)
                rates.append(statistics.median(seconds for _, seconds in runs) / size)
                good &= peak <= 2 * GIB
                print(f"memory {memory:>4}, {size:5.1f} megapixels: peak {peak / 2**20:5.0f} MiB, "
                      f"{rates[-1]:.3f} s a megapixel", flush=True)  # fmt: skip
            good &= rates[1] <= 1.3 * rates[0]
            print(f"memory {memory:>4}: {rates[1] / rates[0]:.2f} times the time of 4 for each megapixel")
    return 0 if good else 1


sys.exit(main(sys.argv[1], sys.argv[2:]))
