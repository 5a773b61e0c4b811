#!/bin/sh
# Makes models/pastiche-textures again. ENCODER: the perceptual network that judges (the distilled
# VGG-19 of the model's card); DATA: a folder of DTD's pictures, named dtd-CLASS_NUMBER.jpg.
set -eu
: "${ENCODER:?}" "${DATA:?}"
textures=
while read -r name picture; do
  textures=$textures${textures:+,}$name=$DATA/dtd-$picture.jpg
done <<'END'
cracked-earth cracked_0054
amethyst crystalline_0012
bark bumpy_0040
checks chequered_0011
foam bubbly_0005
gravel bumpy_0045
hatching crosshatched_0012
linen crosshatched_0034
mottled-blue blotchy_0025
old-wood cracked_0024
rust blotchy_0012
wicker braided_0007
END
pastiche train texture --encoder "$ENCODER" --textures "$textures" --size 256 --steps 9000 \
  --precision bf16 --seed 1 -o "${1:-pastiche-textures.safetensors}"
