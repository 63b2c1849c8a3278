#!/bin/sh
# Runs one server in the background: start (and wait until it answers), stop (and wait until it has
# drained), watch (start, and start again whenever a source changes). The pid and the log are in .run.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd)
cd "$home"
pid_file=.run/lastword.pid
log=.run/lastword.log

running() {
  [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null
}

start() {
  if running; then
    echo "already running, pid $(cat "$pid_file")"
    return
  fi
  mkdir -p .run
  ./lastword --version >/dev/null # builds in the foreground, where its errors are seen
  ./lastword serve >"$log" 2>&1 &
  echo $! >"$pid_file"
  tries=0
  until grep -q "accepting requests" "$log" && ./lastword stats >/dev/null 2>&1; do
    if ! running || [ "$tries" -ge 60 ]; then
      echo "the server did not start:" >&2
      tail -n 5 "$log" >&2
      exit 1
    fi
    tries=$((tries + 1))
    sleep 1
  done
  echo "running, pid $(cat "$pid_file"), port ${LASTWORD_PORT:-8080}, log in $log"
}

stop() {
  if running; then
    pid=$(cat "$pid_file")
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do
      sleep 0.2
    done
    echo "stopped"
  else
    echo "not running"
  fi
  rm -f "$pid_file"
}

changed() {
  [ -n "$(find src/main api pom.xml -newer .run/started -type f | head -n 1)" ]
}

watch() {
  trap 'stop; exit 0' INT TERM
  while :; do
    mkdir -p .run
    touch .run/started
    (start) || echo "waiting for a change that mends it"
    until changed; do
      sleep 1
    done
    echo "changed; starting again"
    stop
  done
}

case "${1:-}" in
start | stop | watch) "$1" ;;
*)
  echo "usage: $0 start | stop | watch" >&2
  exit 2
  ;;
esac
