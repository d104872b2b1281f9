"""Where a probe goes: hosts, ports and web addresses, and how they may be shown.

Errors are ValueErrors whose words never hold the text itself, as it may hold a secret.
"""

import re
from typing import Self
from urllib.parse import quote, unquote, urljoin

import msgspec

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.-])?")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+:[0-9A-Fa-f:.]*")
# RFC 3986, appendix B
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_AS_IS = "!#$%&'()*+,/:;=?@[]~"
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_SHOWN = 200


class Endpoint(msgspec.Struct, frozen=True):
    """A host and a port of it. ``where`` is how reports name it, where the name itself is not to be shown."""

    host: str
    port: int
    where: str = ""

    @classmethod
    def parse(cls, text: str, where: str = "") -> Self:
        """From ``host:port`` or ``[::1]:port``; raises ValueError."""
        host, colon, port = text.strip().rpartition(":")
        if not colon or (":" in host and not host.startswith("[")):
            raise ValueError("write host:port, as in localhost:6379 or [::1]:6379")
        return cls(read_host(host), _read_port(port), where)

    def __str__(self) -> str:
        return self.where or self.authority

    @property
    def authority(self) -> str:
        """``host:port``, with brackets around an IPv6 address."""
        return f"{bracketed(self.host)}:{self.port}"


class Url(msgspec.Struct, frozen=True, kw_only=True):
    """A web address taken apart. ``path`` is what the request line asks for, query included and quoted.

    ``userinfo`` is ``user:password``, unquoted. ``alias`` is how reports name it, where the address is not to be shown.
    """

    scheme: str
    host: str
    port: int
    path: str
    userinfo: str = ""
    alias: str = ""

    @classmethod
    def parse(cls, text: str, alias: str = "") -> Self:
        """Raises ValueError for what is no ``http://`` or ``https://`` address with a host."""
        if _UNPRINTABLE.search(text.strip()):
            raise ValueError("it has a space or a control character in it")
        found = _URL.match(text.strip())
        if found is None:
            raise ValueError("it does not start with http:// or https://")
        scheme = found["scheme"].lower()
        userinfo, _, hostport = found["authority"].rpartition("@")
        host, port = _split_port(hostport)
        return cls(
            scheme=scheme,
            host=read_host(host),
            port=_read_port(port) if port else DEFAULT_PORTS[scheme],
            path=quote((found["path"] or "/") + (found["query"] or ""), safe=_AS_IS),
            userinfo=unquote(userinfo),
            alias=alias,
        )

    def join(self, location: str) -> "Url":
        """Where a redirect leads, without its credentials; raises ValueError. A host that is not shown stays so."""
        url = Url.parse(urljoin(self.full, location))
        alias = f"{url.scheme}://***{url.path}" if self.alias and url.host == self.host else ""
        return msgspec.structs.replace(url, userinfo="", alias=alias)

    def __str__(self) -> str:
        return self.alias or masked(self.full)

    @property
    def full(self) -> str:
        """The address without its credentials."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the scheme's own: what the ``Host`` header says (RFC 9110, 7.2)."""
        host = bracketed(self.host)
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials belong to (RFC 6454)."""
        return self.scheme, self.host, self.port

    @property
    def endpoint(self) -> Endpoint:
        """What to connect to."""
        return Endpoint(self.host, self.port, self.alias)


def masked(text: str) -> str:
    """A web address for a reader: ``user:password@`` as ``***@``, nothing but printable ASCII, and cut."""
    shown = _USERINFO.sub("***@", text).encode("ascii", "backslashreplace").decode()
    shown = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", shown)
    return shown if len(shown) <= MAX_SHOWN else shown[: MAX_SHOWN - 3] + "..."


def bracketed(host: str) -> str:
    """A host as it stands before ``:port``."""
    return f"[{host}]" if ":" in host else host


def read_host(text: str) -> str:
    """A host name in ASCII and lower case (IDNA), or an IP address without brackets; raises ValueError."""
    if text.startswith("[") and text.endswith("]"):
        if not _IPV6.fullmatch(text[1:-1]):
            raise ValueError("what stands in brackets is no IPv6 address")
        return text[1:-1].lower()
    if not text:
        raise ValueError("it names no host")
    try:
        host = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError as exc:
        raise ValueError("its host is no host name") from exc
    if not _HOST.fullmatch(host) or ".." in host or any(len(label) > 63 for label in host.split(".")):
        raise ValueError("its host is no host name")
    return host.lower()


def _split_port(text: str) -> tuple[str, str]:
    if text.startswith("[") or ":" in text:
        host, bracket, rest = text.rpartition("]")
        name, colon, port = rest.rpartition(":")
        if colon:
            return host + bracket + name, _required(port)
    return text, ""


def _required(port: str) -> str:
    if not port:
        raise ValueError("nothing follows the colon after its host")
    return port


def _read_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535):
        raise ValueError("its port is not a number from 1 to 65535")
    return int(text)
