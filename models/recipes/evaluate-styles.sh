#!/bin/sh
# Compares ways to transfer a style on a folder of photos and a folder of paintings, and leaves
# results.csv and contact-sheet.jpg in OUT. WEIGHTS: a folder with the networks of others that judge
# and compete, squeezenet1.0/compressed_SqueezeNet.net and vgg19-16x-distilled/{1..5}S{E,D}.pth;
# they are imported into MODELS, which is no part of Pastiche. The paintings' names hold the names of
# the model's styles (hokusai_great-wave_1831.jpg). Further arguments are passed on.
#
#   evaluate-styles.sh PHOTOS PAINTINGS OUT [--pairs 20] [--method style-from-image]
set -eu
: "${WEIGHTS:?}" "${MODELS:?}"
photos=$1 paintings=$2 out=$3
shift 3
# Gatys with the encoder that fast-style learnt from; ENCODER names another.
encoder=${ENCODER:-pastiche-encoder}

import() {
  [ -e "$MODELS/$2.safetensors" ] || pastiche models import "$1" --name "$2" --folder "$MODELS"
}
import "$WEIGHTS/squeezenet1.0/compressed_SqueezeNet.net" squeezenet
for depth in 1 2 3 4 5; do
  import "$WEIGHTS/vgg19-16x-distilled/${depth}SE.pth" "${depth}se"
  import "$WEIGHTS/vgg19-16x-distilled/${depth}SD.pth" "${depth}sd"
done

pastiche evaluate style --content "$photos" --style "$paintings" --models "$MODELS" -o "$out" \
  --method content --method colour-transfer --method wct --method wct:strength=0.6 \
  --method "gatys:encoder=$encoder,steps=500" --method fast-style "$@"
