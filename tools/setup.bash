# Makes a machine fit to build Pastiche: its packages installed where Debian is new enough, a Debian
# system of its own elsewhere. Whatever was interrupted is taken up again by the next call.

readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/pastiche

# The release of the running system, where it is one that has GIMP 3; else empty.
host_suite() {
  (
    ID='' VERSION_ID='' VERSION_CODENAME=''
    . /etc/os-release
    if [ "$ID" = debian ] && [ "${VERSION_ID:-99}" -ge 13 ]; then echo "$VERSION_CODENAME"; fi
  ) 2>/dev/null
}

readonly host=$(host_suite)
readonly suite=${PASTICHE_SUITE:-${host:-trixie}}
[[ $suite =~ ^[a-z]+$ ]] || fail 2 "PASTICHE_SUITE is '$suite'; trixie and forky are known to work."
readonly root=$cache/$suite
readonly build=$top/build/$suite

is_native() { [ "$suite" = "$host" ]; }

as_root() {
  if [ "$EUID" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo env HOME="$HOME" XDG_CACHE_HOME="${cache%/*}" "$@"
  else
    fail 1 "'$1' must run as root, and there is no sudo here. Run './run' as root once."
  fi
}

# Runs CMD as root on the system that Pastiche is built on.
admin() {
  if is_native; then
    as_root env DEBIAN_FRONTEND=noninteractive "$@"
  else
    as_root unshare --mount "$top/tools/enter-root" "$root" "$top" \
      env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# Replaces this process by CMD inside the root, in the current folder.
exec_in_root() {
  local enter=(unshare --mount "$top/tools/enter-root" "$root" "$top")
  if [ "$EUID" != 0 ]; then
    enter=(unshare --map-root-user "${enter[@]:1}")
    # Only root can make a place in there for a folder that was never shown before.
    "${enter[@]}" true "$@" 2>/dev/null || admin true "$@"
  fi
  exec "${enter[@]}" "$@"
}

package_lists=("$top/tools/packages.txt")
packages() { sed 's/#.*//; /^ *$/d' "${package_lists[@]}"; }

# The names on stdin that are not wholly installed.
missing_packages() {
  local status=/var/lib/dpkg/status
  is_native || status=$root$status
  sort | comm -23 - <(awk '/^Package: / { name = $2 } /^Status: .* installed$/ { print name }' \
    "$status" | sort -u)
}

has_locale() {
  local archive=/usr/lib/locale/locale-archive
  is_native || archive=$root$archive
  grep -qs 'fr_FR.utf8' "$archive"
}

is_set_up() {
  is_native || [ -d "$root" ] || return 1
  [ -z "$(packages | missing_packages)" ] && has_locale
}

set_up() {
  [ -z "${PASTICHE_IN_ROOT-}" ] || return 0
  is_set_up && return
  mkdir -p "$cache"
  exec 9>"$cache/set-up.lock"
  flock -n 9 || { say 'Another ./run is setting this machine up; waiting for it.' && flock 9; }
  is_native || [ -d "$root" ] || make_root
  install_packages
  exec 9>&-
}

make_root() {
  if ! command -v debootstrap >/dev/null; then
    stage "$cache/log/debootstrap-package.log" 'Installing debootstrap.' \
      as_root sh -c 'apt-get update && apt-get install -y debootstrap'
  fi
  as_root rm -rf "$root.partial"
  # debootstrap knows a release younger than itself by the rules of the development release.
  local rules=$suite
  [ -e "/usr/share/debootstrap/scripts/$suite" ] || rules=sid
  stage "$cache/log/debootstrap-$suite.log" \
    "Making a Debian ($suite) system in $root, because this one has no GIMP 3." \
    as_root debootstrap --variant=minbase --include=ca-certificates \
    "$suite" "$root.partial" "$(mirror)" "$rules"
  host_apt_settings | as_root tee "$root.partial/etc/apt/apt.conf.d/50host" >/dev/null
  # A build system can be made again: its packages need neither fsync nor documentation.
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' |
    as_root tee "$root.partial/etc/dpkg/dpkg.cfg.d/pastiche" >/dev/null
  as_root mv "$root.partial" "$root"
}

# Where this machine's own Debian packages come from; empty leaves the choice to debootstrap.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
    sed -En 's/^(deb .*|URIs: *)(https?:[^ ]*\/debian)\/?( .*)?$/\2/p' | head -n 1
}

host_apt_settings() {
  echo 'APT::Install-Recommends "0";'
  command -v apt-config >/dev/null || return 0
  apt-config dump | grep -E '^Acquire::(Check-(Valid-Until|Date)|https?::Proxy) ' || true
}

install_packages() {
  local wanted
  wanted=$(packages | missing_packages)
  if [ -n "$wanted" ]; then
    stage "$cache/log/packages-$suite.log" \
      "Installing $(wc -l <<<"$wanted") packages and what they depend on." \
      admin sh -c 'dpkg --configure -a && apt-get update &&
        apt-get install -y --no-install-recommends "$@" && apt-get clean' _ $wanted
  fi
  has_locale || stage "$cache/log/locale-$suite.log" 'Making the French locale, for the tests.' \
    admin localedef -i fr_FR -f UTF-8 fr_FR.UTF-8
}
