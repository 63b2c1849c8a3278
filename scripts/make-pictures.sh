#!/bin/sh
# Makes what pictures of memes are drawn with, in src/main/resources/dev/lastword/pictures: the emoji
# and their words from @twemoji/svg, emojilib and CLDR, and the fonts that fonts.txt names. Run it again and
# every file is the same, byte for byte. Needs npm with node 20 or newer, and a JDK 25.
set -eu

cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
[ -d target/lib ] || ./mvnw -q -B process-classes

target=$PWD/src/main/resources/dev/lastword/pictures
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT

# package version integrity: unpacks it, if it is the one this script knows, into the folder it prints.
fetch() {
  folder=$download/$(echo "$1" | tr -d @ | tr / -)
  mkdir -p "$folder"
  npm pack --silent --json --pack-destination "$folder" "$1@$2" >"$folder/pack.json"
  if ! grep -qF "$3" "$folder/pack.json"; then
    echo "make-pictures: the $1 $2 that npm brought is not the one this script knows" >&2
    exit 1
  fi
  tar -xzf "$folder"/*.tgz -C "$folder"
  echo "$folder/package"
}

twemoji=$(fetch @twemoji/svg 15.0.0 sha512-ZSPef2B6nBaYnfgdTbAy4jgW95o7pi2xPGwGCU+WMTxo7J6B1lMPTWwSq/wTuiMq+N0khQ90CcvYp1wFoQpo/w==)
emojilib=$(fetch emojilib 4.0.3 sha512-KbWiYre9aRSaPbHrHZIz9zmoM+21LAsK1VFJtnTh1VCtWE/rNMDviGhQTmselFl95dhqtGlY22iH0leG5BuW0g==)
cldr=$(fetch cldr-annotations-full 48.2.0 sha512-DV7A+rEcgUSNTRsVGNGqBZRmAkGfwhGHO5Q1dRwzBoBnVrHWp804JP7/QJdEc66iHmx3+zLWVIMCFLm0lW7PUQ==)
"$JAVA_HOME/bin/java" -cp 'target/lib/*' scripts/MakeEmoji.java "$twemoji" "$emojilib" "$cldr" "$target/emoji.bin.gz"

mkdir -p "$download/tool" "$target/fonts"
(cd "$download/tool" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund subset-font@2.9.0 harfbuzzjs@1.6.4)
cp scripts/subset-font.mjs "$download/tool/"
rm -f "$target"/fonts/*.ttf
grep -v '^#' scripts/fonts.txt | while read -r package version file subset integrity; do
  font=$(fetch "$package" "$version" "$integrity")/$file
  name=$(basename "$file" .ttf)
  if [ "$subset" = - ]; then
    cp "$font" "$target/fonts/$name.ttf"
  else
    "$JAVA_HOME/bin/java" scripts/CommonCharacters.java "$subset" |
      node "$download/tool/subset-font.mjs" "$font" "$target/fonts/${name}_common.ttf"
  fi
done
ls "$target/fonts"
