"""Words are those of the text, and tokens lie over them whatever the tokens are."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tokenisers import tokeniser
from core.tokenisers.text import SPACE, laid_over, words_of
from core.tree import END, Token
from tests.core.tokenisers.test_tokenisers import TEXTS, TRAINED

WORDS = {
    "I sing now.": "I sing now .",
    "  Tom  talks\there!": "Tom talks here !",
    "It was 1990.": "It was 1990 .",
    "It costs 3.5 or 1,000.": "It costs 3.5 or 1,000 .",
    "(three) «ou» “oui”": "( three ) « ou » “ oui ”",
    "Money doesn't grow; it doesn’t.": "Money doesn't grow ; it doesn’t .",
    "L'homme d'aujourd'hui": "L'homme d'aujourd'hui",
    "Rendez-vous, a-t-il dit - COVID-19": "Rendez-vous , a-t-il dit - COVID-19",
    "Wait... what?!": "Wait ... what ? !",
    "😀👍 👩‍👩‍👧": "😀 👍 👩‍👩‍👧",
    "나는 학생입니다.": "나는 학생입니다 .",
    "私は学生です。": "私 は 学生 です 。",
    "这是中文。": "这 是 中文 。",
    "ฉันเป็นนักเรียน": "ฉัน เป็น นักเรียน",
    "مرحبا بالعالم": "مرحبا بالعالم",
    "": "",
}


@pytest.mark.parametrize(("text", "words"), WORDS.items(), ids=str)
def test_words_are_those_of_the_text(text, words):
    assert [text[begin:end] for begin, end in words_of(text)] == words.split()


@given(st.text())
def test_every_letter_but_a_space_is_in_one_word(text):
    found = words_of(text)
    assert all(begin < end for begin, end in found)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    without = [text[a[1] : b[0]] for a, b in itertools.pairwise([(0, 0), *found, (len(text),) * 2])]
    assert not "".join(without).replace(SPACE, "").strip()


@pytest.mark.parametrize("text", [text for text in WORDS if text])
@pytest.mark.parametrize("kind", ["characters", "pieces"])
def test_tokens_of_a_word_share_its_number(kind, text):
    """No token of these spans two words, so each number is one word, of what is read and written:
    also where its letters are known only as bytes."""
    made = TRAINED["pieces"] if kind == "pieces" else tokeniser(kind).train([*WORDS, *TEXTS], 999)
    typed = made.source_tokens(text)
    written = made.target_tokens([*made.encode(text), made.end])
    for *tokens, end in (typed, written):
        assert not any(token.cuts for token in tokens)
        grouped = ["".join(one.text for one in group).strip()
                   for _, group in itertools.groupby(tokens, lambda one: one.word)]  # fmt: skip
        assert [one for one in grouped if one] == WORDS[text].split()
        assert end.word == tokens[-1].word + 1


def spread(text: str, *pieces: str):
    """The pieces of `text` as tokens: their numbers and cuts."""
    tokens, places, end = [], [], 0
    for piece in pieces:
        begin = text.index(piece, end)
        end = begin + len(piece)
        tokens.append(Token(9, piece, piece, 0, begin, end))
        places.append((begin, end))
    return [(one.word, one.cuts) for one in laid_over(text, tokens, places)]


def test_a_token_that_spans_words_joins_them():
    assert spread("です。", "です。") == [(0, (2,))]
    assert spread("学生です", "学", "生で", "す") == [(0, ()), (0, (1,)), (0, ())]
    assert spread("ice cream, now", "ice cr", "eam,", " now") == [(0, (4,)), (0, (3,)), (1, ())]
    assert spread('no." yes', "no", '."', " yes") == [(0, ()), (1, (1,)), (2, ())]


def test_tokens_without_text_go_with_what_follows_or_stand_alone():
    tokens = [Token(1, SPACE, "", 0), Token(2, "a", "a", 0), Token(3, "<unk>", "", 0),
              Token(4, "b", "b", 0), Token(5, SPACE, " ", 0), Token(6, END, END, 0)]  # fmt: skip
    places = [(0, 0), (0, 1), None, (1, 2), (2, 3), None]
    assert [one.word for one in laid_over("ab ", tokens, places)] == [0, 0, 1, 2, 3, 4]
    assert laid_over("", [], []) == ()
