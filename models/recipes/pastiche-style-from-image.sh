#!/bin/sh
# Makes models/pastiche-style-from-image again. ENCODER: pastiche-encoder, which goes into the model;
# PHOTOS, PAINTINGS: folders of them. About half an hour on one core.
set -eu
: "${ENCODER:?}" "${PHOTOS:?}" "${PAINTINGS:?}"
pastiche train style-from-image --encoder "$ENCODER" --data "$PHOTOS" --style-data "$PAINTINGS" \
  --steps 5000 --batch 8 --crop 128 --learning-rate 0.002 --seed 1 \
  -o "${1:-pastiche-style-from-image.safetensors}"
