#!/bin/sh
# Makes models/flowers again. FLOWERS: a folder of photos of flowers, named by what they show,
# "00177_rose.jpg". Ten minutes on one core.
exec "$(dirname "$0")/small-pictures.sh" "${FLOWERS:?}" 7000 "${1:-flowers.safetensors}"
