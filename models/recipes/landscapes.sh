#!/bin/sh
# Makes models/landscapes again. LANDSCAPES: a folder of photos of landscapes, named by what they show,
# "01011_mountain.jpg". Ten minutes on one core.
exec "$(dirname "$0")/small-pictures.sh" "${LANDSCAPES:?}" 7000 "${1:-landscapes.safetensors}"
