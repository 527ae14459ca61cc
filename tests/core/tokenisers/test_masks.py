"""What stands for a hidden token is one, however it is typed, and a word of its own."""

import pytest

from core.tokenisers import Tokeniser, tokeniser
from core.tokenisers.text import words_of
from core.tree import MASK
from tests.conftest import sentence_pairs

TEXTS = [source for source, _ in sentence_pairs()]
KINDS = ("characters", "pieces", "words")
HIDING = {kind: tokeniser(kind).train(TEXTS, 320, True) for kind in KINDS}
PLAIN = {kind: tokeniser(kind).train(TEXTS, 320) for kind in KINDS}


@pytest.fixture(params=KINDS)
def hiding(request) -> Tokeniser:
    return HIDING[request.param]


def test_it_is_a_token_that_is_never_written(hiding):
    assert hiding.piece(hiding.mask) == MASK
    assert not hiding.allowed[hiding.mask] and hiding.allowed.sum() == len(hiding) - 4
    assert len(hiding) <= 320


def test_it_is_read_back_from_its_file(hiding, tmp_path):
    (tmp_path / hiding.file).write_bytes(hiding.model)
    assert type(hiding).read(tmp_path / hiding.file).mask == hiding.mask


@pytest.mark.parametrize(
    "text",
    [f"I {MASK} now.", f"{MASK} sing.", f"I sing {MASK}.", f"I {MASK}{MASK}!", f"  I  {MASK} ",
     MASK],
)  # fmt: skip
def test_it_is_never_split_and_has_its_place(hiding, text):
    tokens = hiding.source_tokens(text)
    hidden = [token for token in tokens if token.id == hiding.mask]
    assert len(hidden) == text.count(MASK)
    for token in hidden:
        assert token.text == text[token.begin : token.end] == MASK
        assert not token.mark and not token.cuts
    others = [token for token in tokens if token.id != hiding.mask and not token.mark]
    assert "".join(token.text.strip() for token in tokens if not token.mark) == text.replace(
        " ", ""
    )
    assert hiding.encode(text) == [token.id for token in tokens if not token.mark]
    assert MASK not in "".join(token.piece for token in others)


def test_in_place_of_a_word_it_stands_in_place_of_its_piece():
    """No space is left before it that a piece would have within itself."""
    pieces = HIDING["pieces"]
    whole = pieces.encode("Tom sing now.")
    words = [pieces.piece(index) for index in whole]
    for word in ("Tom", "now"):
        if f"▁{word}" not in words:
            continue
        hidden = pieces.encode("Tom sing now.".replace(word, MASK))
        expected = [pieces.mask if pieces.piece(i) == f"▁{word}" else i for i in whole]
        assert hidden == expected
    assert any(f"▁{word}" in words for word in ("Tom", "now"))


def test_two_masks_are_two_words_and_the_text_around_them_others(hiding):
    assert words_of(f"I {MASK}.") == [(0, 1), (2, 8), (8, 9)]
    assert words_of("I <mask>.") == [(0, 1), (2, 8), (8, 9)]
    words = [token.word for token in hiding.source_tokens(f"I {MASK} {MASK} now.")]
    hidden = [t.word for t in hiding.source_tokens(f"I {MASK} {MASK} now.") if t.text == MASK]
    assert len({*hidden}) == 2 and words == sorted(words)


@pytest.mark.parametrize("kind", KINDS)
def test_without_one_it_is_text_like_any_other(kind):
    plain = PLAIN[kind]
    assert plain.mask is None
    assert len(plain.encode(f"I {MASK} now.")) > len(HIDING[kind].encode(f"I {MASK} now."))


@pytest.mark.parametrize("kind", ["characters", "words"])
def test_a_list_without_room_is_refused(kind):
    with pytest.raises(ValueError, match="5 are marks"):
        tokeniser(kind).train(TEXTS, 5, True)
