import pytest
from elsewhere import NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers(number):
    assert number


def test_one():
    pass
