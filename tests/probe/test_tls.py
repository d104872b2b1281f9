"""TLS states, each told apart."""

import ssl

import pytest

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"


def test_a_good_certificate_is_accepted(ask, answer, trusted, site):
    port = answer(HELLO, tls=trusted.context())
    assert ask.fetched(f"https://localhost:{port}/").answer.body == b"hello"
    assert list(site.phases) == ["resolve", "connect", "tls", "send", "first byte", "body"]


def test_a_certificate_may_name_an_address(ask, answer, trusted):
    assert ask.fetched(f"https://127.0.0.1:{answer(HELLO, tls=trusted.context())}/").answer.status == 200


def test_an_expired_certificate_is_told(ask, answer, trusted):
    port = answer(HELLO, tls=trusted.context(days="-1"))
    assert ask.refuted(f"https://localhost:{port}/") == "the certificate has expired"


def test_a_certificate_for_another_host_is_told(ask, answer, trusted):
    tls = trusted.context("DNS:example.org")
    assert ask.refuted(f"https://localhost:{answer(HELLO, tls=tls)}/") == "the certificate is for another host name"
    assert ask.refuted(f"https://127.0.0.1:{answer(HELLO, tls=tls)}/") == "the certificate is for another IP address"


def test_a_self_signed_certificate_is_told(ask, answer, trusted):
    port = answer(HELLO, tls=trusted.self_signed())
    assert ask.refuted(f"https://localhost:{port}/") == "the certificate is self-signed"


def test_an_unknown_authority_is_told(ask, answer, authority, tmp_path, monkeypatch):
    tls = authority.context()
    (tmp_path / "other").mkdir()
    other = type(authority)(tmp_path / "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.file))
    assert ask.refuted(f"https://localhost:{answer(HELLO, tls=tls)}/") == (
        "the certificate comes from an authority that is not known here"
    )


def test_a_machine_without_authorities_accuses_nobody(ask, answer, authority, tmp_path, monkeypatch):
    (tmp_path / "empty.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    port = answer(HELLO, tls=authority.context())
    assert ask.blocked(f"https://localhost:{port}/").startswith("no certificate authorities are installed here")


def test_a_missing_file_of_authorities_is_blocked(ask, tmp_path, monkeypatch, free_port):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    assert ask.blocked(f"https://localhost:{free_port}/") == f"{tmp_path / 'gone.pem'} was not found"


def test_plain_http_where_tls_was_asked_for_is_told(ask, serve):
    port = serve(lambda peer: (peer.sock.recv(100), peer.send(b"HTTP/1.1 400 Bad\r\n\r\n")))
    assert ask.refuted(f"https://localhost:{port}/") == "what listens there does not speak TLS"


def test_tls_where_plain_http_was_asked_for_is_told(ask, answer, trusted):
    port = answer(HELLO, tls=trusted.context())
    told = ask.refuted(f"http://localhost:{port}/")
    assert "looks like TLS" in told or "closed the connection" in told or "reset" in told


def test_silence_in_the_handshake_is_a_failure(ask, serve):
    port = serve(lambda peer: peer.hold())
    assert ask.refuted(f"https://localhost:{port}/", deadline=2).endswith("2 s, in the TLS handshake")


@pytest.mark.parametrize("end", ["reset", "close"])
def test_a_break_in_the_handshake_is_told(ask, serve, end):
    def script(peer):
        peer.sock.recv(100)
        peer.reset() if end == "reset" else peer.sock.close()

    told = ask.refuted(f"https://localhost:{serve(script)}/")
    assert told in {
        "the connection was reset during the TLS handshake",
        "the connection was closed during the TLS handshake",
    }


def test_no_common_cipher_is_told(ask, answer, trusted):
    tls = trusted.context()
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ciphers("ECDHE-ECDSA-AES128-CCM")
    assert ask.refuted(f"https://localhost:{answer(HELLO, tls=tls)}/") == (
        "TLS failed during the TLS handshake: sslv3 alert handshake failure"
    )
