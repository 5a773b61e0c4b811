#!/bin/sh
# Makes models/emoji again. EMOJI: a folder of emoji with alpha, named by what they show, "1f600.png"
# (EmojiTwo). Learns the heads among them, smileys and people.
# Half an hour on one core.
set -eu
heads=$(mktemp -d)
trap 'rm -rf "$heads"' EXIT

# take KIND FIRST LAST: the pictures of these code points, in whatever colour of skin.
take() {
  mkdir -p "$heads/$1"
  code=$((0x$2))
  while [ $code -le $((0x$3)) ]; do
    name=$(printf '%04x' $code)
    for picture in "$EMOJI/$name.png" "$EMOJI/$name"-1f3f[b-f].png; do
      if [ -e "$picture" ]; then cp "$picture" "$heads/$1"; fi
    done
    code=$((code + 1))
  done
}
: "${EMOJI:?}"
take smiley 1f600 1f637
take smiley 1f641 1f644
take smiley 1f910 1f917
take smiley 1f920 1f925
take smiley 1f927 1f928
take smiley 2639 263a
take person 1f466 1f469
take person 1f46e 1f46e
take person 1f470 1f478
take person 1f47c 1f47c
take person 1f482 1f482
"$(dirname "$0")/small-pictures.sh" "$heads" 17500 "${1:-emoji.safetensors}" --alpha --penalty 0.5 --draws 2
