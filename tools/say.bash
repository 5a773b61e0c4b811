# How `run` talks: stages and failures on stderr, results on stdout.

say() { printf '%s\n' "$*" >&2; }

# fail STATUS SENTENCE
fail() {
  say "run: $2"
  exit "$1"
}

# stage LOG SENTENCE CMD...: says what starts, keeps CMD's output in LOG, and shows its end when CMD
# fails.
stage() {
  local log=$1 sentence=$2 started=$SECONDS
  shift 2
  say "$sentence"
  mkdir -p "$(dirname "$log")"
  if ("$@") >"$log" 2>&1 </dev/null; then
    say "  done in $((SECONDS - started)) s"
    return
  fi
  tail -n 30 "$log" >&2
  fail 1 "this failed: $sentence The whole log is $log"
}
