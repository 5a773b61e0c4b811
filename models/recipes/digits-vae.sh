#!/bin/sh
# Makes models/digits-vae again. DIGITS: see digits.sh. Two minutes on one core.
set -eu
: "${DIGITS:?}"
pastiche train vae --network dcgan --data "$DIGITS" --crop 32 --grey --steps 4000 --batch 64 --width 16 \
  --latent 16 --likelihood bernoulli --learning-rate 0.002 --seed 0 -o "${1:-digits-vae.safetensors}"
