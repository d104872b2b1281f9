#!/usr/bin/env bash
# Load the declarative configuration into a running Kong by its Admin API. Kong checks all of it and takes all or nothing.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
config=${1:-$here/../../tools/compose/kong-declarative.yml}
admin=${KONG_ADMIN_URL:-http://localhost:8001}

die() {
    echo "error: $*" >&2
    exit 1
}

for tool in curl jq; do
    command -v "$tool" >/dev/null || die "$tool is not installed"
done
[[ -r $config ]] || die "cannot read $config"

request() {
    curl --silent --show-error --connect-timeout 5 --max-time 30 "$@"
}

database=$(request --fail "$admin/" | jq -r .configuration.database) || die "no Admin API answers at $admin"
[[ $database == off ]] || die "Kong keeps its configuration in a database ($database); this loads files"

answer=$(request --write-out '\n%{http_code}' --form "config=@$config" "$admin/config?check_hash=1&flatten_errors=1")
case ${answer##*$'\n'} in
    201) echo "loaded $config" ;;
    304) echo "unchanged: Kong has this configuration already" ;;
    *) die "Kong refused it: ${answer%$'\n'*}" ;;
esac
request --fail "$admin/routes" | jq -r '.data[] | "\(.name): \(.methods | join(", ")) \(.paths | join(", "))"'
