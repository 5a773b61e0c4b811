#!/bin/sh
# Draws the sample pictures anew, into this folder: ./run exec data/pictures/draw.sh
# Takes some ten minutes of one core. Needs a C++ compiler and ImageMagick.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for picture in landscape still_life cutout; do
  "${CXX:-g++}" -std=c++20 -O2 -pthread "$picture.cpp" -o "$scratch/$picture"
done
"$scratch/landscape" "$scratch/landscape.ppm" 1600 2
"$scratch/still_life" "$scratch/still_life.ppm" 1000 2
"$scratch/cutout" "$scratch/cutout.pam"

convert "$scratch/landscape.ppm" -strip -quality 86 landscape.jpg
convert "$scratch/still_life.ppm" -strip -quality 86 still-life.jpg
convert "$scratch/cutout.pam" -strip cutout.png
