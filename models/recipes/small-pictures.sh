#!/bin/sh
# small-pictures.sh DATA STEPS OUT [OPTION...]: a conditional GAN of 64 px from some hundred or thousand pictures.
# Many small steps of few pictures bring a small network further on a processor than few large ones.
set -eu
data=$1 steps=$2 out=$3
shift 3
pastiche train gan --network dcgan --data "$data" --steps "$steps" --crop 64 --flip --conditional \
  --batch 16 --width 24 --latent 64 --penalty 0.02 --penalty-every 4 --learning-rate 0.0005 --schedule constant \
  --ema 0.999 --seed 0 -o "$out" "$@"
