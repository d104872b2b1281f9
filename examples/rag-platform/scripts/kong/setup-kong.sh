#!/usr/bin/env bash
# Check Kong's configuration, start the gateway and the service behind it, and wait until both are healthy.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
compose=$here/../../tools/compose/docker-compose.kong.yml
ports=(8000 8001 8201)

die() {
    echo "error: $*" >&2
    exit 1
}

[[ -n ${RAG_SERVICE_TOKEN:-} ]] || die "set RAG_SERVICE_TOKEN to the token between services"
command -v docker >/dev/null || die "docker is not installed"
docker compose version >/dev/null 2>&1 || die "docker has no compose plugin"

if [[ -z $(docker compose -f "$compose" ps --quiet kong) ]]; then
    for port in "${ports[@]}"; do
        # The subshell opens the connection and closes it with itself.
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            die "port $port is held by another process; see: ss -ltnp 'sport = :$port'"
        fi
    done
fi

docker compose -f "$compose" run --rm --no-deps kong kong config parse /kong/kong-declarative.yml
docker compose -f "$compose" up --detach --wait --wait-timeout 120
echo "Kong serves http://localhost:8000/api/v1/health"
