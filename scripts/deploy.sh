#!/bin/sh
# Builds this version, rolls it out, waits until it is ready, and goes back to the one before if it is not.
#   scripts/deploy.sh              with docker compose, on this machine
#   scripts/deploy.sh kubernetes   with kubectl, to the cluster of the current context
# DEPLOY_IMAGE names the image for a cluster, registry and tag included; it is pushed.
# DEPLOY_WAIT_SECONDS is how long it may take (180).
set -eu

home=$(cd "$(dirname "$0")/.." && pwd)
cd "$home"
wait_seconds=${DEPLOY_WAIT_SECONDS:-180}

need() {
  command -v "$1" >/dev/null || {
    echo "deploy: $1 is needed and not here" >&2
    exit 2
  }
}

compose() {
  need docker
  image=lastword:0.1.0
  before=lastword:before
  # The image that runs now, whatever its name says by then.
  if docker image inspect "$image" >/dev/null 2>&1; then
    docker tag "$image" "$before"
    can_go_back=yes
  else
    can_go_back=no
  fi
  docker compose build app
  if docker compose up -d --no-build --wait --wait-timeout "$wait_seconds"; then
    echo "deploy: $image is ready"
    return
  fi
  docker compose logs --tail 20 app >&2 || true
  if [ "$can_go_back" = no ]; then
    echo "deploy: not ready within $wait_seconds s, and there is no version to go back to" >&2
    exit 1
  fi
  echo "deploy: not ready within $wait_seconds s; going back" >&2
  docker tag "$before" "$image"
  docker compose up -d --no-build --wait --wait-timeout "$wait_seconds" || {
    echo "deploy: the version before is not ready either" >&2
    exit 1
  }
  echo "deploy: the version before serves again" >&2
  exit 1
}

kubernetes() {
  need docker
  need kubectl
  image=${DEPLOY_IMAGE:?names the image, as in registry.example/lastword:0.1.0}
  kubectl get secret lastword >/dev/null || {
    echo "deploy: the Secret lastword is missing; see deploy/kubernetes/secret.example.yaml" >&2
    exit 2
  }
  docker build -t "$image" .
  docker push "$image"
  can_go_back=no
  if kubectl get deployment lastword >/dev/null 2>&1; then
    can_go_back=yes
  fi
  # With the image in it: applied and then changed, it would roll out twice.
  kubectl kustomize deploy/kubernetes | sed "s|image: lastword:0.1.0|image: $image|" | kubectl apply -f -
  if kubectl rollout status deployment/lastword --timeout="${wait_seconds}s"; then
    echo "deploy: $image is ready"
    return
  fi
  kubectl get pods -l app.kubernetes.io/name=lastword >&2 || true
  if [ "$can_go_back" = no ]; then
    echo "deploy: not ready within $wait_seconds s, and there is no version to go back to" >&2
    exit 1
  fi
  echo "deploy: not ready within $wait_seconds s; going back" >&2
  kubectl rollout undo deployment/lastword
  kubectl rollout status deployment/lastword --timeout="${wait_seconds}s" || {
    echo "deploy: the version before is not ready either" >&2
    exit 1
  }
  echo "deploy: the version before serves again" >&2
  exit 1
}

case "${1:-compose}" in
compose | kubernetes) "${1:-compose}" ;;
*)
  echo "usage: $0 [compose | kubernetes]" >&2
  exit 2
  ;;
esac
