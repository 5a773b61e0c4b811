#!/usr/bin/env bash
# What is installed works from wherever it lies, with nothing but itself and the system's libraries.
set -u
source "$PASTICHE_SOURCE/tests/tap.bash"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
check 'the build installs' meson install -C "$PASTICHE_BUILD" --no-rebuild --destdir "$folder"
pastiche=$(find "$folder" -path '*/bin/pastiche' -type f)

cd "$folder"
check 'the installed command finds the engine' "$pastiche" list
check 'and the bundled models' sh -c "'$pastiche' models list | grep pastiche-styles"
check 'and paints with them' "$pastiche" fast-style \
  "$PASTICHE_SOURCE/data/pictures/cutout.png" -o painted.png
check 'the picture is there' test -s painted.png
find "$folder" -name 'libpastiche-torch*' -delete
check 'without the computing library it still lists the filters' "$pastiche" list
status 'and says that it cannot paint' 5 "$pastiche" fast-style \
  "$PASTICHE_SOURCE/data/pictures/cutout.png" -o again.png
finish
