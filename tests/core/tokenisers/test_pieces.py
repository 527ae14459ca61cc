"""Nothing that is typed gets lost, and tokens put together are the text."""

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tokenisers.pieces import END_ID, Vocabulary
from core.tokenisers.text import SPACE
from core.tree import END
from tests.conftest import sentence_pairs

STRINGS = [
    "I sing now.",
    "  Tom   talks\there \n",
    "ﬁne ½ Ａ①",
    "😀👩‍👩‍👧 ok",
    "مرحبا بالعالم",
    "안녕하세요 세계",
    "나는 학생입니다",
    "这是中文",
    "a\u0000b\u0007c\u200bd\u202ee",
    "x" * 200,
    "?!... ,;",
    "<script>alert(1)</script> $x$ **b** {{x}} </style>",
    "e\u0301 é",
    "▁ a▁b",
    "<s> </s> <unk> <pad> <0x41>",
    "\ufffd \ufeff",
]
ENGLISH = [left for left, _ in sentence_pairs()]


def expected(text: str, vocabulary: Vocabulary) -> str:
    """What the vocabulary keeps of a text: its normal form."""
    return vocabulary.decode(vocabulary.encode(text))


def joined(tokens) -> str:
    return "".join(token.text for token in tokens if token.piece != END)


@pytest.mark.parametrize("text", ENGLISH[::25])
def test_plain_text_comes_back(vocabulary, text):
    assert vocabulary.decode(vocabulary.encode(text)) == text


@pytest.mark.parametrize(
    "text", ["😀👍 ok", "مرحبا بالعالم", "안녕하세요 세계", "这是中文", "x" * 200]
)
def test_letters_never_seen_come_back(vocabulary, text):
    assert vocabulary.decode(vocabulary.encode(text)) == text


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="▁")))
def test_normal_text_comes_back_from_its_pieces(vocabulary, text):
    normal = " ".join(unicodedata.normalize("NFKC", text).split())
    once = expected(normal, vocabulary)
    assert expected(once, vocabulary) == once
    if normal.isascii():
        assert once == normal


@pytest.mark.parametrize("text", STRINGS)
def test_listed_source_tokens_keep_what_was_typed(vocabulary, text):
    check_source(vocabulary, text)


@given(st.text(max_size=30))
def test_source_tokens_keep_what_was_typed(vocabulary, text):
    check_source(vocabulary, text)


def check_source(vocabulary, text):
    *tokens, end = vocabulary.source_tokens(text)
    assert (end.id, end.piece) == (END_ID, END)
    assert [token.id for token in tokens] == vocabulary.encode(text)
    assert [token.piece for token in tokens] == [vocabulary.piece(token.id) for token in tokens]
    # Texts are cut from what was typed, in order, and no visible character is left out.
    place = 0
    for token in tokens:
        place = text.index(token.text, place) + len(token.text)
    if text.isprintable() and SPACE not in text:  # which sentencepiece takes for a space
        assert "".join(joined(tokens).split()) == "".join(text.split())
    words = [token.word for token in (*tokens, end)]
    assert words[0] == 0 and all(0 <= b - a <= 1 for a, b in itertools.pairwise(words))
    assert words.count(end.word) == 1


@pytest.mark.parametrize("text", STRINGS)
def test_listed_target_tokens_are_the_decoded_text(vocabulary, text):
    check_target(vocabulary, vocabulary.encode(text))


@settings(max_examples=200)
@given(st.data())
def test_target_tokens_are_the_decoded_text(vocabulary, data):
    byte = st.sampled_from([i for i in range(len(vocabulary)) if "<0x" in vocabulary.piece(i)])
    piece = st.integers(END_ID + 1, len(vocabulary) - 1)
    check_target(vocabulary, data.draw(st.lists(st.one_of(piece, byte), max_size=12)))


def check_target(vocabulary, ids):
    tokens = vocabulary.target_tokens(ids)
    assert [token.id for token in tokens] == ids
    assert joined(tokens).strip() == vocabulary.decode(ids).strip()
    ended = vocabulary.target_tokens([*ids, END_ID])
    assert ended[:-1] == tokens and ended[-1].piece == END
    assert joined(ended).strip() == vocabulary.decode(ids).strip()
    words = [token.word for token in ended]
    assert words[0] == 0 and all(0 <= b - a <= 1 for a, b in itertools.pairwise(words))


@given(data=st.data())
def test_target_tokens_do_not_depend_on_what_was_asked_before(vocabulary, data):
    ids = st.lists(st.integers(END_ID, len(vocabulary) - 1), max_size=6)
    for asked in data.draw(st.lists(ids, min_size=1, max_size=4)):
        assert vocabulary.target_tokens(asked) == Vocabulary(vocabulary.model).target_tokens(asked)


def test_a_character_of_several_bytes_is_told_once(vocabulary):
    tokens = vocabulary.target_tokens(vocabulary.encode("I 😀"))
    assert [token.text for token in tokens if token.text.strip()] == ["I", "😀"]


def test_the_marks_stand_where_models_look_for_them(vocabulary):
    assert [vocabulary.piece(i) for i in range(4)] == ["<pad>", "<unk>", "<s>", END]
    assert vocabulary.decode([2, *vocabulary.encode("I sing."), 3, 0, 0]) == "I sing."


def test_a_vocabulary_reads_back(vocabulary, tmp_path):
    (tmp_path / "v").write_bytes(vocabulary.model)
    again = Vocabulary.read(tmp_path / "v")
    assert len(again) == len(vocabulary)
    assert again.encode(STRINGS[0]) == vocabulary.encode(STRINGS[0])


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\x00" * 64])
def test_what_is_no_vocabulary_is_told(data):
    with pytest.raises(ValueError, match="not a sentencepiece model"):
        Vocabulary(data)
