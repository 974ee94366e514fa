# shellcheck shell=bash
# Programs from Debian packages that are unpacked into a cache, not installed: no service starts, nothing on the machine
# changes, and no root is needed. Sourced after common.sh.

# Root's home is closed to the user that a daemon changes to.
if ((EUID == 0)); then
  aside=/var/cache/plumbline/debian
else
  aside=${XDG_CACHE_HOME:-~/.cache}/plumbline/debian
fi

# unpack_aside NAME PACKAGE…: sets `unpacked` to the directory below which the packages' files are, or fails.
unpack_aside() {
  local name=$1 log
  shift
  unpacked=$aside/$name
  [[ ! -e $unpacked/complete ]] || return 0
  have apt-get || return 1
  say "unpacking $name below $aside"
  log=$(mktemp)
  rm -rf "$unpacked"
  mkdir -p "$unpacked/debs"
  if (cd "$unpacked/debs" && download "$@" && unpack_all) >"$log" 2>&1; then
    rm -rf "$log" "$unpacked/debs"
    touch "$unpacked/complete"
    return 0
  fi
  tail -n 3 "$log" >&2
  rm -f "$log"
  return 1
}

unpack_all() {
  local file
  for file in *.deb; do dpkg -x "$file" ..; done
}

# `_apt` cannot write into a directory of root's; as root the download is not sandboxed then, which apt would warn about.
download() {
  apt-get download -qq -o APT::Sandbox::User=root "$@" ||
    { may_install && apt update && apt-get download -qq -o APT::Sandbox::User=root "$@"; }
}
