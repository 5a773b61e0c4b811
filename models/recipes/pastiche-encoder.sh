#!/bin/sh
# Makes models/pastiche-encoder again. TEACHER: an imported VGG-shaped encoder up to relu5_1;
# DATA: a folder of photos and paintings, 256 px and more. An hour on one core of a processor
# with AVX512-BF16.
set -eu
: "${TEACHER:?}" "${DATA:?}"
out=${1:-pastiche-encoder.safetensors}
learn() {
  pastiche train encoder --teacher "$TEACHER" --data "$DATA" --batch 8 --crop 160 \
    --precision bf16 --ema 0 "$@"
}
learn --steps 2500 --learning-rate 0.001 --seed 0 -o "${out%.safetensors}-begun.safetensors"
learn --from "${out%.safetensors}-begun.safetensors" --steps 2800 --learning-rate 0.0008 --seed 7 -o "$out"
