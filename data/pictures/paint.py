#!/usr/bin/env python3
"""Paints the pictures that the dialogs in GIMP show, with the bundled fast-style model and from the
sample pictures, which were drawn by this project: ./run exec data/pictures/paint.py

data/pictures/sample.jpg    what styles are shown on: a detail of the landscape
models/thumbnails/NAME.jpg  the sample in each style
data/gallery/NAME.jpg       eight pictures to take a style from

Needs the `pastiche` command and ImageMagick; takes a minute of one core."""

import json
import subprocess
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MODEL = "pastiche-styles"
SAMPLE = TOP / "data/pictures/sample.jpg"
DETAIL = "760x760+330+180"  # of the landscape: village, boat and mountains
THUMBNAIL, QUALITY = 192, 85  # px
PICTURES = ["landscape.jpg", "still-life.jpg"]  # of data/pictures, in turn
LONGEST, COUNT, KILOBYTES = 560, 8, 48  # px; pictures; of each at most


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout


def paint(picture, style, size, output):
    run("pastiche", "fast-style", picture, "-o", output, "--model", MODEL, "--style", style,
        "--size", size, "--device", "cpu")


def empty(folder):
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    return folder


def main():
    styles = json.loads(run("pastiche", "models", "info", MODEL, "--json"))["styles"]
    run("convert", TOP / "data/pictures/landscape.jpg", "-crop", DETAIL, "+repage", "-resize",
        "256x256", "-strip", "-quality", QUALITY, SAMPLE)
    with tempfile.TemporaryDirectory() as scratch:
        painted = Path(scratch) / "painted.png"
        thumbnails = empty(TOP / "models/thumbnails")
        for style in styles:
            paint(SAMPLE, style, 0, painted)
            run("convert", painted, "-resize", THUMBNAIL, "-strip", "-quality", QUALITY,
                thumbnails / f"{style}.jpg")
        gallery = empty(TOP / "data/gallery")
        step = max(1, len(styles) // COUNT)
        for number, style in enumerate(styles[::step][:COUNT]):
            paint(TOP / "data/pictures" / PICTURES[number % len(PICTURES)], style, LONGEST, painted)
            run("convert", painted, "-resize", f"{LONGEST}x{LONGEST}", "-strip", "-define",
                f"jpeg:extent={KILOBYTES}KB", gallery / f"{style}.jpg")


main()
