# Sourced by ./lastword and ./mvnw: points JAVA_HOME at a JDK 25, or says how to get one.
# Looks at JAVA_HOME first, then where the usual installers put JDKs.

lastword_is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release"
}

lastword_find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && lastword_is_jdk_25 "$JAVA_HOME"; then
    return 0
  fi
  set +f
  for lastword_jdk in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/*; do
    if lastword_is_jdk_25 "$lastword_jdk"; then
      JAVA_HOME=$lastword_jdk
      export JAVA_HOME
      return 0
    fi
  done
  echo "Lastword needs a JDK 25, and none was found in JAVA_HOME or the usual places." >&2
  echo "Install one (Debian: apt-get install temurin-25-jdk or openjdk-25-jdk; macOS: brew install openjdk@25;" >&2
  echo "anywhere: sdk install java 25-tem), or set JAVA_HOME to it." >&2
  return 1
}

lastword_find_jdk
