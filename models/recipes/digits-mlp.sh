#!/bin/sh
# Makes models/digits-mlp again: a generator of linear layers, as in 2014. DIGITS: see digits.sh. Two
# minutes on one core.
set -eu
: "${DIGITS:?}"
pastiche train gan --network mlp --data "$DIGITS" --crop 28 --grey --steps 6000 --batch 64 --width 32 \
  --latent 64 --penalty 0.5 --penalty-every 4 --no-augment --seed 0 -o "${1:-digits-mlp.safetensors}"
