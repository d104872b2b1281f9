"""The TLS context of all https probes: certificates and host names are verified, TLS 1.2 or newer."""

import os
import ssl
import threading
from functools import cache
from pathlib import Path

from sprintbot.probe.thread import in_thread

_building = threading.Lock()


async def tls_context() -> ssl.SSLContext:
    """The one context, built when the first https probe asks for it.

    Building reads some hundred certificates, which takes tens of milliseconds: it happens in a thread, so that it is
    not timed as another peer's slowness. ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name other authorities, as OpenSSL has
    it; a file that is not there raises FileNotFoundError.
    """
    return await in_thread(_context)


def has_authorities(context: ssl.SSLContext) -> bool:
    """Whether there is any authority to verify a certificate with."""
    if context.cert_store_stats()["x509_ca"]:
        return True
    paths = ssl.get_default_verify_paths()
    folder = Path(os.environ.get(paths.openssl_capath_env, paths.openssl_capath))
    return folder.is_dir() and any(folder.iterdir())  # read when needed, so that it is not in the statistics


def _context() -> ssl.SSLContext:
    with _building:
        return _context_for(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@cache
def _context_for(file: str, folder: str) -> ssl.SSLContext:
    """The context by the two variables that it depends on; OpenSSL itself passes over a file that is not there."""
    if file:
        Path(file).stat()
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
