"""What is there of a character in part is written as its bytes, never as a sign for nothing."""

import pytest

from core.tokenisers import tokeniser
from core.tree import UNREADABLE, readable
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


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_hypothesis_that_ends_within_a_character_ends_with_its_bytes(translator, missing):
    """Made to write a part of a character, with no room for the rest: its text says which part."""
    vocabulary = translator.vocabulary
    ids = vocabulary.encode("She sings 🐈")[:-missing]
    trace = translator.translate("She sings.", prefix=tuple(ids), limit=len(ids))
    there = "".join(f"<0x{byte:02X}>" for byte in "🐈".encode()[:-missing])
    assert trace.text.endswith(there) and UNREADABLE not in trace.text
    whole = translator.translate("She sings.", prefix=tuple(vocabulary.encode("She sings 🐈")))
    assert whole.text.startswith("She sings 🐈")
