"""``python -m rag_service``: serve until SIGTERM or SIGINT."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping
from functools import partial

from rag_service import upstreams
from rag_service.breaker import CircuitBreaker
from rag_service.pipeline import Pipeline
from rag_service.server import RagServer

GRACE = 3.0


def build_pipeline(environ: Mapping[str, str]) -> Pipeline:
    """The pipeline that the environment asks for; an upstream whose URL is unset is the one built in.

    Raises ValueError for numbers that are none.
    """
    breaker = partial(
        CircuitBreaker,
        threshold=int(environ.get("RAG_BREAKER_THRESHOLD", "3")),
        reset_after=float(environ.get("RAG_BREAKER_RESET_SECONDS", "30")),
    )
    embedder: upstreams.Embedder = upstreams.embed_words
    store: upstreams.VectorStore = upstreams.memory_store()
    llm: upstreams.LanguageModel = upstreams.quote_passage
    if ollama := environ.get("RAG_OLLAMA_URL"):
        embedder = upstreams.ollama_embedder(ollama, environ.get("RAG_EMBED_MODEL", "nomic-embed-text"))
        llm = upstreams.ollama_model(ollama, environ.get("RAG_LLM_MODEL", "llama3.2"))
    if qdrant := environ.get("RAG_QDRANT_URL"):
        store = upstreams.qdrant_store(qdrant, environ.get("RAG_COLLECTION", "documents"))
    return Pipeline(embedder, store, llm, breaker)


def main() -> int:
    """The exit code: 0 after a stop that was asked for, 1 when the port is taken, 2 when the settings are wrong."""
    parser = argparse.ArgumentParser(prog="rag_service", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8201, help="0 takes any free port (default: 8201)")
    options = parser.parse_args()
    token = os.environ.get("RAG_SERVICE_TOKEN", "")
    if not token:
        print("RAG_SERVICE_TOKEN is not set; the service does not start without it", file=sys.stderr)
        return 2
    try:
        pipeline = build_pipeline(os.environ)
    except ValueError as exc:
        print(f"RAG_BREAKER_THRESHOLD or RAG_BREAKER_RESET_SECONDS: {exc}", file=sys.stderr)
        return 2
    version = os.environ.get("RAG_SERVICE_VERSION", "unknown")
    try:
        server = RagServer((options.host, options.port), pipeline, token=token, version=version)
    except (OSError, OverflowError) as exc:
        print(f"cannot listen on {options.host}:{options.port}: {exc}", file=sys.stderr)
        return 1
    serve(server, options.host)
    return 0


def serve(server: RagServer, host: str) -> None:
    """Serve until a signal asks to stop, then let requests under way finish."""

    def stop(*_: object) -> None:
        # An exception here could arise while a request is handed to its thread, and would close its connection.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    server.drain(GRACE)


if __name__ == "__main__":
    sys.exit(main())
