# Builds the distribution when it is missing or older than a source. Sourced by the root's launchers after they set
# `root`; POSIX sh.

stamp=$root/dist/target/built

# True if nothing was built yet or a file or folder (that is: a deletion) of the product is newer than the build.
stale() {
  [ -e "$stamp" ] && [ -d "$root/dist/target/quorate" ] || return 0
  [ -n "$(find "$root" -mindepth 1 \( -name target -o -name .git -o -name test -o -name e2e -o -name bench -o -name docs \) -prune \
    -o \( -path "$root/*/src/*" -o -name pom.xml \) -newer "$stamp" -print -quit)" ]
}

build_if_stale() {
  stale || return 0
  mkdir -p "$root/dist/target"
  (
    # Several members may be started at once: one builds, the others wait for it.
    command -v flock >/dev/null 2>&1 && flock 9
    stale || exit 0
    . "$root/dist/machine.sh"
    say "building the distribution in dist/target/quorate (a few minutes the first time, when libraries are fetched)"
    find_jdk
    find_maven
    : >"$stamp.new"
    log=$root/dist/target/build.log
    (cd "$root" && mvn -q -B -ntp -T2 -Dquick -DskipTests -pl dist -am package) >"$log" 2>&1 || {
      cat "$log" >&2
      missing "the build failed; its output is above and in $log"
    }
    mv "$stamp.new" "$stamp"
  ) 9>"$root/dist/target/building" || exit 1
}
