#!/bin/sh
# Makes models/scroll-faces again. FACES: a folder of faces from picture scrolls, named by what they
# show, "00001_female-noble.jpg" (KaoKore). An hour on one core.
exec "$(dirname "$0")/small-pictures.sh" "${FACES:?}" 40000 "${1:-scroll-faces.safetensors}" \
  --drawn-classes female-noble --draws 24
