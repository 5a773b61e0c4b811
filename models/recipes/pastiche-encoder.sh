#!/bin/sh
# Makes models/pastiche-encoder again. TEACHER: an imported VGG-shaped encoder up to relu5_1;
# DATA: a folder of photos and paintings, 256 px and more. Half an hour on one core.
set -eu
: "${TEACHER:?}" "${DATA:?}"
pastiche train encoder --teacher "$TEACHER" --data "$DATA" --steps 2500 --batch 8 --crop 160 \
  --learning-rate 0.001 --precision bf16 --seed 0 -o "${1:-pastiche-encoder.safetensors}"
