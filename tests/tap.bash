# For test scripts in bash: source this, call `check` or `status` for each thing tested, and `finish`
# at the end. Prints TAP; meson.build says: test(NAME, SCRIPT, protocol: 'tap', env: test_env).

# Meson sets it for everything that links a library of the build; what is tested here has to find its
# libraries itself, as it must at a user's.
unset LD_LIBRARY_PATH

tap_count=0
tap_failed=0

# verdict STATUS NAME [OUTPUT]: reports a test as passed when STATUS is 0.
verdict() {
  tap_count=$((tap_count + 1))
  if [ "$1" = 0 ]; then
    echo "ok $tap_count - $2"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $2"
    sed 's/^/# /' <<<"${3-}"
  fi
}

# check NAME CMD...: CMD must end with 0.
check() {
  local name=$1 output rc=0
  shift
  output=$("$@" 2>&1) || rc=$?
  verdict "$rc" "$name" "'$*' ended with $rc: $output"
}

# status NAME EXPECTED CMD...: CMD must end with the status EXPECTED.
status() {
  local name=$1 expected=$2 output rc=0
  shift 2
  output=$("$@" 2>&1) || rc=$?
  [ "$rc" = "$expected" ] && verdict 0 "$name" ||
    verdict 1 "$name" "'$*' ended with $rc, not $expected: $output"
}

finish() {
  echo "1..$tap_count"
  exit $((tap_failed > 0))
}
