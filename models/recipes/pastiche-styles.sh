#!/bin/sh
# Makes models/pastiche-styles again. ENCODER: the perceptual network that judges (the distilled
# VGG-19 of the model's card); DATA: a folder of photos; STYLES: a folder with pictures of the
# sixteen paintings, named as below. Three hours on one core of a processor with AVX512-BF16.
set -eu
: "${ENCODER:?}" "${DATA:?}" "${STYLES:?}"
styles=
for name in starry-night great-wave the-scream composition-vii etching woman-with-a-hat \
    self-portrait water-lilies impression-sunrise woman-with-a-parasol moulin-de-la-galette \
    river-landscape composition-1913 flowering-tree mona-lisa bonjour-courbet; do
  styles=$styles${styles:+,}$name=$STYLES/$name.jpg
done
out=${1:-pastiche-styles.safetensors}
learn() {
  pastiche train fast-style --encoder "$ENCODER" --styles "$styles" --data "$DATA" \
    --precision bf16 "$@"
}
learn --strokes 384,768 --steps 8600 --ema 0 --seed 1 -o "${out%.safetensors}-begun.safetensors"
learn --from "${out%.safetensors}-begun.safetensors" --learn all --steps 1000 --learning-rate 0.0005 \
  --schedule linear --warm-up 50 --seed 5 -o "$out"
