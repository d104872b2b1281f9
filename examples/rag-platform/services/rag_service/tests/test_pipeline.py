import unittest
from typing import Any

from rag_service.breaker import CircuitBreaker, CircuitOpenError
from rag_service.pipeline import Pipeline, UpstreamError
from rag_service.upstreams import embed_words, memory_store, quote_passage


def broken(*_: object) -> Any:
    raise OSError("down")


def make_breaker(name: str) -> CircuitBreaker:
    return CircuitBreaker(name, threshold=2)


class PipelineTest(unittest.TestCase):
    def test_answers_from_the_nearest_passage(self) -> None:
        pipeline = Pipeline(embed_words, memory_store(), quote_passage)
        given = pipeline.answer("How does Raft elect a leader?")
        self.assertIn("majority", str(given["answer"]))
        self.assertEqual([given["answer"]], given["passages"][:1])

    def test_has_three_breakers_all_closed_at_first(self) -> None:
        states = Pipeline(embed_words, memory_store(), quote_passage).states()
        self.assertEqual([each["name"] for each in states], ["embedder", "vector-store", "llm"])
        self.assertEqual({each["state"] for each in states}, {"closed"})

    def test_names_the_upstream_that_failed(self) -> None:
        pipelines = {
            "embedder": Pipeline(broken, memory_store(), quote_passage),
            "vector-store": Pipeline(embed_words, broken, quote_passage),
            "llm": Pipeline(embed_words, memory_store(), broken),
        }
        for name, pipeline in pipelines.items():
            with self.subTest(name):
                with self.assertRaises(UpstreamError) as failed:
                    pipeline.answer("why?")
                self.assertEqual(failed.exception.name, name)

    def test_opens_only_the_breaker_of_the_upstream_that_fails(self) -> None:
        pipeline = Pipeline(embed_words, broken, quote_passage, make_breaker)
        for _ in range(2):
            with self.assertRaises(UpstreamError):
                pipeline.answer("why?")
        with self.assertRaises(CircuitOpenError):
            pipeline.answer("why?")
        self.assertEqual([each["state"] for each in pipeline.states()], ["closed", "open", "closed"])


class UpstreamsTest(unittest.TestCase):
    def test_equal_texts_have_equal_vectors_of_length_one(self) -> None:
        vector = embed_words("Raft, raft and RAFT")
        self.assertEqual(vector, embed_words("raft raft and raft"))
        self.assertAlmostEqual(sum(value * value for value in vector), 1.0)

    def test_a_text_without_words_has_the_zero_vector(self) -> None:
        self.assertFalse(any(embed_words("?!")))

    def test_the_store_gives_the_nearest_document_first(self) -> None:
        search = memory_store(("apples and pears", "trains and ships", "rain"))
        self.assertEqual(search(embed_words("ships"))[0], "trains and ships")

    def test_says_so_when_there_is_no_passage(self) -> None:
        self.assertIn("Nothing is known", quote_passage("why?", []))
