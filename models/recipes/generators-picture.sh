#!/bin/sh
# Draws docs/generators.jpg again: what seeds draw from the bundled generators, sixteen a row, and eight
# textures. Needs ImageMagick.
set -eu
out=${1:-generators.jpg}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# rows FILE MODEL COUNT [OPTION...]
rows() {
  file=$1 model=$2 count=$3
  shift 3
  pastiche generate --model "$model" --count "$count" -o "$work/$file.png" "$@"
}
rows 1-landscapes landscapes 32
rows 2-ladies scroll-faces 16 --class female-noble
rows 3-gentlemen scroll-faces 16 --class male-noble
rows 4-emoji emoji 32
digit=0
while [ $digit -lt 16 ]; do
  number=$(printf '%02d' $digit)
  pastiche generate --model digits --class $((digit % 10)) --seed $digit -o "$work/5-$number.png"
  digit=$((digit + 1))
done
magick montage "$work"/[1-5]-*.png -background white -tile 16x -geometry 64x64 "$work/samples.png"
for texture in bark wicker cracked-earth amethyst checks rust sea-foam hide; do
  pastiche texture --texture $texture --width 256 --height 256 -o "$work/t-$texture.png"
done
magick montage "$work"/t-*.png -tile 4x -geometry 256x256 "$work/textures.png"
magick "$work/samples.png" "$work/textures.png" -append -quality 88 "$out"
