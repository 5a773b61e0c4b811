#!/bin/sh
# Makes models/pastiche-style-from-image again. ENCODER: pastiche-encoder, which goes into the model;
# JUDGE: the perceptual network that judges (the distilled VGG-19 of the model's card); PHOTOS,
# PAINTINGS: folders of them. An hour and a half on one core of a processor with AVX512-BF16.
set -eu
: "${ENCODER:?}" "${JUDGE:?}" "${PHOTOS:?}" "${PAINTINGS:?}"
pastiche train style-from-image --encoder "$ENCODER" --judge "$JUDGE" --data "$PHOTOS" \
  --style-data "$PAINTINGS" --steps 3900 --batch 4 --crop 192 --learning-rate 0.001 --width 32 \
  --residuals 4 --content-weight 2 --style-weight 5 --precision bf16 --seed 1 \
  -o "${1:-pastiche-style-from-image.safetensors}"
