"""From a question to an answer: three upstreams, each behind a circuit breaker of its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from rag_service.breaker import CircuitBreaker, CircuitOpenError
from rag_service.upstreams import Embedder, LanguageModel, VectorStore

Result = TypeVar("Result")


class UpstreamError(Exception):
    """An upstream was called and failed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} failed")
        self.name = name


class Pipeline:
    """Answers questions. ``make_breaker`` gives the breaker of an upstream by its name."""

    def __init__(
        self,
        embedder: Embedder,
        vector_store: VectorStore,
        llm: LanguageModel,
        make_breaker: Callable[[str], CircuitBreaker] = CircuitBreaker,
    ) -> None:
        self._embedder = embedder
        self._vector_store = vector_store
        self._llm = llm
        self._breakers = {name: make_breaker(name) for name in ("embedder", "vector-store", "llm")}

    def states(self) -> list[dict[str, str]]:
        """Name and state of each breaker, in the order of the calls."""
        return [{"name": name, "state": breaker.state} for name, breaker in self._breakers.items()]

    def answer(self, question: str) -> dict[str, Any]:
        """The answer and the passages it rests on; raises UpstreamError or CircuitOpenError."""
        vector = self._guarded("embedder", lambda: self._embedder(question))
        passages = self._guarded("vector-store", lambda: self._vector_store(vector))
        answer = self._guarded("llm", lambda: self._llm(question, passages))
        return {"answer": answer, "passages": passages}

    def _guarded(self, name: str, call: Callable[[], Result]) -> Result:
        try:
            return self._breakers[name].call(call)
        except CircuitOpenError:
            raise
        except Exception as exc:
            raise UpstreamError(name) from exc
