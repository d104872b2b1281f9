import itertools

import pytest

from sprintbot.claim.evidence import Outcome
from sprintbot.verdict.exit import exit_code


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (["pass"], 0),
        (["pass", "pass", "skipped", "waived"], 0),
        (["pass", "fail"], 1),
        (["pass", "blocked"], 1),
        ([], 1),
        (["skipped"], 1),
        (["waived"], 1),
        (["pass", "error"], 3),
        (["fail", "blocked", "error"], 3),
        (["error"], 3),
    ],
)
def test_the_code_of_a_verdict(outcomes, code):
    for order in itertools.permutations(outcomes):
        assert exit_code([Outcome(each) for each in order]) == code


@pytest.mark.parametrize("outcomes", [[], ["pass"], ["fail"], ["error"]])
def test_an_interrupted_run_is_130_whatever_it_found(outcomes):
    assert exit_code([Outcome(each) for each in outcomes], interrupted=True) == 130
