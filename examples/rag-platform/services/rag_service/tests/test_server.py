import http.client
import json
import threading
import unittest
from typing import Any

from rag_service.breaker import CircuitBreaker
from rag_service.pipeline import Pipeline
from rag_service.server import MAX_BODY, RagServer
from rag_service.upstreams import embed_words, memory_store, quote_passage

Answer = tuple[int, dict[str, str], Any]

TOKEN = "secret"
QUESTION = json.dumps({"question": "What is a snapshot?"})


class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 0.0
        self.llm_is_up = True
        pipeline = Pipeline(embed_words, memory_store(), self.llm, self.make_breaker)
        self.server = RagServer(("127.0.0.1", 0), pipeline, token=TOKEN, version="abc")
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(thread.join, 10)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def make_breaker(self, name: str) -> CircuitBreaker:
        return CircuitBreaker(name, threshold=2, reset_after=30, clock=lambda: self.now)

    def llm(self, question: str, passages: list[str]) -> str:
        if not self.llm_is_up:
            raise OSError("down")
        return quote_passage(question, passages)

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=10)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, dict(response.headers), json.loads(response.read())
        finally:
            connection.close()

    def ask(self, body: str = QUESTION, token: str = TOKEN) -> Answer:
        return self.request("POST", "/api/v1/query", body, Authorization=f"Bearer {token}")

    def states(self) -> list[str]:
        return [each["state"] for each in self.request("GET", "/api/v1/health")[2]["circuit_breakers"]]

    def test_health_needs_no_token_and_shows_the_breakers(self) -> None:
        status, _, body = self.request("GET", "/api/v1/health")
        self.assertEqual(status, 200)
        self.assertEqual((body["status"], body["version"], len(body["circuit_breakers"])), ("ok", "abc", 3))

    def test_answers_a_question_with_the_token(self) -> None:
        status, _, body = self.ask()
        self.assertEqual(status, 200)
        self.assertIn("snapshot", body["answer"])

    def test_refuses_a_query_without_a_token(self) -> None:
        status, headers, _ = self.request("POST", "/api/v1/query", QUESTION)
        self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"))

    def test_refuses_a_query_with_a_wrong_token(self) -> None:
        for token in ("", "secre", "secret2", "SECRET", "s\xe9cret"):
            with self.subTest(token):
                self.assertEqual(self.ask(token=token)[0], 401)

    def test_tells_nobody_without_a_token_how_to_use_the_route(self) -> None:
        self.assertEqual(self.request("GET", "/api/v1/query")[0], 401)

    def test_refuses_a_wrong_method(self) -> None:
        status, headers, _ = self.request("GET", "/api/v1/query", Authorization=f"Bearer {TOKEN}")
        self.assertEqual((status, headers["Allow"]), (405, "POST"))

    def test_has_no_routes_outside_the_version(self) -> None:
        for path in ("/", "/health", "/api/health", "/api/v2/health"):
            with self.subTest(path):
                self.assertEqual(self.request("GET", path)[0], 404)

    def test_refuses_bodies_that_hold_no_question(self) -> None:
        for body in ("", "no json", "[]", "{}", '{"question": 1}', '{"question": " "}', "[" * 10_000):
            with self.subTest(body[:20]):
                self.assertEqual(self.ask(body)[0], 400)

    def test_refuses_a_body_that_is_too_long_before_reading_it(self) -> None:
        for length in (str(MAX_BODY + 1), "9" * 30):
            with self.subTest(length):
                sent = self.request("POST", "/api/v1/query", Authorization=f"Bearer {TOKEN}", Content_Length=length)
                self.assertEqual(sent[0], 413)

    def test_refuses_a_body_of_unknown_length(self) -> None:
        self.assertEqual(self.request("POST", "/api/v1/query", Content_Length="-1")[0], 411)
        self.assertEqual(self.request("POST", "/api/v1/query", Transfer_Encoding="chunked")[0], 411)

    def test_says_which_upstream_failed(self) -> None:
        self.llm_is_up = False
        status, _, body = self.ask()
        self.assertEqual((status, body["error"]), (502, "llm failed"))

    def test_an_open_breaker_shows_in_health_and_answers_at_once(self) -> None:
        self.llm_is_up = False
        self.ask()
        self.ask()
        self.assertEqual(self.states(), ["closed", "closed", "open"])
        self.assertEqual(self.request("GET", "/api/v1/health")[2]["status"], "degraded")
        status, headers, _ = self.ask()
        self.assertEqual((status, headers["Retry-After"]), (503, "30"))

    def test_the_breaker_closes_again_once_the_upstream_is_back(self) -> None:
        self.llm_is_up = False
        self.ask()
        self.ask()
        self.llm_is_up = True
        self.now = 30.0
        self.assertEqual(self.states()[2], "half-open")
        self.assertEqual(self.ask()[0], 200)
        self.assertEqual(self.states()[2], "closed")

    def test_does_not_start_without_a_token(self) -> None:
        with self.assertRaises(ValueError):
            RagServer(("127.0.0.1", 0), self.server.pipeline, token="")
