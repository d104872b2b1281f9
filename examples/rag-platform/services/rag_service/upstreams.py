"""What answers behind the service: an embedder, a vector store and a language model.

Each is a function. The ones that are built in need nothing but this process; the others speak the HTTP API of Ollama
(https://docs.ollama.com/api) or Qdrant (https://api.qdrant.tech).
"""

import json
import math
import re
import urllib.request
import zlib
from collections.abc import Callable
from typing import Any

Embedder = Callable[[str], list[float]]
VectorStore = Callable[[list[float]], list[str]]
LanguageModel = Callable[[str, list[str]], str]

DIMENSIONS = 1024
PASSAGES = 3
MAX_ANSWER = 1 << 20
TIMEOUT = 10.0

DOCUMENTS = (
    "A circuit breaker opens after repeated failures, so that a struggling upstream is left alone for a while.",
    "Raft elects a leader among the peers and needs a majority of them, two of three, to commit a change.",
    "A snapshot holds the points and the index of one collection on one node at one time.",
    "A gateway limits the rate of requests before they reach a service.",
)


def embed_words(text: str) -> list[float]:
    """A unit vector of hashed counts of words of four letters and more. No words: the zero vector."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w{4,}", text.lower()):
        vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector] if length else vector


def memory_store(documents: tuple[str, ...] = DOCUMENTS) -> VectorStore:
    """A store of a few documents, the nearest first."""
    embedded = [(embed_words(document), document) for document in documents]

    def search(vector: list[float]) -> list[str]:
        def similarity(entry: tuple[list[float], str]) -> float:
            return sum(left * right for left, right in zip(vector, entry[0], strict=True))

        return [document for _, document in sorted(embedded, key=similarity, reverse=True)[:PASSAGES]]

    return search


def quote_passage(question: str, passages: list[str]) -> str:
    """The nearest passage itself, as the answer."""
    return passages[0] if passages else f"Nothing is known about: {question}"


def ollama_embedder(url: str, model: str) -> Embedder:
    """Embeddings by ``POST /api/embed``."""

    def embed(text: str) -> list[float]:
        answer = _post(f"{url}/api/embed", {"model": model, "input": text})
        return [float(value) for value in answer["embeddings"][0]]

    return embed


def qdrant_store(url: str, collection: str) -> VectorStore:
    """Passages by ``POST /collections/{name}/points/query``; the text is the payload's ``text``."""

    def search(vector: list[float]) -> list[str]:
        wanted = {"query": vector, "limit": PASSAGES, "with_payload": ["text"]}
        answer = _post(f"{url}/collections/{collection}/points/query", wanted)
        return [str(point["payload"]["text"]) for point in answer["result"]["points"]]

    return search


def ollama_model(url: str, model: str) -> LanguageModel:
    """An answer by ``POST /api/generate``."""

    def answer(question: str, passages: list[str]) -> str:
        prompt = "\n".join(["Answer from these passages only:", *passages, f"Question: {question}"])
        return str(_post(f"{url}/api/generate", {"model": model, "prompt": prompt, "stream": False})["response"])

    return answer


def _post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        content = response.read(MAX_ANSWER + 1)
    if len(content) > MAX_ANSWER:
        raise ValueError(f"the answer of {url} is longer than {MAX_ANSWER} bytes")
    return json.loads(content)
