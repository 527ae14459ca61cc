"""What holds for every tokeniser, whatever it takes for a token."""

import itertools
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tokenisers import MARKS, Tokeniser, tokeniser, tokenisers
from core.tree import END
from tests.conftest import sentence_pairs
from tests.core.tokenisers.test_pieces import STRINGS

KINDS = ("characters", "pieces", "words")
TEXTS = [side for pair in sentence_pairs() for side in pair]
TRAINED = {kind: tokeniser(kind).train(TEXTS, 400) for kind in KINDS}


@pytest.fixture(params=KINDS)
def splits(request) -> Tokeniser:
    return TRAINED[request.param]


def test_there_is_one_a_file():
    assert tuple(sorted(tokenisers())) == KINDS
    assert len({one.file for one in tokenisers().values()}) == len(KINDS)
    with pytest.raises(ValueError, match="no tokeniser 'bytes'; there are characters, pieces, w"):
        tokeniser("bytes")


def test_no_torch_comes_with_them():
    code = "import sys; from core.tokenisers import tokenisers; tokenisers(); "
    done = subprocess.run(
        [sys.executable, "-c", code + "print('torch' in sys.modules)"],
        capture_output=True, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize("text", TEXTS[::31])
def test_what_it_was_trained_on_comes_back(splits, text):
    assert splits.decode(splits.encode(text)).replace(" !", "!") == text.replace(" !", "!")


def test_the_marks_are_the_same_in_all_and_leave_no_trace(splits):
    assert (splits.pad, splits.unknown, splits.start, splits.end) == (0, 1, 2, 3)
    assert tuple(splits.piece(index) for index in range(4)) == MARKS
    ids = splits.encode("I sing.")
    assert splits.decode([splits.start, *ids, splits.end, splits.pad]) == "I sing."


def test_of_the_marks_only_the_end_may_be_written(splits):
    assert splits.allowed.shape == (len(splits),) and splits.allowed.dtype == bool
    assert [not one for one in splits.allowed[:4]] == [True, True, True, False]
    assert splits.allowed[3:].all()


def test_it_reads_back(splits, tmp_path):
    (tmp_path / splits.file).write_bytes(splits.model)
    again = type(splits).read(tmp_path / splits.file)
    assert (len(again), again.model) == (len(splits), splits.model)
    assert again.encode(STRINGS[0]) == splits.encode(STRINGS[0])


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", b"{}", b'["a", "a"]', b'["a", 1]', b"[", b"\xff"]
)
def test_what_is_none_is_told(splits, tmp_path, data):
    (tmp_path / splits.file).write_bytes(data)
    with pytest.raises(ValueError):
        splits.read(tmp_path / splits.file)


@pytest.mark.parametrize("size", [-1, 0, 3])
def test_a_size_that_cannot_be_is_told(splits, size):
    with pytest.raises(ValueError, match=f"vocabulary of {size}"):
        splits.train(TEXTS, size)


def test_pieces_that_cannot_be_are_told_in_a_sentence():
    train = tokeniser("pieces").train
    with pytest.raises(ValueError, match="no vocabulary of 200 pieces can .*: they need 2"):
        train(TEXTS, 200)
    with pytest.raises(ValueError, match="vocabulary of 10000000000 pieces cannot be"):
        train(TEXTS, 10**10)
    with pytest.raises(ValueError, match="no vocabulary of 300 pieces"):
        train([], 300)


@pytest.mark.parametrize("text", STRINGS)
def test_listed_texts_keep_their_places(splits, text):
    check_places(splits, text)


@given(st.sampled_from(KINDS), st.text(max_size=30))
def test_texts_keep_their_places(kind, text):
    check_places(TRAINED[kind], text)


def check_places(splits, text):
    *tokens, end = splits.source_tokens(text)
    assert [token.id for token in tokens] == splits.encode(text)
    assert end == (splits.end, END, END, end.word, None, None, True, ())
    place = 0
    for token in tokens:
        assert token.text == text[token.begin : token.end]
        assert place <= token.begin <= token.end <= len(text)
        place = token.end
    words = [token.word for token in (*tokens, end)]
    assert words[0] == 0 and all(0 <= b - a <= 1 for a, b in itertools.pairwise(words))
    assert words.count(end.word) == 1
    if text.isprintable() and "▁" not in text:  # sentencepiece takes it for a space
        seen = "".join(token.text for token in tokens)
        assert "".join(seen.split()) == "".join(text.split())


@given(st.sampled_from(KINDS), st.data())
def test_written_tokens_are_the_decoded_text(kind, data):
    splits = TRAINED[kind]
    ids = data.draw(st.lists(st.integers(4, len(splits) - 1), max_size=12))
    tokens = splits.target_tokens([*ids, splits.end])
    assert [token.id for token in tokens] == [*ids, splits.end]
    written = "".join(token.text for token in tokens[:-1])
    assert written.strip() == splits.decode(ids).strip()
    assert {token[4:7] for token in tokens[:-1]} <= {(None, None, False)} and tokens[-1].mark


def test_characters_are_one_each_and_spaces_are_seen():
    splits = TRAINED["characters"]
    assert [token[1:6] for token in splits.source_tokens("I  go!")[:-1]] == [
        ("I", "I", 0, 0, 1), ("▁", "  ", 1, 1, 3), ("g", "g", 1, 3, 4), ("o", "o", 1, 4, 5),
        ("!", "!", 2, 5, 6),
    ]  # fmt: skip
    assert [token.text for token in splits.target_tokens(splits.encode("Je chante"))] == list(
        "Je chante"
    )


@pytest.mark.parametrize("kind", ["characters", "words"])
def test_what_is_unknown_stays_as_it_was_typed(kind):
    splits = TRAINED[kind]
    *tokens, _ = splits.source_tokens("I 안 Ω")
    odd = [token for token in tokens if token.id == splits.unknown]
    assert [(token.piece, token.text) for token in odd] == [("<unk>", "안"), ("<unk>", "Ω")]
    assert splits.decode([token.id for token in odd]) == ""


@pytest.mark.parametrize("typed", ["e\u0301te\u0301", "ｅｔ\u00e9", "\u3000ﬁn", "½ ①"])
def test_characters_are_those_of_the_normal_form(typed):
    splits = tokeniser("characters").train([unicodedata.normalize("NFKC", typed)], 50)
    *tokens, _ = splits.source_tokens(typed)
    normal = " ".join(unicodedata.normalize("NFKC", typed).split())
    assert "".join(token.piece for token in tokens).replace("▁", " ") == normal
    assert "".join(token.text for token in tokens).strip() == typed.strip()


def test_the_most_frequent_characters_are_kept():
    splits = tokeniser("characters").train(["aaa bb c", "a"], 7)
    assert [splits.piece(index) for index in range(4, 7)] == ["a", "▁", "b"]
    assert tokeniser("characters").train(["ba"], 9).model == b'["a", "b"]\n'


def test_words_are_cut_at_spaces_and_marks():
    splits = tokeniser("words").train(["Where is Mary? She's in the sitting-room (now)."], 50)
    *tokens, _ = splits.source_tokens("Where's  Mary?  In the sitting-room (now).")
    assert [token.text for token in tokens] == [
        "Where's", "Mary", "?", "In", "the", "sitting-room", "(", "now", ")", "."
    ]  # fmt: skip
    assert [token.word for token in tokens] == list(range(10))
    text = "She's in the sitting-room (now)."
    assert splits.decode(splits.encode(text)) == text
