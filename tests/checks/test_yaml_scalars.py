import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.checks.yaml_scalars import core_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("3402:22", "3402:22"),
        ("1:30", "1:30"),
        ("2025-11-03", "2025-11-03"),
        ("1_500", "1_500"),
        ("2,000", "2,000"),
        ("0b11", "0b11"),
        ("=", "="),
        ("<<", "<<"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
        ("nUll", "nUll"),
        ("0", 0),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("-12", -12),
        ("+12", 12),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        (".", "."),
        ("-", "-"),
        ("+", "+"),
        ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        ("12345678901234567890", 12345678901234567890),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
    ],
)
def test_plain_scalars_are_yaml_1_2_core(text, value):
    read = core_scalar(text)
    assert read == value
    assert type(read) is type(value)


@given(st.text("0123456789.eE+-xobaAfF_~nul", max_size=12))
def test_a_scalar_is_a_finite_number_or_what_was_written(text):
    value = core_scalar(text)
    assert value is None or value == text or (isinstance(value, int | float) and math.isfinite(value))
