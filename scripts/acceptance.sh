#!/bin/sh
# The acceptance load of memes as a service: 200 virtual users for 15 s on Redis, SQS and MongoDB, each
# with a pause of 1 s between its requests, as the document has it, and then without a pause.
#   scripts/acceptance.sh [mongodb | mysql]
# Nothing need be installed. MONGODB_URI or DSN, REDIS_URL, SQS_QUEUE_URL and so on lead to servers of
# your own; where REDIS_URL is not set, ./lastword components starts some.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd)
cd "$home"
work=$(mktemp -d)
components=
server=

finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" || true
  [ -z "$components" ] || kill "$components" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Waits until a file has such a line.
await() {
  tries=0
  until grep -qs "$2" "$1"; do
    tries=$((tries + 1))
    [ "$tries" -le 120 ] || { cat "$1" >&2; exit 1; }
    sleep 0.5
  done
}

./lastword --version
if [ -z "${REDIS_URL:-}" ]; then
  ./lastword components --accounts "${1:-mongodb}" >"$work/components" &
  components=$!
  await "$work/components" SQS_QUEUE_URL
  . "$work/components"
fi
export LASTWORD_DATA="$work/data" LASTWORD_PORT="${LASTWORD_PORT:-8099}"
./lastword serve >"$work/log" 2>&1 &
server=$!
await "$work/log" "accepting requests"

failed=0
echo
./lastword load memes --workers 200 --duration 15s --pause 1s || failed=1
echo
./lastword load memes --workers 200 --duration 15s || failed=1
echo
./lastword stats | tee "$work/stats"

# What was answered is safe in the queue; it comes into the database behind.
charges=$(awk '$1 == "charges" { gsub(",", "", $2); print $2 }' "$work/stats")
seconds=0
until ./lastword verify >"$work/verify" && grep -q "receipts $charges," "$work/verify"; do
  seconds=$((seconds + 1))
  [ "$seconds" -lt 60 ] || { failed=1; break; }
  sleep 1
done
cat "$work/verify"
echo "all charges in the database after about $seconds s"
exit "$failed"
