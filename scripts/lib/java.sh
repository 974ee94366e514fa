# shellcheck shell=bash
# Finding Java, or installing it. Sets java_home and java_release. Sourced after common.sh.

readonly least_java=17

# The JDK's package name says its version, and each release of Debian and Ubuntu carries others.
jdk_package() {
  local package
  for package in openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless; do
    if [[ -n $(apt-cache madison "$package" 2>/dev/null) ]]; then
      printf '%s\n' "$package"
      return
    fi
  done
  # No list of packages yet, as in a fresh container: the name that every release has.
  printf 'default-jdk-headless\n'
}

# java_version HOME: sets `version`, or fails. From the `release` file, because starting Java to ask costs 40 ms.
java_version() {
  local key value
  version=
  [[ -x $1/bin/java ]] || return 1
  if [[ -r $1/release ]]; then
    while IFS='=' read -r key value; do
      case $key in
        JAVA_RUNTIME_VERSION) version=${value//\"/} ;;
        JAVA_VERSION) [[ -n $version ]] || version=${value//\"/} ;;
      esac
    done <"$1/release"
  else
    value=$("$1/bin/java" -version 2>&1) || return 1
    [[ $value =~ \"([^\"]+)\" ]] && version=${BASH_REMATCH[1]}
  fi
  [[ $version =~ ^([0-9]+) ]] && ((BASH_REMATCH[1] >= least_java))
}

java_candidates() {
  local home
  [[ -z ${JAVA_HOME:-} ]] || printf '%s\n' "$JAVA_HOME"
  if home=$(command -v java); then
    home=$(readlink -f "$home")
    printf '%s\n' "${home%/bin/java}"
  fi
  for home in /usr/lib/jvm/*/; do
    [[ ! -d $home ]] || printf '%s\n' "${home%/}"
  done
}

# find_java PROGRAM: sets java_home and java_release to the first Java that is new enough and has that program (`java` to
# run, `javac` to build), or fails.
find_java() {
  local home version
  while read -r home; do
    if [[ -x $home/bin/$1 ]] && java_version "$home"; then
      # shellcheck disable=SC2034  # what this file is for
      java_home=$home java_release=$version
      return 0
    fi
  done < <(java_candidates 2>/dev/null)
  return 1
}

# miss_java: notes that one is to be installed.
miss_java() { miss "a JDK $least_java or newer" "$(jdk_package)"; }

require_java() {
  find_java "$1" || die "found no Java $least_java or newer, neither in JAVA_HOME nor in PATH nor in /usr/lib/jvm"
}
