"""The HTTP side: versioned routes, a token between services, and nothing unbounded."""

import hmac
import json
import math
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rag_service.breaker import CircuitOpenError
from rag_service.pipeline import Pipeline, UpstreamError

MAX_BODY = 16 * 1024
ROUTES = {"/api/v1/health": "GET", "/api/v1/query": "POST"}


class RefusedError(Exception):
    """A request that gets no answer but a status, a reason and perhaps headers."""

    def __init__(self, status: HTTPStatus, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class RagServer(ThreadingHTTPServer):
    """Serves a pipeline until ``shutdown``; port 0 takes any free port."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], pipeline: Pipeline, *, token: str, version: str = "unknown") -> None:
        if not token:
            raise ValueError("a token is needed")
        self.pipeline = pipeline
        self.token = token
        self.version = version
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the service."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def drain(self, seconds: float) -> None:
        """Let requests under way finish, for so long at most."""
        deadline = time.monotonic() + seconds
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join(max(deadline - time.monotonic(), 0))


class Handler(BaseHTTPRequestHandler):
    """One request. ``timeout`` bounds each wait for the client, in seconds."""

    server: RagServer
    timeout = 5
    server_version = "rag-service"
    sys_version = ""

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def _respond(self) -> None:
        try:
            self._send(HTTPStatus.OK, self._route())
        except RefusedError as exc:
            self._send(exc.status, {"error": str(exc)}, exc.headers)
        except UpstreamError as exc:
            self._send(HTTPStatus.BAD_GATEWAY, {"error": str(exc)})
        except CircuitOpenError as exc:
            after = {"Retry-After": str(math.ceil(exc.retry_after))}
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, {"error": str(exc)}, after)

    def _route(self) -> dict[str, Any]:
        # Read before anything is refused: closing on unread bytes resets the connection, and the answer with it.
        body = self._body()
        path = self.path.partition("?")[0]
        allowed = ROUTES.get(path)
        if allowed is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, "no such route")
        if path == "/api/v1/query":
            self._authenticate()
        if self.command != allowed:
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"use {allowed}", Allow=allowed)
        return self._health() if path == "/api/v1/health" else self._query(body)

    def _authenticate(self) -> None:
        given = self.headers.get("Authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, f"Bearer {self.server.token}".encode()):
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "a valid token is needed", WWW_Authenticate="Bearer")

    def _health(self) -> dict[str, Any]:
        states = self.server.pipeline.states()
        healthy = all(each["state"] == "closed" for each in states)
        return {
            "status": "ok" if healthy else "degraded",
            "version": self.server.version,
            "circuit_breakers": states,
        }

    def _query(self, body: bytes) -> dict[str, Any]:
        try:
            question = json.loads(body)["question"]
        except (ValueError, TypeError, KeyError, RecursionError) as exc:
            raise RefusedError(HTTPStatus.BAD_REQUEST, 'send {"question": "..."} as JSON') from exc
        if not isinstance(question, str) or not question.strip():
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the question is empty")
        return self.server.pipeline.answer(question)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "send Content-Length")
        if len(length) > 9 or int(length) > MAX_BODY:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BODY} bytes are taken")
        return self.rfile.read(int(length))

    def _send(self, status: HTTPStatus, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has in the standard library
        """Nothing: the gateway keeps the access log."""
