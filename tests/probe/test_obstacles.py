"""Every exception that a live look can meet has its words, and sprintbot's own mistakes have none."""

import asyncio
import builtins
import errno
import inspect
import os
import socket
import ssl

import pytest
from httptools.parser import errors as httptools_errors

from sprintbot.claim.evidence import Blocked, Refuted
from sprintbot.probe import faults
from sprintbot.probe.address import Url
from sprintbot.probe.obstacles import explain

SILENT = "accepted the connection, then was silent past the deadline"
PHASES = ("", "resolve", "connect", "tls", "send", "first byte", "body")

OUR_MISTAKES = {
    asyncio.BrokenBarrierError,
    asyncio.InvalidStateError,
    asyncio.LimitOverrunError,
    asyncio.QueueEmpty,
    asyncio.QueueFull,
    asyncio.SendfileNotAvailableError,
    getattr(asyncio, "QueueShutDown", None),
}
"""What these libraries raise only when they are used wrongly, or for parts of them that are not used."""

NOT_FOR_PROBES = {asyncio.CancelledError}

FAULTS = [
    faults.ConnectFailed("host:1", [("192.0.2.1", ConnectionRefusedError())]),
    faults.NotResolved("host", socket.gaierror(socket.EAI_FAIL, "failed")),
    faults.NoAuthorities(),
    faults.ClosedEarly(),
    faults.NotHttp(b"SSH"),
    faults.BrokenAnswer("broken"),
    faults.HeadersTooLong(65536),
    faults.RedirectLoop("http://host/"),
    faults.TooManyRedirects(10),
    faults.BadRedirect("file:///", "no"),
    faults.BodyWithheld("http://host/"),
]


def exceptions_of(module) -> list[type[BaseException]]:
    found = [each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, BaseException)]
    found = [each for each in found if not each.__name__.startswith("_")]
    return [each for each in found if each not in OUR_MISTAKES | NOT_FOR_PROBES]


def made(kind: type[BaseException]) -> BaseException:
    if issubclass(kind, asyncio.IncompleteReadError):
        return kind(b"", 1)
    return kind(errno.EIO, "input or output error") if issubclass(kind, OSError) else kind("words")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("module", [socket, ssl, asyncio, httptools_errors], ids=lambda module: module.__name__)
def test_every_exception_of_the_libraries_is_told(module, phase):
    untold = [kind for kind in exceptions_of(module) if explain(made(kind), phase, "host:1") is None]
    assert exceptions_of(module)
    assert untold == []


def test_every_operating_system_error_of_python_is_told():
    kinds = [each for each in vars(builtins).values() if isinstance(each, type) and issubclass(each, OSError)]
    assert [kind for kind in kinds if explain(kind(errno.EIO, "words"), "body", "host:1") is None] == []


@pytest.mark.parametrize("phase", PHASES)
def test_every_error_number_is_told_but_for_those_of_wrong_calls(phase):
    untold = {
        name
        for code, name in errno.errorcode.items()
        if explain(OSError(code, os.strerror(code)), phase, "h:1") is None
    }
    assert untold == {"EBADF", "EFAULT", "EINVAL", "ENOTSOCK", "EISCONN", "EDESTADDRREQ"}


def test_every_fault_is_told():
    assert {type(fault) for fault in FAULTS} | {faults.ProbeFault} == set(exceptions_of(faults))
    for fault in FAULTS:
        assert explain(fault, "body", "host:1").reason


@pytest.mark.parametrize(
    "error", [ValueError(), TypeError(), KeyError(), AssertionError(), RuntimeError(), MemoryError(), OSError()]
)
def test_our_own_mistakes_are_not_told(error):
    assert explain(error, "body", "host:1") is None


def test_an_outcome_stays_what_it_is():
    for outcome in (Blocked("why", "hint"), Refuted("why", absence=True)):
        assert explain(outcome, "body", "host:1") is outcome


@pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EMFILE, errno.EACCES])
def test_what_keeps_us_from_connecting_is_blocked(code):
    fault = faults.ConnectFailed("host:1", [("192.0.2.1", OSError(code, os.strerror(code)))])
    assert isinstance(explain(fault, "connect", "host:1"), Blocked)


def test_a_host_without_addresses_is_blocked():
    assert explain(faults.ConnectFailed("host:1", []), "connect", "t").reason == (
        "no connection to host:1: it has no address"
    )


def test_refused_on_one_address_and_silent_on_another_accuses_nobody():
    failures = [("192.0.2.1", ConnectionRefusedError()), ("192.0.2.2", OSError(errno.EHOSTUNREACH, "x"))]
    told = explain(faults.ConnectFailed("host:1", failures), "connect", "host:1")
    assert isinstance(told, Blocked)
    assert told.reason == "no connection to host:1: no route to the host; refused on another address"


def test_a_connection_that_is_reset_while_it_opens_was_accepted():
    failures = [("192.0.2.1", OSError(errno.ECONNRESET, "Connect call failed ('192.0.2.1', 1)"))]
    told = explain(faults.ConnectFailed("host:1", failures), "connect", "host:1")
    assert isinstance(told, Refuted)
    assert told.reason == "host:1 accepted the connection and reset it at once"


def test_a_failed_connection_is_told_in_the_words_of_the_system():
    failures = [("192.0.2.1", OSError(errno.ENOBUFS, "Connect call failed ('192.0.2.1', 1)"))]
    told = explain(faults.ConnectFailed("host:1", failures), "connect", "host:1")
    assert told.reason == f"no connection to host:1: {os.strerror(errno.ENOBUFS)}"


@pytest.mark.parametrize(
    ("phase", "kind", "words"),
    [
        ("resolve", Blocked, "the name look-up for host:1 did not end within the deadline of 10 s"),
        ("connect", Blocked, "no answer to the attempt to connect to host:1 within the deadline of 10 s"),
        ("tls", Refuted, f"{SILENT} of 10 s, in the TLS handshake"),
        ("first byte", Refuted, f"{SILENT} of 10 s, waiting for the first byte"),
        ("body", Refuted, "began to answer, and was not done with it at the deadline of 10 s"),
        ("run", Refuted, "did not end within its time limit of 10 s"),
        ("ports", Blocked, "the look was not over at the deadline of 10 s"),
    ],
)
def test_a_deadline_is_told_by_the_phase_that_it_fell_in(phase, kind, words):
    told = explain(TimeoutError(), phase, "host:1", 10)
    assert (type(told), told.reason) == (kind, words)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (9, "the certificate is not valid yet"),
        (10, "the certificate has expired"),
        (18, "the certificate is self-signed"),
        (20, "the certificate comes from an authority that is not known here"),
        (23, "the certificate was revoked"),
        (62, "the certificate is for another host name"),
        (66, "the certificate is bad: EE certificate key too weak"),
    ],
)
def test_certificates_are_told_by_what_is_wrong_with_them(code, words):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "EE certificate key too weak"
    assert explain(error, "tls", "host:1").reason == words


def test_permission_and_missing_tools_are_blocked():
    assert explain(PermissionError(errno.EPERM, "Operation not permitted"), "", "x").reason == (
        "not permitted: Operation not permitted"
    )
    assert explain(FileNotFoundError(errno.ENOENT, "No such file", "bash"), "", "x").reason == "bash was not found"


def test_a_name_that_is_not_to_be_shown_is_not_shown():
    url = Url.parse("https://prod.example/x", "${PRODUCTION_URL}/x")
    told = explain(faults.ConnectFailed(str(url.endpoint), [("192.0.2.1", ConnectionRefusedError())]), "connect", "t")
    assert told.reason == "nothing listens on ${PRODUCTION_URL}/x"
