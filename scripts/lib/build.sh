# shellcheck shell=bash
# Building what the launcher runs: the jars, the native libraries, the class data archive. Sourced after java.sh; reads
# $root, $machine and, for the archive, the array jvm_options. Layout: docs/building.md.
# shellcheck disable=SC2154

dist=$root/cli/target/dist
stamp=$dist/stamp
jar=$dist/lib/plumbline-cli.jar

# A deleted or added file shows in its directory's time, so directories count too.
is_stale() {
  [[ ! -e $stamp || ! -e $jar ||
    -n $(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main -newer "$stamp" -print -quit) ]]
}

# with_lock COMMAND…: one build at a time per working tree.
with_lock() {
  local lock
  { mkdir -p "$root/target" && [[ -w $root/target ]]; } 2>/dev/null ||
    die "the sources are newer than the build, and this user cannot write to $root/target: build as the tree's owner"
  exec {lock}>"$root/target/build.lock"
  if ! flock --nonblock "$lock"; then
    say "waiting for another build"
    flock --timeout 900 "$lock" || die "another build has not ended for 15 minutes"
  fi
  "$@"
  exec {lock}>&-
}

# Leaves `java_home` alone: what builds need not be what runs.
build_if_stale() {
  local runtime_home=$java_home runtime_release=$java_release
  is_stale || return 0
  require_java javac
  say "building (Java ${java_release%%+*}; a minute or more the first time)"
  build
  java_home=$runtime_home
  java_release=$runtime_release
}

build() {
  local log=$root/target/build.log started=$root/target/build.started
  # The stamp bears the time at which the build began: what is edited meanwhile is built next time.
  touch "$started"
  # Unlinked, not overwritten: a proxy that runs from the old jars keeps its classes.
  rm -rf "$dist/cds" "$dist"/lib/plumbline-*.jar "$stamp"
  if ! JAVA_HOME=$java_home mvn -B -q -Dstyle.color=never -f "$root/pom.xml" -pl cli -am -DskipTests -Dmaven.test.skip=true package \
    </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "the build failed; all of its output: $log"
  fi
  mv "$started" "$stamp"
}

# An archive fits exactly one build of the JVM, so its name bears the release. A JDK that could make none leaves a `.none`,
# so that it is not tried at each start.
archive_name() {
  archive=$dist/cds/${java_release//[^A-Za-z0-9.+-]/_}-$machine.jsa
}

lacks_archive() { [[ ! -e $archive && ! -e $archive.none && -w $dist ]]; }

# The archive holds the classes that one real run loaded: a proxy that passed a few requests on.
archive_if_missing() {
  local log=$root/target/rehearsal.log
  lacks_archive || return 0
  mkdir -p "$dist/cds"
  say "preparing quick starts for Java ${java_release%%+*} (once)"
  # Written under another name: a half-written archive must not be found by another start.
  if timeout --foreground --kill-after=5 120 "$java_home/bin/java" "$root/scripts/lib/Rehearsal.java" "$java_home/bin/java" \
    "${jvm_options[@]}" "-XX:ArchiveClassesAtExit=$archive.new" -jar "$jar" </dev/null >"$log" 2>&1 &&
    [[ -s $archive.new ]]; then
    mv "$archive.new" "$archive"
  else
    rm -f "$archive.new"
    : >"$archive.none"
    say "no quick starts with this Java (why: $log)"
  fi
}
