"""What an exception of a live look means. The one place where errors of the network and the system become outcomes."""

import errno
import os

from sprintbot.claim.evidence import Blocked, Refuted
from sprintbot.claim.quantity import show_seconds
from sprintbot.probe.faults import BodyWithheld, ClosedEarly, ConnectFailed, NoAuthorities, NotResolved, ProbeFault

Told = Blocked | Refuted | None

_BEFORE_CONTACT = frozenset({"", "resolve", "connect"})
_WAITING = {
    "tls": "in the TLS handshake",
    "send": "taking the request",
    "first byte": "waiting for the first byte",
}
_DOING = {
    "resolve": "the name look-up",
    "connect": "the attempt to connect",
    "tls": "the TLS handshake",
    "send": "the sending of the request",
    "first byte": "the wait for the first byte",
    "body": "the answer",
}
_NO_ROAD = {
    errno.ENETUNREACH: "no network leads there",
    errno.EHOSTUNREACH: "no route to the host",
    errno.EHOSTDOWN: "the host is down",
    errno.ENETDOWN: "the network is down",
    errno.EADDRNOTAVAIL: "this machine has no address to reach it from",
    errno.EAFNOSUPPORT: "this machine does not speak this family of addresses",
    errno.ETIMEDOUT: "no answer to the attempt to connect",
    errno.EMFILE: "too many open files in this process",
    errno.ENFILE: "too many open files on this machine",
}
_NO_FAMILY = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_OUR_MISUSE = frozenset({errno.EBADF, errno.EFAULT, errno.EINVAL, errno.ENOTSOCK, errno.EISCONN, errno.EDESTADDRREQ})


def explain(error: BaseException, phase: str, target: str, deadline: float | None = None) -> Told:
    """What came of a look that an exception ended; None where the exception is sprintbot's own mistake.

    ``phase`` is the part of the look that it ended, ``target`` what was looked at, as it may be shown, and ``deadline``
    the seconds that the look had.
    """
    if isinstance(error, Blocked | Refuted):
        return error
    told = _told(error, phase, target, deadline)
    notes = getattr(error, "__notes__", None) or getattr(error.__context__, "__notes__", None)
    if told is not None and notes:
        told.reason += ", " + ", ".join(notes)
    return told


def _told(error: BaseException, phase: str, target: str, deadline: float | None) -> Told:
    if isinstance(error, ProbeFault):
        return _fault(error, target)
    if isinstance(error, OSError):
        return _os_error(error, phase, target, deadline)
    if isinstance(error, EOFError):
        return Refuted(f"closed the connection during {_doing(phase)}")
    if _is_of_httptools(error):
        return Refuted(f"the answer is not HTTP: {error}")
    return None


def _fault(fault: ProbeFault, target: str) -> Blocked | Refuted:
    if isinstance(fault, ConnectFailed):
        return _unconnected(fault)
    if isinstance(fault, NotResolved):
        return _unresolved(fault.error, fault.name)
    if isinstance(fault, NoAuthorities):
        return Blocked(str(fault), "Install the system's CA certificates, or name a file of them in SSL_CERT_FILE")
    if isinstance(fault, BodyWithheld):
        return Blocked(str(fault), "Name the final address in the manifest")
    if isinstance(fault, ClosedEarly):
        return Refuted(f"{target} {fault}")
    return Refuted(str(fault))


def _os_error(error: OSError, phase: str, target: str, deadline: float | None) -> Told:
    import socket
    import ssl

    if isinstance(error, socket.gaierror | socket.herror):
        return _unresolved(error, target)
    if isinstance(error, ssl.SSLError):
        return _tls(error, phase)
    if isinstance(error, TimeoutError):
        return _late(phase, target, deadline)
    if isinstance(error, ConnectionRefusedError):
        return Refuted(f"nothing listens on {target}", absence=True)
    if isinstance(error, ConnectionError):
        verb = "was reset" if error.errno else "was closed"
        return Refuted(f"the connection {verb} during {_doing(phase)}")
    if isinstance(error, PermissionError):
        return Blocked(f"not permitted: {_words(error)}")
    if isinstance(error, FileNotFoundError):
        return Blocked(f"{error.filename or target} was not found")
    return None if error.errno in _OUR_MISUSE or error.errno is None else Blocked(f"{_doing(phase)}: {_words(error)}")


def _unconnected(fault: ConnectFailed) -> Blocked | Refuted:
    refused = [address for address, error in fault.failures if isinstance(error, ConnectionRefusedError)]
    others = [(address, error) for address, error in fault.failures if not isinstance(error, ConnectionRefusedError)]
    # An address of a family that this machine has no road for is passed over, as every other client does.
    if refused and all(error.errno in _NO_FAMILY for _, error in others):
        return Refuted(f"nothing listens on {fault.where}", absence=True)
    if any(isinstance(error, ConnectionResetError) for _, error in others):
        return Refuted(f"{fault.where} accepted the connection and reset it at once")
    told = list(dict.fromkeys(_words(error) for _, error in others))
    if refused:
        told.append("refused on another address")
    hint = "Raise the limit of open files (ulimit -n)" if any(_is_our_limit(error) for _, error in others) else ""
    return Blocked(f"no connection to {fault.where}: {'; '.join(told) or 'it has no address'}", hint)


def _unresolved(error: OSError, target: str) -> Blocked:
    import socket

    absent = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    if isinstance(error, socket.gaierror) and error.errno in absent:
        return Blocked(f"no such name: {target} is not known to the name server")
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return Blocked(f"no name server could be asked for {target}: {error.strerror}")
    return Blocked(f"the name look-up for {target} failed: {error.strerror or error}")


def _late(phase: str, target: str, deadline: float | None) -> Blocked | Refuted:
    within = f" of {show_seconds(deadline)}" if deadline is not None else ""
    if phase == "resolve":
        return Blocked(f"the name look-up for {target} did not end within the deadline{within}")
    if phase in _BEFORE_CONTACT:
        return Blocked(f"no answer to the attempt to connect to {target} within the deadline{within}")
    if phase in _WAITING:
        return Refuted(f"accepted the connection, then was silent past the deadline{within}, {_WAITING[phase]}")
    if phase == "body":
        return Refuted(f"began to answer, and was not done with it at the deadline{within}")
    if phase == "run":
        return Refuted(f"did not end within its time limit{within}")
    return Blocked(f"the look was not over at the deadline{within}")


# OpenSSL's x509_vfy.h
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "comes from a self-signed authority that is not trusted here",
    2: "comes from an authority that is not known here",
    20: "comes from an authority that is not known here",
    21: "comes from an authority that is not known here",
    23: "was revoked",
    62: "is for another host name",
    64: "is for another IP address",
}
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})


def _tls(error: OSError, phase: str) -> Refuted:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        told = _CERTIFICATE.get(getattr(error, "verify_code", 0))
        return Refuted(f"the certificate {told or 'is bad: ' + getattr(error, 'verify_message', str(error))}")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Refuted(f"the connection was closed during {_doing(phase)}")
    reason = getattr(error, "reason", None) or "no reason given"
    if reason in _NOT_TLS:
        return Refuted("what listens there does not speak TLS")
    return Refuted(f"TLS failed during {_doing(phase)}: {reason.replace('_', ' ').lower()}")


def _is_of_httptools(error: BaseException) -> bool:
    from httptools.parser.errors import HttpParserError, HttpParserUpgrade

    return isinstance(error, HttpParserError | HttpParserUpgrade)


def _is_our_limit(error: OSError) -> bool:
    return error.errno in {errno.EMFILE, errno.ENFILE}


def _words(error: OSError) -> str:
    """The system's words, as asyncio puts "Connect call failed" in their place."""
    return _NO_ROAD.get(error.errno or 0) or (os.strerror(error.errno) if error.errno else type(error).__name__)


def _doing(phase: str) -> str:
    return _DOING.get(phase, phase or "the look")
