#!/bin/sh
# Makes models/pastiche-styles again. ENCODER: the perceptual network that judges (the distilled
# VGG-19 of the model's card); DATA: a folder of photos; STYLES: a folder with pictures of the
# sixteen paintings, named as below. Two hours on one core of a processor with AVX512-BF16.
set -eu
: "${ENCODER:?}" "${DATA:?}" "${STYLES:?}"
styles=
for name in starry-night great-wave the-scream composition-vii etching woman-with-a-hat \
    self-portrait water-lilies impression-sunrise woman-with-a-parasol moulin-de-la-galette \
    river-landscape composition-1913 flowering-tree mona-lisa bonjour-courbet; do
  styles=$styles${styles:+,}$name=$STYLES/$name.jpg
done
pastiche train fast-style --encoder "$ENCODER" --styles "$styles" --strokes 384,768 --data "$DATA" \
  --steps 8600 --precision bf16 --ema 0 --seed 1 -o "${1:-pastiche-styles.safetensors}"
