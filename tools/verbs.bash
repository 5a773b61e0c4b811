# What `run` does once the machine is set up, on the system that Pastiche is built on.

prepare_environment() {
  export PATH=$build/engine/cli:/usr/lib/ccache:$PATH
  # One cache for all checkouts: their paths differ, what is compiled does not.
  export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache} CCACHE_BASEDIR=$top CCACHE_NOHASHDIR=1
  # Without this it keeps nothing that was compiled with a precompiled header.
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  if locale 2>&1 >/dev/null | grep -q .; then export LC_ALL=C.UTF-8; fi
  export GIMP_TESTING_PLUGINDIRS="\${gimp_plug_in_dir}/plug-ins:$build/gimp-plugin"
  export GIMP3_DIRECTORY=${GIMP3_DIRECTORY:-$build/gimp-profile}
}

# A profile in which GIMP starts without greeting and without asking the network.
prepare_gimp() {
  [ ! -e "$GIMP3_DIRECTORY/gimprc" ] || return 0
  mkdir -p "$GIMP3_DIRECTORY"
  local version
  version=$(pkg-config --modversion gimp-3.0)
  printf '(config-version "%s")\n(show-welcome-dialog no)\n(check-updates no)\n' "$version" \
    >"$GIMP3_DIRECTORY/gimprc"
}

# configure FOLDER OPTION...
configure() {
  local folder=$1
  shift
  [ -e "$folder/build.ninja" ] || stage "$folder.log" "Configuring $folder." \
    meson setup --fatal-meson-warnings -Dauto_features=enabled "$@" "$folder" "$top"
}

# compile FOLDER [TARGET...]: one at a time, and silent when nothing is to be done.
compile() {
  local folder=$1
  shift
  exec 8>"$folder/compile.lock"
  flock 8
  local jobs=-j$(nproc)  # ninja itself would take two more, each with a gigabyte of LibTorch's headers
  if ninja -C "$folder" -n "$@" | grep -q 'no work to do'; then
    :
  elif [ -t 2 ]; then
    ninja -C "$folder" "$jobs" "$@" >&2 || fail 1 "the build in $folder failed."
  else
    stage "$folder.log" "Building $folder." ninja -C "$folder" "$jobs" "$@"
  fi
  exec 8>&-
}

verb_build() {
  mkdir -p "$top/build"
  configure "$build"
  compile "$build"
}

# Of libpastiche alone: LibTorch and GIMP are not ours to mend.
configure_sanitized() {
  configure "$build-sanitized" -Db_sanitize=address,undefined \
    -Dtorch=disabled -Dgimp=disabled -Dpictures=disabled
}

# test_build FOLDER: what fails is known from Meson's logs, whatever becomes of the run.
test_build() {
  compile "$1" all meson-test-prereq
  rm -f "$1"/meson-logs/testlog*
  say "Testing $1."
  meson test -C "$1" --no-rebuild --print-errorlogs || true
}

verb_test() {
  verb_build
  test_build "$build"
  configure_sanitized
  test_build "$build-sanitized"
  "$top/tools/totals.py" "$suite=$build" "sanitized=$build-sanitized"
}

verb_exec() {
  case $1 in
    pastiche) verb_build ;;
    gimp*) verb_build && prepare_gimp ;;
  esac
  exec "$@"
}

# The text as a string of Scheme.
scheme_string() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# batch EXPRESSION: GIMP without a window evaluates it in the third Script-Fu dialect.
batch() {
  gimp-console-3.0 -n -i -d -f -s --quit --batch-interpreter=plug-in-script-fu-eval \
    -b "(begin (script-fu-use-v3) $1)"
}

verb_demo() {
  local picture out=$top/out
  picture=$(realpath "${1:-$top/data/pictures/landscape.jpg}")
  verb_build
  prepare_gimp
  mkdir -p "$out"
  touch "$build/demo.started"
  stage "$out/demo.log" "Painting $picture in GIMP." batch \
    "(load $(scheme_string "$top/data/scripts/demo.scm"))
     (pastiche-demo $(scheme_string "$picture") \
       $(scheme_string "$top/data/pictures/still-life.jpg") $(scheme_string "$out"))"
  say 'Painted:'
  find "$out" -name '*.png' -newer "$build/demo.started" | sort
}

verb_gimp() { verb_exec gimp "$@"; }

verb_bench() { verb_exec pastiche bench "$@"; }
