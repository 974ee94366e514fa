# shellcheck shell=bash
# What the scripts share: messages, and installing Debian packages. Sourced, never run.

say() { printf 'plumbline: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

may_install() {
  have apt-get && { ((EUID == 0)) || sudo -n true 2>/dev/null; }
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

apt() {
  # No terminal to ask on, no daemon started by a package, and patience with another apt-get that holds the lock.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# What is missing is noted first, so that it is installed, or asked for, all at once.
missing_names=()
missing_packages=()

# miss NAME PACKAGE…
miss() {
  missing_names+=("$1")
  shift
  missing_packages+=("$@")
}

# install_missing: what was noted, as install_packages does.
install_missing() {
  local names
  ((${#missing_packages[@]} > 0)) || return 0
  names=$(printf ', %s' "${missing_names[@]}")
  install_packages "${names#, }" "${missing_packages[@]}"
}

# install_packages WHY PACKAGE…: says so in one line, or fails having printed the one line to run.
install_packages() {
  local why=$1 log
  shift
  if ! may_install; then
    if have apt-get; then
      say "missing: $why. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    else
      say "missing: $why. There is no apt-get here to install it with (Debian's names: $*)"
    fi
    return 1
  fi
  say "installing $* ($why)"
  log=$(mktemp)
  # Package lists are absent in a fresh container and stale in an old one: fetch them only when that shows.
  if apt install -y --no-install-recommends "$@" >"$log" 2>&1 ||
    { apt update >>"$log" 2>&1 && apt install -y --no-install-recommends "$@" >>"$log" 2>&1; }; then
    rm -f "$log"
    return 0
  fi
  tail -n 5 "$log" >&2
  rm -f "$log"
  say "could not install $*"
  return 1
}
