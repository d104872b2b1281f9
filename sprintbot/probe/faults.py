"""What a peer on the network can do wrong, each a type of its own. Their texts are words for the reader of a report."""

from collections.abc import Sequence


class ProbeFault(Exception):  # noqa: N818 - what was found, not an error of ours
    """Something that was found in a live look. What becomes of it is decided in ``obstacles``."""


class ConnectFailed(ProbeFault):
    """No address of a host took the connection. ``failures`` pairs each address with its error."""

    def __init__(self, where: str, failures: Sequence[tuple[str, OSError]]) -> None:
        super().__init__(f"no connection to {where}")
        self.where = where
        self.failures = tuple(failures)


class NotResolved(ProbeFault):
    """A host name gave no address; ``error`` is the resolver's."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(f"no address for {name}")
        self.name = name
        self.error = error


class NoAuthorities(ProbeFault):
    """There is no certificate authority on this machine to verify anybody's certificate with."""

    def __init__(self) -> None:
        super().__init__("no certificate authorities are installed here, so that no certificate can be verified")


class ClosedEarly(ProbeFault):
    """The peer closed the connection before the answer was whole; ``got`` says how much of it there was."""

    def __init__(self, got: str = "") -> None:
        super().__init__(f"closed the connection {got or 'without an answer'}")


class NotHttp(ProbeFault):
    """The answer does not start as HTTP does. ``start`` is its first bytes."""

    def __init__(self, start: bytes) -> None:
        shown = ascii(start[:24].decode("latin-1"))
        hint = ", which looks like TLS" if start[:2] == b"\x15\x03" else ""
        super().__init__(f"the answer is not HTTP: it starts with {shown}{hint}")


class BrokenAnswer(ProbeFault):
    """The answer starts as HTTP and then breaks its rules."""


class HeadersTooLong(ProbeFault):
    """The headers do not end within the bound."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the headers are longer than {limit // 1024} KiB")


class RedirectLoop(ProbeFault):
    """A redirect leads to where the look has been before."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"a redirect loop: {shown} comes round again")


class TooManyRedirects(ProbeFault):
    """More redirects than are followed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} redirects")


class BadRedirect(ProbeFault):
    """A redirect to something that is no web address."""

    def __init__(self, shown: str, why: str) -> None:
        super().__init__(f"redirects to {shown}, which is no web address: {why}")


class BodyWithheld(ProbeFault):
    """A redirect to another origin asks for the body once more, and what may be secret does not follow."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"redirects to {shown}, another origin, where the body under send is not sent")
