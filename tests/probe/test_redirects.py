"""Redirects, and what must not follow them."""

import pytest

from sprintbot.probe.exchange import REDIRECT_LIMIT

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"


def test_follows_redirects_and_counts_them(ask, redirecting):
    port, seen = redirecting("/b?x=1#part", "c")
    got = ask.fetched(f"http://127.0.0.1:{port}/a")
    assert (got.answer.status, got.redirects, str(got.url)) == (200, 2, f"http://127.0.0.1:{port}/c")
    assert [asked.split()[1] for asked in seen] == ["/a", "/b?x=1", "/c"]


def test_does_not_follow_a_redirect_whose_status_is_asked_for(ask, redirecting):
    port, seen = redirecting("/b")
    got = ask.fetched(f"http://127.0.0.1:{port}/a", stops_at=frozenset({302}))
    assert (got.answer.status, got.redirects, len(seen)) == (302, 0, 1)


def test_a_redirect_without_a_location_is_the_answer(ask, answer):
    port = answer(b"HTTP/1.1 302 Go\r\n\r\n")
    assert ask.fetched(f"http://127.0.0.1:{port}/").answer.status == 302


def test_a_redirect_loop_is_told(ask, redirecting):
    port, _ = redirecting("/b", "/a", "/b")
    assert ask.refuted(f"http://127.0.0.1:{port}/a") == f"a redirect loop: http://127.0.0.1:{port}/a comes round again"


def test_redirects_without_end_are_told(ask, redirecting):
    port, seen = redirecting(*(f"/{number}" for number in range(50)))
    assert ask.refuted(f"http://127.0.0.1:{port}/") == "more than 10 redirects"
    assert len(seen) == REDIRECT_LIMIT + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "https:///x", "//user:secret@/x"])
def test_a_redirect_to_what_is_no_web_address_is_told(ask, redirecting, location):
    port, seen = redirecting(location)
    told = ask.refuted(f"http://127.0.0.1:{port}/")
    assert told.startswith("redirects to ")
    assert "no web address" in told
    assert "secret" not in told
    assert len(seen) == 1


def test_what_is_wrong_after_a_redirect_names_where(ask, redirecting, free_port):
    port, _ = redirecting(f"http://127.0.0.1:{free_port}/x")
    assert ask.refuted(f"http://127.0.0.1:{port}/") == (
        f"nothing listens on 127.0.0.1:{free_port}, after a redirect to http://127.0.0.1:{free_port}/x"
    )


def test_a_deadline_after_a_redirect_names_where(ask, redirecting, silent):
    there = silent()
    port, _ = redirecting(f"http://127.0.0.1:{there}/x")
    assert ask.refuted(f"http://127.0.0.1:{port}/", deadline=2).endswith(
        f", after a redirect to http://127.0.0.1:{there}/x"
    )


SECRETS = {"Authorization": "Bearer secret", "Cookie": "secret", "X-Api-Key": "secret"}


def test_credentials_follow_on_the_same_origin(ask, redirecting):
    port, seen = redirecting("/b")
    ask.fetched(f"http://127.0.0.1:{port}/a", headers=SECRETS)
    assert seen[1].count("secret") == 3


def test_credentials_do_not_follow_to_another_port(ask, redirecting):
    there, seen = redirecting()
    port, _ = redirecting(f"http://127.0.0.1:{there}/")
    got = ask.fetched(f"http://ana:secret@127.0.0.1:{port}/a", headers=SECRETS)
    assert "secret" not in seen[0]
    assert "Authorization" not in seen[0]
    assert got.stripped


def test_credentials_do_not_come_back_by_a_detour(ask, serve):
    seen: list[str] = []
    ports: list[int] = []

    def here(peer):
        seen.append(peer.request().decode())
        peer.send(
            f"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:{ports[1]}/\r\n\r\n".encode() if len(seen) == 1 else HELLO
        )

    def there(peer):
        peer.request()
        peer.send(f"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:{ports[0]}/back\r\n\r\n".encode())

    ports += [serve(here), serve(there)]
    ask.fetched(f"http://127.0.0.1:{ports[0]}/", headers=SECRETS)
    assert "secret" in seen[0]
    assert "secret" not in seen[1]


def test_credentials_in_a_location_are_not_used(ask, redirecting):
    there, seen = redirecting()
    port, _ = redirecting(f"http://ana:planted@127.0.0.1:{there}/")
    got = ask.fetched(f"http://127.0.0.1:{port}/")
    assert "Authorization" not in seen[0]
    assert "planted" not in str(got.url)


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [(301, "POST", "GET"), (302, "POST", "GET"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"), (307, "POST", "POST")],
)
def test_the_method_of_a_redirect_is_as_browsers_have_it(ask, redirecting, status, method, then):
    port, seen = redirecting("/b", status=status)
    ask.fetched(f"http://127.0.0.1:{port}/a", method, headers={"Content-Type": "text/x"}, body=b"body")
    assert seen[1].startswith(f"{then} /b ")
    assert seen[1].endswith("body") == ("Content-Type" in seen[1]) == (then == method == "POST")


def test_a_body_is_not_sent_to_another_origin(ask, redirecting):
    there, seen = redirecting()
    port, _ = redirecting(f"http://127.0.0.1:{there}/", status=307)
    assert "another origin" in ask.blocked(f"http://127.0.0.1:{port}/", "POST", body=b"secret")
    assert seen == []
