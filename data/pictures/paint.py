#!/usr/bin/env python3
"""Paints the pictures that the dialogs in GIMP and the README show, with the bundled fast-style model and from the
sample pictures, which were drawn by this project: ./run exec data/pictures/paint.py

data/pictures/sample.jpg    what styles are shown on: a detail of the landscape
models/thumbnails/NAME.jpg  the sample in each style
data/gallery/NAME.jpg       eight pictures to take a style from, refined
docs/styles.jpg             the landscape in each style

Needs the `pastiche` command and ImageMagick; takes two minutes."""

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


def paint(picture, style, output, *settings):
    run("pastiche", "fast-style", picture, "-o", output, "--model", MODEL, "--style", style,
        "--device", "cpu", *settings)


def main():
    styles = json.loads(run("pastiche", "models", "info", MODEL, "--json"))["styles"]
    run("convert", TOP / "data/pictures/landscape.jpg", "-crop", DETAIL, "+repage", "-resize",
        "256x256", "-strip", "-quality", QUALITY, SAMPLE)
    with tempfile.TemporaryDirectory() as scratch:
        painted = Path(scratch) / "painted.png"
        for style in styles:
            paint(SAMPLE, style, painted)
            run("convert", painted, "-resize", THUMBNAIL, "-strip", "-quality", QUALITY,
                TOP / f"models/thumbnails/{style}.jpg")
        sheet = [Path(scratch) / f"{number:02}.png" for number in range(len(styles))]
        for style, cell in zip(styles, sheet):
            paint(TOP / "data/pictures/landscape.jpg", style, cell, "--size", 800)
        run("montage", *sheet, "-tile", "4x", "-resize", "400x", "-geometry", "+3+3", "-strip",
            "-quality", QUALITY, TOP / "docs/styles.jpg")
        gallery = TOP / "data/gallery"
        for old in gallery.glob("*.jpg"):
            old.unlink()
        step = max(1, len(styles) // COUNT)
        for number, style in enumerate(styles[::step][:COUNT]):
            paint(TOP / "data/pictures" / PICTURES[number % len(PICTURES)], style, painted,
                  "--size", LONGEST, "--refine", 15)
            run("convert", painted, "-resize", f"{LONGEST}x{LONGEST}", "-strip", "-define",
                f"jpeg:extent={KILOBYTES}KB", gallery / f"{style}.jpg")


main()
