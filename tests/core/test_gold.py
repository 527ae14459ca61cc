"""Links that people drew, on the tokens of the words that they link."""

from __future__ import annotations

import numpy as np
import pytest

from core import gold
from core.tree import Token

TYPED = "happy day."
SOURCE = [
    Token(5, "▁ha", "ha", 0, 0, 2), Token(6, "ppy", "ppy", 0, 2, 5),
    Token(7, "▁day", "day", 1, 6, 9), Token(8, ".", ".", 1, 9, 10),
    Token(2, "</s>", "</s>", 2, mark=True),
]  # fmt: skip
TARGET = [
    Token(9, "▁bon", "bon", 0), Token(10, "▁jour", " jour", 1),
    Token(2, "</s>", "</s>", 2, mark=True),
]  # fmt: skip


def test_links_are_read_as_their_files_have_them():
    assert gold.links("1-1 2p3,\n4-2") == {(0, 0): 1.0, (1, 2): 0.5, (3, 1): 1.0}
    assert gold.links(" ") == {}


@pytest.mark.parametrize("wrong", ["1", "1-", "0-1", "1-0", "a-b", "1-1-1", "１-1", "-1-1"])
def test_what_is_no_link_is_named(wrong):
    with pytest.raises(ValueError) as told:
        gold.links(f"1-1 {wrong}")
    assert str(told.value) == wrong


def test_words_are_what_stands_between_spaces():
    assert gold.words(SOURCE, TYPED) == [{0}, {0}, {1}, {1}, set()]
    assert gold.words(TARGET) == [{0}, {1}, set()]


def test_a_link_is_on_all_tokens_of_its_words():
    row = gold.row_of(gold.links("1p1 2-2"), TYPED, SOURCE, TARGET)
    assert row.shape == (3, 5)
    assert np.array_equal(row[0], [0.5, 0.5, 0, 0, 0])
    assert np.array_equal(row[1], [0, 0, 1, 1, 0])
    assert not row[2].any()


def test_a_link_to_a_word_that_there_is_not_is_named():
    with pytest.raises(ValueError, match=r"^3-1$"):
        gold.row_of(gold.links("1-1 3-1"), TYPED, SOURCE, TARGET)
    with pytest.raises(ValueError, match=r"^1p3$"):
        gold.row_of(gold.links("1p3"), TYPED, SOURCE, TARGET)
