# What this machine has and what it lacks. Sourced by ./etcd, ./test and .ci/run after they set `root`;
# POSIX sh. Every function says on stderr, in one line, what it does or what is missing and what to do.

say() { printf 'quorate: %s\n' "$*" >&2; }

missing() {
  say "$*"
  exit 1
}

# install PACKAGE...: through the system's package manager, where this user may; fails if that cannot be.
install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  if [ "$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root='sudo -n'; else return 1; fi
  say "installing $* with apt-get"
  if [ -z "${apt_updated-}" ]; then
    $as_root apt-get update -qq >/dev/null 2>&1
    apt_updated=1
  fi
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

# java_major HOME: the Java version of a JDK's folder, read from its release file; nothing if it is no JDK.
java_major() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/jlink" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r name value; do
    if [ "$name" = JAVA_VERSION ]; then
      value=${value#\"}
      value=${value%%[!0-9]*}
      echo "$value"
      return 0
    fi
  done <"$1/release"
  return 1
}

# Sets and exports JAVA_HOME: JDK 25 wherever it is installed, else the newest JDK beyond 25.
find_jdk() {
  for attempt in 1 2; do
    newest=0
    for home in "${JAVA_HOME-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*jdk* /opt/java/* /opt/jvm/* \
      /usr/java/* /usr/local/*jdk* /usr/local/java* /usr/local/lib/jvm/* "${HOME-/}"/.sdkman/candidates/java/* \
      "${HOME-/}"/.jdks/* "${HOME-/}"/.local/share/mise/installs/java/* "${HOME-/}"/.asdf/installs/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home; do
      [ -n "$home" ] && major=$(java_major "$home") || continue
      if [ "$major" = 25 ]; then
        newest=25 found=$home
        break
      elif [ "$major" -gt 25 ] && [ "$major" -gt "$newest" ]; then
        newest=$major found=$home
      fi
    done
    if [ "$newest" -gt 0 ]; then
      JAVA_HOME=$found
      export JAVA_HOME
      return 0
    fi
    [ "$attempt" = 1 ] && { install openjdk-25-jdk-headless || install temurin-25-jdk || break; }
  done
  missing "no JDK 25 found: install one (openjdk-25-jdk, or Temurin 25) and set JAVA_HOME to its folder"
}

# After find_jdk.
find_maven() {
  command -v mvn >/dev/null 2>&1 || install maven ||
    missing "no Maven found: install Maven 3.8 or newer, so that 'mvn' is on the path"
  # Maven's own libraries would otherwise make the JVM warn.
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS-}"
  export MAVEN_OPTS
}

# Needed by the tests only. $CI set to true makes what is missing an error in the tests themselves.
find_test_peers() {
  for folder in /usr/local/go/bin /usr/lib/go-*/bin "${HOME-/}/go/bin"; do
    if ! command -v go >/dev/null 2>&1 && [ -x "$folder/go" ]; then
      PATH=$PATH:$folder
      export PATH
    fi
  done
  command -v go >/dev/null 2>&1 || install golang-go ||
    say "no Go found: tests beside the original etcd will be skipped; install Go 1.25 or newer"
  if ! command -v python3 >/dev/null 2>&1 || ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    install python3 python3-venv ||
      say "no Python with venv found: tests with Python's grpcio will be skipped; install python3 and python3-venv"
  fi
  command -v curl >/dev/null 2>&1 || install curl ||
    say "no curl found: tests of the HTTP endpoints with it will be skipped; install curl"
  command -v etcdctl >/dev/null 2>&1 || install etcd-client ||
    say "no etcdctl of the system found: tests with an old client will be skipped; install etcd-client"
  for shell in zsh fish; do
    command -v $shell >/dev/null 2>&1 || install $shell ||
      say "no $shell found: tests of completion in it will be skipped; install $shell"
  done
}
