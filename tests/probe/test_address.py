import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.probe.address import MAX_SHOWN, Endpoint, Url, masked


@pytest.mark.parametrize(
    ("text", "full", "port"),
    [
        ("http://localhost", "http://localhost/", 80),
        ("https://localhost:443/a?b=c#d", "https://localhost/a?b=c", 443),
        ("http://LOCALHOST:8080/A", "http://localhost:8080/A", 8080),
        ("http://[::1]:80", "http://[::1]/", 80),
        ("http://[2001:DB8::1]:81/", "http://[2001:db8::1]:81/", 81),
        ("http://bücher.example/ü?ü", "http://xn--bcher-kva.example/%C3%BC?%C3%BC", 80),
        ("http://service_1:80/%20", "http://service_1/%20", 80),
        ("http://host?q", "http://host/?q", 80),
        (" http://host/ ", "http://host/", 80),
        ("http://user:pass@host/", "http://host/", 80),
    ],
)
def test_reads_web_addresses(text, full, port):
    url = Url.parse(text)
    assert (url.full, url.port) == (full, port)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("localhost:8000/x", "does not start with http"),
        ("ftp://host/", "does not start with http"),
        ("//host/", "does not start with http"),
        ("http://", "no host"),
        ("http:///path", "no host"),
        ("http://:80/", "no host"),
        ("http://host:/", "nothing follows the colon"),
        ("http://host:0/", "1 to 65535"),
        ("http://host:65536/", "1 to 65535"),
        ("http://host:8o/", "1 to 65535"),
        ("http://host:٣/", "1 to 65535"),
        ("http://[::1/", ""),
        ("http://[nope]/", ""),
        ("http://ho st/", "space"),
        ("http://host/a b", "space"),
        ("http://host/\r\nX: 1", "control"),
        ("http://a..b/", "host name"),
        ("http://-a/", "host name"),
        ("http://a<b>/", "host name"),
        ("http://" + "a" * 64 + "/", "host name"),
        ("http://" + "ü" * 64 + "/", "host name"),
    ],
)
def test_refuses_what_is_no_web_address_without_repeating_it(text, why):
    with pytest.raises(ValueError) as caught:
        Url.parse(text)
    assert why in str(caught.value)


@given(st.text(max_size=60) | st.text(alphabet="htp:/@[]?#.%a1\r\n ", max_size=40).map("http://".__add__))
def test_reads_any_text_or_refuses_it(text):
    try:
        url = Url.parse(text)
    except ValueError:
        return
    assert url.full.isascii()
    assert url.full.isprintable()
    assert Url.parse(url.full) == Url.parse(url.full, "")
    assert Url.parse(url.full).full == url.full


def test_credentials_are_never_shown():
    url = Url.parse("https://ana:p%40ss@host/x")
    assert url.userinfo == "ana:p@ss"
    assert str(url) == "https://host/x"
    assert masked("see https://ana:secret@host/x and http://bo@b/") == "see https://***@host/x and http://***@b/"


def test_shown_text_is_printable_and_short():
    assert masked("\x1b[31m<ü>\n") == "\\x1b[31m<\\xfc>\\x0a"
    assert len(masked("x" * 1000)) == MAX_SHOWN


def test_a_redirect_within_a_host_that_is_not_shown_keeps_it_so():
    url = Url.parse("http://prod.example/a", "${PROD}/a")
    assert str(url.join("https://prod.example/b")) == "https://***/b"
    assert str(url.join("https://other.example/b")) == "https://other.example/b"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("localhost:80", "localhost", 80), ("[::1]:6379", "::1", 6379), ("10.0.0.1:1", "10.0.0.1", 1)],
)
def test_reads_host_and_port(text, host, port):
    endpoint = Endpoint.parse(text)
    assert (endpoint.host, endpoint.port, str(endpoint)) == (host, port, text)


@pytest.mark.parametrize(
    "text", ["localhost", "80", ":80", "::1:80", "host:", "host:0", "host:99999", "http://host:80"]
)
def test_refuses_what_is_no_host_and_port(text):
    with pytest.raises(ValueError):
        Endpoint.parse(text)
