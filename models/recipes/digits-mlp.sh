#!/bin/sh
# Makes models/digits-mlp again: a generator of linear layers, as in 2014. DIGITS: see digits.sh. Five
# minutes on one core.
set -eu
: "${DIGITS:?}"
pastiche train gan --network mlp --data "$DIGITS" --crop 28 --grey --steps 18000 --batch 64 --width 32 \
  --latent 64 --penalty 0.5 --penalty-every 4 --no-augment --seed 0 --draws 16 -o "${1:-digits-mlp.safetensors}"
