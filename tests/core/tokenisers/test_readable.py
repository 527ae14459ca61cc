"""What is there of a character in part is written as its bytes, never as a sign for nothing."""

import pytest

from core.tokenisers import tokeniser
from core.tokenisers.text import UNREADABLE, readable
from tests.conftest import sentence_pairs


@pytest.fixture(scope="module")
def pieces():
    return tokeniser("pieces").train((pair[0] for pair in sentence_pairs()), 400)


def test_a_whole_character_of_bytes_is_the_character(pieces):
    tokens = pieces.target_tokens(pieces.encode("She sings 🐈 here"))
    assert readable(tokens) == "She sings 🐈 here"


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_part_of_a_character_is_its_bytes(pieces, missing):
    tokens = pieces.target_tokens(pieces.encode("She sings 🐈")[:-missing])
    there = "".join(f"<0x{byte:02X}>" for byte in "🐈".encode()[:-missing])
    assert readable(tokens).replace(" ", "") == f"Shesings{there}"
    assert UNREADABLE not in readable(tokens)
