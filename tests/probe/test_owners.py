import pytest

from sprintbot.probe.engines import Container, Engines, Published
from sprintbot.probe.identity import Identity
from sprintbot.probe.owners import Listener, holder_of

ID = "ab" * 32
QDRANT = Container(
    ID, ["/rag-qdrant-1-1"], {"com.docker.compose.service": "qdrant-1"}, [Published("0.0.0.0", 6333, "tcp")]
)
ANSWERED = Engines((QDRANT,), "")
SILENT = Engines()


def process(name="python3", *, unit="", **more) -> Identity:
    return Identity(pid=42, name=name, names=frozenset({name}), user="ana", started=0.0, unit=unit, **more)


def held(identity, engines=SILENT, *, port=6333, pid=42, address="0.0.0.0"):
    return holder_of(Listener(port=port, address=address, pid=pid), identity, engines)


def test_a_plain_process_is_known_to_be_in_no_container_although_no_engine_answers():
    holder = held(process())
    assert holder.words == "python3 (pid 42, user ana)"
    assert holder.names == {"process:python3"}
    assert holder.unknowable == {}


def test_a_process_in_a_container_has_its_names_and_service():
    holder = held(process("qdrant", containers=frozenset({ID})), ANSWERED)
    assert holder.names >= {"process:qdrant", "container:rag-qdrant-1-1", "compose:qdrant-1"}
    assert holder.words == "qdrant (pid 42, user ana) in container rag-qdrant-1-1 (compose service qdrant-1)"
    assert holder.unknowable == {}


@pytest.mark.parametrize(
    "identity",
    [process(containers=frozenset({ID})), process(apart=True), process("docker-proxy"), process("rootlessport")],
    ids=["in a container", "with process ids of its own", "docker's helper", "podman's helper"],
)
def test_what_may_be_a_container_is_unknowable_where_no_engine_answers(identity):
    holder = held(identity)
    assert holder.unknowable.keys() == {"container", "compose"}
    assert "no container engine answers" in holder.unknowable["compose"]


@pytest.mark.parametrize("name", ["docker-proxy", "rootlessport", "containers-rootlessport-child", "pasta.avx2", "ssh"])
def test_a_helper_holds_the_port_for_the_container_that_publishes_it(name):
    holder = held(process(name), ANSWERED)
    assert holder.names >= {"container:rag-qdrant-1-1", "compose:qdrant-1"}
    assert holder.words == f"{name} (pid 42, user ana) for container rag-qdrant-1-1 (compose service qdrant-1)"


def test_a_helper_that_no_engine_knows_a_container_for_is_unknowable():
    assert held(process("docker-proxy"), ANSWERED, port=9999).unknowable.keys() == {"container", "compose"}


def test_a_secure_shell_server_is_no_helper():
    assert held(process("sshd")).unknowable == {}


def test_a_process_that_may_not_be_seen_is_the_container_that_publishes_its_port():
    holder = held(None, ANSWERED, pid=None, address="::")
    assert holder.words == "container rag-qdrant-1-1 (compose service qdrant-1)"
    assert holder.names == {"container:rag-qdrant-1-1", "compose:qdrant-1"}
    assert holder.unknowable.keys() == {"process", "unit"}


def test_a_process_that_may_not_be_seen_on_another_address_is_unknowable():
    holder = held(None, ANSWERED, pid=None, address="127.0.0.1")
    assert holder.words == "a process that this user may not see"
    assert holder.unknowable.keys() == {"process", "unit", "container", "compose"}


def test_a_service_of_systemd_is_named():
    holder = held(process("ollama", unit="ollama.service"))
    assert holder.names == {"process:ollama", "unit:ollama.service"}
    assert holder.words == "ollama (pid 42, user ana) of unit ollama.service"


def test_without_control_groups_the_unit_is_unknowable():
    assert held(process(unit=None)).unknowable.keys() == {"unit"}


def test_systemd_may_hold_a_socket_for_any_unit():
    assert held(process("systemd", unit="init.scope")).unknowable.keys() == {"unit"}
