#!/usr/bin/env bash
# Copy collections from a single Qdrant node to a cluster, by snapshots through the HTTP API.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: migrate-to-ha-cluster.sh --source URL --node URL [--node URL ...] [options]

  --source URL              the single node; stop writing to it first
  --node URL                a peer of the cluster; name every one of them, not the load balancer
  --collection NAME         only this collection; may be repeated (default: all of them)
  --replication-factor N    copies of each shard in the cluster (default: 2)
  --timeout SECONDS         the longest wait for replicas to be in step (default: 300)
  --dry-run                 look at both sides and say what would be done; change nothing

Nothing is overwritten: a collection that the cluster has already is refused. Aliases are not copied.
Needs curl, jq and sha256sum. Both sides run the same minor version of Qdrant, as its snapshots ask for.
USAGE
}

die() {
    echo "error: $*" >&2
    exit 1
}

source_url="" nodes=() collections=() replication_factor=2 timeout=300 dry_run=false
while (($#)); do
    case $1 in
        --dry-run) dry_run=true; shift; continue ;;
        -h | --help) usage; exit 0 ;;
        --source | --node | --collection | --replication-factor | --timeout) ;;
        *) usage >&2; exit 2 ;;
    esac
    (($# > 1)) || { usage >&2; exit 2; }
    case $1 in
        --source) source_url=${2%/} ;;
        --node) nodes+=("${2%/}") ;;
        --collection) collections+=("$2") ;;
        --replication-factor) replication_factor=$2 ;;
        --timeout) timeout=$2 ;;
    esac
    shift 2
done
[[ -n $source_url && ${#nodes[@]} -gt 0 ]] || { usage >&2; exit 2; }
[[ $replication_factor =~ ^[1-9][0-9]*$ && $timeout =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
for tool in curl jq sha256sum; do
    command -v "$tool" >/dev/null || die "$tool is not installed"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# api METHOD URL [curl argument ...]: the answer's body; stops the script when the answer is an error.
api() {
    curl --silent --show-error --fail-with-body --connect-timeout 5 --request "$1" "${@:3}" "$2" ||
        die "$1 $2 failed"
}

send_json() {
    api "$1" "$2" --header 'Content-Type: application/json' --data "$3"
}

minor_version() {
    api GET "$1/" | jq -er '.version | split(".")[:2] | join(".")'
}

count_points() {
    send_json POST "$1/collections/$2/points/count" '{"exact": true}' | jq -er .result.count
}

# in_step NODE COLLECTION: whether the node sees every replica active and none under way.
in_step() {
    api GET "$1/collections/$2/cluster" | jq -e '.result
        | ([.local_shards[].state, .remote_shards[].state] | length > 0 and all(. == "Active"))
        and (.shard_transfers | length == 0)' >/dev/null
}

holds_all() {
    in_step "$1" "$2" && [[ $(count_points "$1" "$2") == "$3" ]]
}

# wait_until COMMAND ...: run it every second until it succeeds.
wait_until() {
    local deadline=$((SECONDS + timeout))
    until "$@"; do
        ((SECONDS < deadline)) || die "not so after $timeout s: $*"
        sleep 1
    done
}

check_sides() {
    local version peers node
    version=$(minor_version "$source_url")
    for node in "${nodes[@]}"; do
        [[ $(minor_version "$node") == "$version" ]] || die "$node does not run Qdrant $version, as the source does"
        peers=$(api GET "$node/cluster" | jq -r '.result | if .status == "enabled" then .peers | length else 0 end')
        [[ $peers == "${#nodes[@]}" ]] || die "$node knows $peers peers, and ${#nodes[@]} were named"
    done
    ((replication_factor <= ${#nodes[@]})) || die "$replication_factor copies need as many nodes"
}

# create_like CONFIG: the body that creates a collection of that configuration, with more replicas.
create_like() {
    jq --argjson copies "$replication_factor" '.result.config
        | {vectors: .params.vectors, sparse_vectors: .params.sparse_vectors, shard_number: .params.shard_number,
           on_disk_payload: .params.on_disk_payload, replication_factor: $copies,
           hnsw_config, wal_config, optimizers_config: .optimizer_config, quantization_config}
        | with_entries(select(.value != null))' "$1"
}

take_snapshot() {
    local made name checksum
    made=$(api POST "$source_url/collections/$1/snapshots")
    name=$(jq -er .result.name <<<"$made")
    checksum=$(jq -r '.result.checksum // ""' <<<"$made")
    api GET "$source_url/collections/$1/snapshots/$name" --output "$2"
    api DELETE "$source_url/collections/$1/snapshots/$name" >/dev/null
    [[ -z $checksum || $(sha256sum <"$2") == "$checksum "* ]] || die "the snapshot of $1 arrived damaged"
}

migrate() {
    local name=$1 encoded config points node index
    encoded=$(jq -rn --arg name "$name" '$name | @uri')
    config="$work/config.json"
    api GET "$source_url/collections/$encoded" >"$config"
    jq -e '.result.config.params.sharding_method != "custom"' "$config" >/dev/null ||
        die "$name has shards of its own making; snapshots of one node do not move those"
    api GET "${nodes[0]}/collections/$encoded/exists" | jq -e '.result.exists == false' >/dev/null ||
        die "$name is in the cluster already"
    points=$(count_points "$source_url" "$encoded")
    if $dry_run; then
        echo "would copy $name: $points points to ${#nodes[@]} nodes, $replication_factor copies of each shard"
        return
    fi

    take_snapshot "$encoded" "$work/$encoded.snapshot"
    send_json PUT "${nodes[0]}/collections/$encoded" "$(create_like "$config")" >/dev/null
    # A node takes from the snapshot the shards that are its own, so each is given the whole.
    for node in "${nodes[@]}"; do
        wait_until in_step "$node" "$encoded"
        api POST "$node/collections/$encoded/snapshots/upload?priority=snapshot" \
            --form "snapshot=@$work/$encoded.snapshot" >/dev/null
    done
    while read -r index; do
        send_json PUT "${nodes[0]}/collections/$encoded/index?wait=true" "$index" >/dev/null
    done < <(jq -c '.result.payload_schema // {} | to_entries[]
        | {field_name: .key, field_schema: (.value.params // .value.data_type)}' "$config")
    for node in "${nodes[@]}"; do
        wait_until holds_all "$node" "$encoded" "$points"
    done
    [[ $(count_points "$source_url" "$encoded") == "$points" ]] ||
        die "$name was written to at the source meanwhile: stop the writers, delete the copy, start again"
    rm "$work/$encoded.snapshot"
    echo "copied $name: $points points"
}

check_sides
if ((${#collections[@]} == 0)); then
    names=$(api GET "$source_url/collections" | jq -r '.result.collections[].name')
    [[ -n $names ]] || die "the source has no collections"
    mapfile -t collections <<<"$names"
fi
for collection in "${collections[@]}"; do
    migrate "$collection"
done
