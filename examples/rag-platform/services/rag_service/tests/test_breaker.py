import threading
import unittest

from rag_service.breaker import CircuitBreaker, CircuitOpenError


def fail() -> None:
    raise OSError("down")


class BreakerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 0.0
        self.breaker = CircuitBreaker("llm", threshold=3, reset_after=30, clock=lambda: self.now)

    def break_down(self, times: int = 1) -> None:
        for _ in range(times):
            with self.assertRaises(OSError):
                self.breaker.call(fail)

    def test_is_closed_at_first_and_gives_what_the_call_gives(self) -> None:
        self.assertEqual(self.breaker.state, "closed")
        self.assertEqual(self.breaker.call(lambda: 42), 42)

    def test_stays_closed_below_the_threshold(self) -> None:
        self.break_down(times=2)
        self.assertEqual(self.breaker.state, "closed")

    def test_opens_at_the_threshold(self) -> None:
        self.break_down(times=3)
        self.assertEqual(self.breaker.state, "open")

    def test_a_success_forgets_earlier_failures(self) -> None:
        self.break_down(times=2)
        self.breaker.call(lambda: None)
        self.break_down(times=2)
        self.assertEqual(self.breaker.state, "closed")

    def test_does_not_call_while_open_and_says_when_to_come_back(self) -> None:
        self.break_down(times=3)
        self.now = 10.0
        called: list[int] = []
        with self.assertRaises(CircuitOpenError) as refused:
            self.breaker.call(lambda: called.append(1))
        self.assertEqual(called, [])
        self.assertEqual(refused.exception.retry_after, 20.0)

    def test_is_half_open_after_the_reset_time(self) -> None:
        self.break_down(times=3)
        self.now = 30.0
        self.assertEqual(self.breaker.state, "half-open")

    def test_a_trial_that_succeeds_closes_it(self) -> None:
        self.break_down(times=3)
        self.now = 30.0
        self.breaker.call(lambda: None)
        self.assertEqual(self.breaker.state, "closed")

    def test_a_trial_that_fails_opens_it_for_the_whole_time_again(self) -> None:
        self.break_down(times=3)
        self.now = 30.0
        self.break_down()
        self.now = 59.0
        self.assertEqual(self.breaker.state, "open")
        self.now = 60.0
        self.assertEqual(self.breaker.state, "half-open")

    def test_lets_one_trial_through_at_a_time(self) -> None:
        self.break_down(times=3)
        self.now = 30.0

        def second() -> None:
            with self.assertRaises(CircuitOpenError):
                self.breaker.call(lambda: None)

        self.breaker.call(second)
        self.assertEqual(self.breaker.state, "closed")

    def test_a_call_that_began_before_it_opened_does_not_close_it(self) -> None:
        self.breaker.call(lambda: self.break_down(times=3))
        self.assertEqual(self.breaker.state, "open")

    def test_counts_failures_of_many_threads(self) -> None:
        breaker = CircuitBreaker("llm", threshold=8)

        def once() -> None:
            with self.assertRaises(OSError):
                breaker.call(fail)

        threads = [threading.Thread(target=once) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        self.assertEqual(breaker.state, "open")

    def test_refuses_settings_that_make_no_breaker(self) -> None:
        with self.assertRaises(ValueError):
            CircuitBreaker("llm", threshold=0)
        with self.assertRaises(ValueError):
            CircuitBreaker("llm", reset_after=0)
