"""The migration script against stand-ins of Qdrant's HTTP API: a single node, and three peers that share a cluster."""

import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

VECTORS = {"size": 4, "distance": "Cosine"}


class Collection:
    """Vectors, points and payload indexes of a collection; ``holders`` are the peers that have a replica."""

    def __init__(self, points: int, params: dict[str, Any]) -> None:
        self.points = points
        self.params = params
        self.indexes: dict[str, Any] = {}
        self.holders: dict[int, int] = {}
        self.looks_until_active = 2

    def snapshot(self) -> bytes:
        return json.dumps({"points": self.points, "shard_number": self.params["shard_number"]}).encode()


class Side:
    """What the peers of one side share."""

    def __init__(self, version: str = "1.15.4") -> None:
        self.version = version
        self.collections: dict[str, Collection] = {}
        self.snapshots: dict[str, bytes] = {}
        self.damages = False
        self.changes: list[str] = []


class Peer(ThreadingHTTPServer):
    """One node: answers what the script asks, as Qdrant 1.15 does, and 404 to all else."""

    daemon_threads = True

    def __init__(self, side: Side, number: int, peers: int) -> None:
        self.side = side
        self.number = number
        self.peers = peers
        super().__init__(("127.0.0.1", 0), PeerHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class PeerHandler(BaseHTTPRequestHandler):
    server: Peer

    def do_GET(self) -> None:
        self.answer_to("GET")

    def do_POST(self) -> None:
        self.answer_to("POST")

    def do_PUT(self) -> None:
        self.answer_to("PUT")

    def do_DELETE(self) -> None:
        self.answer_to("DELETE")

    def answer_to(self, method: str) -> None:
        self.sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path, _, query = self.path.partition("?")
        if method in {"PUT", "DELETE"} or "snapshots" in path:
            self.server.side.changes.append(f"{method} {path}")
        try:
            answer = self.find(method, path.strip("/").split("/"), query)
        except (KeyError, ValueError, IndexError) as exc:
            self.reply(404, json.dumps({"status": {"error": repr(exc)}}).encode())
            return
        if isinstance(answer, bytes):
            self.reply(200, answer)
        else:
            self.reply(200, json.dumps(answer if "version" in answer else {"result": answer["result"]}).encode())

    def find(self, method: str, parts: list[str], query: str) -> Any:
        side = self.server.side
        match method, parts:
            case "GET", [""]:
                return {"version": side.version}
            case "GET", ["cluster"]:
                peers = {str(number): {} for number in range(self.server.peers)}
                return {"result": {"status": "enabled", "peers": peers} if peers else {"status": "disabled"}}
            case "GET", ["collections"]:
                return {"result": {"collections": [{"name": name} for name in side.collections]}}
            case "GET", ["collections", name, "exists"]:
                return {"result": {"exists": name in side.collections}}
            case "PUT", ["collections", name]:
                return {"result": self.create(name)}
            case _, ["collections", name, *rest]:
                return self.of_collection(method, side.collections[name], rest, query)
            case _:
                raise KeyError(parts)

    def create(self, name: str) -> bool:
        asked = json.loads(self.sent)
        if asked.pop("vectors") != VECTORS or name in self.server.side.collections:
            raise ValueError(name)
        made = Collection(0, {"vectors": VECTORS, **asked})
        # The first peer holds nothing, so that a script that restored to that one only would be found out.
        made.holders = dict.fromkeys(range(self.server.peers)[-asked["replication_factor"] :], 0)
        self.server.side.collections[name] = made
        return True

    def of_collection(self, method: str, collection: Collection, rest: list[str], query: str) -> Any:
        side = self.server.side
        match method, rest:
            case "GET", []:
                config = {"params": collection.params, "hnsw_config": {"m": 16}, "optimizer_config": {}}
                return {"result": {"config": config, "payload_schema": collection.indexes}}
            case "POST", ["points", "count"]:
                counts = collection.holders.values() if self.server.peers else [collection.points]
                return {"result": {"count": min(counts)}} if json.loads(self.sent)["exact"] else {}
            case "GET", ["cluster"]:
                collection.looks_until_active -= 1
                state = "Partial" if collection.looks_until_active > 0 else "Active"
                replicas = [{"state": state} for _ in collection.holders]
                return {"result": {"local_shards": [], "remote_shards": replicas, "shard_transfers": []}}
            case "POST", ["snapshots"]:
                content = collection.snapshot()
                side.snapshots["one.snapshot"] = content
                return {"result": {"name": "one.snapshot", "checksum": hashlib.sha256(content).hexdigest()}}
            case "GET", ["snapshots", name]:
                return side.snapshots[name] + (b"?" if side.damages else b"")
            case "DELETE", ["snapshots", name]:
                return {"result": bool(side.snapshots.pop(name))}
            case "POST", ["snapshots", "upload"]:
                return {"result": self.restore(collection, query)}
            case "PUT", ["index"]:
                index = json.loads(self.sent)
                collection.indexes[index["field_name"]] = {"data_type": index["field_schema"]}
                return {"result": True}
            case _:
                raise KeyError(rest)

    def restore(self, collection: Collection, query: str) -> bool:
        restored = json.loads(self.sent.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0])
        if restored["shard_number"] != collection.params["shard_number"]:
            raise ValueError("shard number")
        # Without that priority the empty replicas win; and a peer takes only shards that are its own.
        if query == "priority=snapshot" and self.server.number in collection.holders:
            collection.holders = dict.fromkeys(collection.holders, restored["points"])
        return True

    def reply(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


class Migration:
    """A single node with two collections, an empty cluster of three, and the script between them."""

    def __init__(self, script: Path, stack: ExitStack) -> None:
        self.script = script
        self.source, self.target = Side(), Side()
        params = {"vectors": VECTORS, "shard_number": 1, "on_disk_payload": True, "sparse_vectors": None}
        self.source.collections = {"documents": Collection(120, params), "notes": Collection(0, params)}
        self.source.collections["documents"].indexes = {"kind": {"data_type": "keyword", "points": 120}}
        self.single = self.serve(Peer(self.source, 0, 0), stack)
        self.peers = [self.serve(Peer(self.target, number, 3), stack) for number in range(3)]

    def serve(self, peer: Peer, stack: ExitStack) -> Peer:
        thread = threading.Thread(target=peer.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stack.callback(peer.server_close)
        stack.callback(thread.join, 10)
        stack.callback(peer.shutdown)
        return peer

    def run(self, *args: str) -> tuple[int, str]:
        nodes = [word for peer in self.peers for word in ("--node", peer.url)]
        return self.call("--source", self.single.url, *nodes, "--timeout", "20", *args)

    def call(self, *args: str) -> tuple[int, str]:
        done = subprocess.run(
            [self.script, *args],
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def migration(platform: Path, tool: Callable[[str], str]) -> Iterator[Migration]:
    for name in ("bash", "curl", "jq", "sha256sum"):
        tool(name)
    with ExitStack() as stack:
        yield Migration(platform / "scripts/qdrant/migrate-to-ha-cluster.sh", stack)


def test_every_collection_arrives_whole_with_two_copies_and_its_indexes(migration: Migration) -> None:
    code, output = migration.run()
    assert code == 0, output
    assert "copied documents: 120 points" in output
    arrived = migration.target.collections
    assert arrived["documents"].holders == {1: 120, 2: 120}
    assert arrived["documents"].params["shard_number"] == 1
    assert arrived["documents"].indexes == {"kind": {"data_type": "keyword"}}
    assert arrived["notes"].holders == {1: 0, 2: 0}
    assert migration.source.snapshots == {}


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(migration: Migration) -> None:
    code, output = migration.run("--dry-run")
    assert code == 0, output
    assert "would copy documents: 120 points to 3 nodes, 2 copies of each shard" in output
    assert migration.source.changes == migration.target.changes == []


def test_only_the_named_collection_is_copied(migration: Migration) -> None:
    assert migration.run("--collection", "notes")[0] == 0
    assert list(migration.target.collections) == ["notes"]


def test_a_collection_that_the_cluster_has_is_never_overwritten(migration: Migration) -> None:
    there = migration.target.collections["documents"] = Collection(7, {})
    code, output = migration.run("--collection", "documents")
    assert code == 1
    assert "documents is in the cluster already" in output
    assert (there.points, migration.target.changes) == (7, [])


def test_another_minor_version_is_refused(migration: Migration) -> None:
    migration.target.version = "1.16.0"
    code, output = migration.run()
    assert code == 1
    assert "does not run Qdrant 1.15" in output


def test_a_peer_that_was_not_named_is_noticed(migration: Migration) -> None:
    code, output = migration.call("--source", migration.single.url, "--node", migration.peers[0].url)
    assert code == 1
    assert "knows 3 peers, and 1 were named" in output


def test_a_damaged_snapshot_is_not_restored(migration: Migration) -> None:
    migration.source.damages = True
    code, output = migration.run("--collection", "documents")
    assert code == 1
    assert "arrived damaged" in output
    assert migration.target.collections == {}


def test_shards_of_a_collections_own_making_are_refused(migration: Migration) -> None:
    migration.source.collections["documents"].params = {"shard_number": 1, "sharding_method": "custom"}
    code, output = migration.run("--collection", "documents")
    assert code == 1
    assert "documents has shards of its own making" in output


def test_a_collection_that_is_not_there_is_told(migration: Migration) -> None:
    code, output = migration.run("--collection", "nothing")
    assert code == 1
    assert "/collections/nothing failed" in output


@pytest.mark.parametrize(
    "args", [(), ("--source",), ("--source", "http://127.0.0.1:1"), ("--what", "x"), ("--replication-factor", "0")]
)
def test_wrong_options_print_the_usage(migration: Migration, args: tuple[str, ...]) -> None:
    code, output = migration.call(*args)
    assert code == 2
    assert output.startswith("usage: migrate-to-ha-cluster.sh")
