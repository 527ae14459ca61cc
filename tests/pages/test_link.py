"""Numbers in a link: what can be meant by them, and nothing else."""

import pytest

from pages.shared import fields


@pytest.mark.parametrize(
    ("given", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999999", 999999999)]
)
def test_plain_digits_are_a_number(given, number):
    assert fields.number(given) == number


@pytest.mark.parametrize("given", ["", "-1", "1.5", "x", "²", "١", "9" * 10, "9" * 5000, " 1"])
def test_nothing_else_is(given):
    assert fields.number(given) is None
