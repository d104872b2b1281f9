"""What the example's compose files, HAProxy's and Kong's configuration say, beyond being YAML."""

import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

PEERS = ("qdrant-1", "qdrant-2", "qdrant-3")


@pytest.fixture
def read(platform: Path) -> Callable[[str], Any]:
    return lambda name: yaml.safe_load((platform / "tools/compose" / name).read_text("utf-8"))


def option(command: list[str], name: str) -> str | None:
    return command[command.index(name) + 1] if name in command else None


def test_the_real_haproxy_accepts_its_configuration(platform: Path, tool: Callable[[str], str]) -> None:
    done = subprocess.run(
        [tool("haproxy"), "-c", "-f", platform / "tools/compose/haproxy-qdrant.cfg"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_the_first_peer_founds_the_cluster_and_the_others_join_it(read: Callable[[str], Any]) -> None:
    services = read("docker-compose.qdrant-ha.yml")["services"]
    assert {name for name in services if name.startswith("qdrant")} == set(PEERS)
    for name in PEERS:
        assert services[name]["environment"]["QDRANT__CLUSTER__ENABLED"] == "true"
        assert option(services[name]["command"], "--uri") == f"http://{name}:6335"
    joined = {name: option(services[name]["command"], "--bootstrap") for name in PEERS}
    assert joined == {"qdrant-1": None, "qdrant-2": "http://qdrant-1:6335", "qdrant-3": "http://qdrant-1:6335"}


def test_peers_join_one_after_the_other_and_keep_their_data_apart(read: Callable[[str], Any]) -> None:
    compose = read("docker-compose.qdrant-ha.yml")
    services = compose["services"]
    assert services["qdrant-2"]["depends_on"] == {"qdrant-1": {"condition": "service_healthy"}}
    assert services["qdrant-3"]["depends_on"] == {"qdrant-2": {"condition": "service_healthy"}}
    stored = [services[name]["volumes"][0].removesuffix(":/qdrant/storage") for name in PEERS]
    assert stored == list(PEERS) == list(compose["volumes"])


@pytest.mark.parametrize("name", ["docker-compose.qdrant-ha.yml", "docker-compose.kong.yml"])
def test_images_are_pinned_services_have_health_checks_and_mounted_files_exist(
    read: Callable[[str], Any], platform: Path, name: str
) -> None:
    for service in read(name)["services"].values():
        assert service["image"].rpartition(":")[2].count(".") == 2
        assert service["healthcheck"]["test"]
        for volume in service["volumes"]:
            if volume.startswith("."):
                assert (platform / "tools/compose" / volume.partition(":")[0]).exists()


def test_no_port_without_a_password_is_published_beyond_loopback(read: Callable[[str], Any]) -> None:
    published = [
        port
        for name in ("docker-compose.qdrant-ha.yml", "docker-compose.kong.yml")
        for service in read(name)["services"].values()
        for port in service["ports"]
    ]
    assert [port for port in published if not port.startswith("127.0.0.1:")] == ["8000:8000"]
    assert not any(port.endswith(":6335") for port in published)


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_of_a_peer_follows_its_readiness(
    read: Callable[[str], Any], tool: Callable[[str], str], status: int, healthy: bool
) -> None:
    class Peer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Peer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        kind, shell, flag, script = read("docker-compose.qdrant-ha.yml")["services"]["qdrant-2"]["healthcheck"]["test"]
        script = script.replace("$$", "$").replace("/6333", f"/{server.server_port}")
        done = subprocess.run([tool(shell), flag, script], timeout=20, check=False)
        server.shutdown()
        thread.join(10)
    assert kind == "CMD"
    assert (done.returncode == 0) is healthy


def test_haproxy_spreads_rest_and_grpc_over_the_three_peers(platform: Path) -> None:
    lines = (platform / "tools/compose/haproxy-qdrant.cfg").read_text("utf-8").splitlines()
    servers = [line.split()[2] for line in lines if line.strip().startswith("server ")]
    assert servers == [f"{peer}:{port}" for port in (6333, 6334) for peer in PEERS]


def test_kong_reads_its_routes_from_the_mounted_file_without_a_database(read: Callable[[str], Any]) -> None:
    kong = read("docker-compose.kong.yml")["services"]["kong"]
    mounted = kong["volumes"][0].split(":")
    assert kong["environment"]["KONG_DATABASE"] == "off"
    assert mounted == ["./kong-declarative.yml", kong["environment"]["KONG_DECLARATIVE_CONFIG"], "ro"]


def test_kong_routes_every_route_of_the_service_to_it(read: Callable[[str], Any]) -> None:
    declared = read("kong-declarative.yml")
    [service] = declared["services"]
    assert declared["_format_version"] == "3.0"
    assert service["url"] == "http://rag-service:8201"
    assert "rag-service" in read("docker-compose.kong.yml")["services"]
    routes = {route["paths"][0]: set(route["methods"]) for route in service["routes"]}
    assert routes == {"~/api/v1/health$": {"GET", "OPTIONS"}, "~/api/v1/query$": {"POST", "OPTIONS"}}
    assert not any(route["strip_path"] for route in service["routes"])


def test_kong_limits_the_rate_of_every_route_and_of_questions_more(read: Callable[[str], Any]) -> None:
    declared = read("kong-declarative.yml")
    plugins = {plugin["name"]: plugin["config"] for plugin in declared["plugins"]}
    [query] = [route for route in declared["services"][0]["routes"] if route["name"] == "rag-query"]
    limits = {plugin["name"]: plugin["config"] for plugin in query["plugins"]}
    assert 0 < limits["rate-limiting"]["minute"] < plugins["rate-limiting"]["minute"]
    assert plugins["cors"]["origins"] != ["*"]
    assert "OPTIONS" in plugins["cors"]["methods"]
