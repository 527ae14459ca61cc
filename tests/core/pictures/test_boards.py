"""Boards as texts and as pixels, what is true of them, and how it is said in each language."""

import random

import numpy as np
import pytest

from core.pictures import generator, scene
from core.pictures.board import (
    HOLDS,
    LARGEST,
    SIDE,
    SMALLEST,
    BadBoard,
    Placed,
    read,
    things,
    written,
)
from core.pictures.drawing import PAPER, drawn, picture
from core.pictures.seen import under
from core.pictures.tongue import languages, tongue
from core.words import LANGUAGES

FOX, PIZZA = Placed("fox", 30, 2, 16), Placed("pizza", 18, 26, 30)

# What lies on a board, and its captions in English, Korean and French.
SAID = {
    "egg 10,10,20": ("an egg", "달걀", "un œuf"),
    "mouse 4,4,20; mouse 34,30,20": ("two mice", "생쥐 두 마리", "deux souris"),
    "bus 2,2,18; bus 40,4,20; bus 20,40,18": ("three buses", "버스 세 대", "trois bus"),
    "fox 30,2,16; pizza 18,26,30": (
        "a fox above a pizza", "피자 위에 여우", "un renard au-dessus d’une pizza",
    ),
    "fox 44,24,16; pizza 2,16,30": (
        "a fox to the right of a pizza", "피자 오른쪽에 여우", "un renard à droite d’une pizza",
    ),
    "house 2,30,30; bee 2,2,18; bee 34,6,18": (
        "two bees above a house", "집 위에 꿀벌 두 마리", "deux abeilles au-dessus d’une maison",
    ),
    "cat 4,44,17; bear 40,42,17; castle 18,4,28": (
        "a cat and a bear below a castle", "성 아래에 고양이와 곰",
        "un chat et un ours au-dessous d’un château",
    ),
    "bear 4,44,17; cat 40,42,17; castle 18,4,28": (
        "a bear and a cat below a castle", "성 아래에 곰과 고양이",
        "un ours et un chat au-dessous d’un château",
    ),
    "owl 2,24,17; apple 26,2,16; tree 26,22,30": (
        "an apple above a tree and an owl to its left", "나무 위에 사과, 왼쪽에 부엉이",
        "une pomme au-dessus d’un arbre et une chouette à gauche",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_a_board_has_its_caption_in_each_language(text):
    assert tuple(tongue(code).captions(read(text)) for code in ("eng", "kor", "fra")) == tuple(
        (one,) for one in SAID[text]
    )


def test_where_there_is_doubt_both_ways_to_say_it_are_true():
    words = tongue("eng")
    alike = words.captions(read("fox 30,2,20; pizza 28,30,22"))
    assert {*alike} == {"a fox above a pizza", "a pizza below a fox"}
    askew = words.captions(read("fox 2,2,16; pizza 24,26,30"))
    assert {*askew} == {"a fox above a pizza", "a fox to the left of a pizza"}
    level = words.captions(read("cat 4,44,17; cat 40,42,17; bear 20,46,16"))
    assert level == ()  # on both sides of it


@pytest.mark.parametrize(
    "text",
    [
        "; ".join(["fox 2,2,16"] * 4),  # more than is counted
        "fox 2,2,16; cat 20,2,16; egg 40,2,16; bee 2,40,16",  # more than is told
        "fox 2,2,16; fox 40,2,16; cat 2,40,16; cat 40,40,16",  # several of both
    ],
)
def test_no_caption_tells_of_more(text):
    assert scene.scenes(read(text)) == []


@pytest.mark.parametrize("code", languages())
def test_every_thing_has_three_forms_that_name_it(code):
    words = tongue(code)
    assert [*words.nouns] == [*things()]
    for name, forms in words.nouns.items():
        assert len(forms) == 3 and len({*forms}) >= 2
        for form in forms:
            assert words.named(form.split())[words.noun] == name
    assert all(set(one.names) >= {*LANGUAGES, "fr"} for one in things().values())


def test_a_word_that_counts_names_nothing():
    words = tongue("kor")
    said = ["레몬", "오른쪽에", "개", "두", "마리"]
    assert words.named(said) == ["lemon", None, "dog", None, None]
    assert words.named(["레몬", "두", "개"]) == ["lemon", None, None]  # not a dog


def test_an_article_goes_with_its_word():
    for forms in tongue("eng").nouns.values():
        article, noun = forms[0].split()
        assert (article == "an") == (noun[0] in "aeiou")


@pytest.mark.parametrize("kind", generator.KINDS)
def test_made_up_boards_leave_no_doubt(kind):
    rng, without = random.Random(1), generator.unseen(1)
    for _ in range(60):
        board = generator.board(rng, kind, without)
        assert read(written(board)) == board
        assert len(tongue("eng").captions(board)) == 1
        assert not generator.pairs(board) & without
        sizes = [one.size for one in board]
        assert min(sizes) >= SMALLEST and max(sizes) <= LARGEST


def test_pairs_are_held_out_by_the_seed():
    unseen = generator.unseen(1)
    assert len(unseen) == 316 and unseen == generator.unseen(1) != generator.unseen(2)
    pair = next(iter(unseen))
    board = generator.board(random.Random(2), generator.THREE, pair=pair)
    assert pair in generator.pairs(board)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "empty"), (" ; ", "empty"), ("fox", "unread"), ("fox 1,2", "unread"),
        ("fox 1,2,x", "unread"), ("wolf 1,2,20", "unknown"), ("<b> 1,2,20", "unknown"),
        ("fox 1,2,15", "size"), ("fox 1,2,35", "size"), ("fox 50,2,20", "outside"),
        ("fox -1,2,20", "outside"), ("; ".join(["fox 1,2,20"] * (HOLDS + 1)), "many"),
        ("fox 1,2,20; " * 40, "many"),
    ],
)  # fmt: skip
def test_what_is_no_board_is_told(text, key):
    with pytest.raises(BadBoard) as bad:
        read(text)
    assert bad.value.key == key


def test_a_picture_is_paper_with_drawings_in_their_squares():
    found = picture([FOX, PIZZA])
    assert found.shape == (SIDE, SIDE, 3) and found.dtype == np.uint8
    outside = np.ones((SIDE, SIDE), bool)
    for one in (FOX, PIZZA):
        square = (slice(one.top, one.top + one.size), slice(one.left, one.left + one.size))
        outside[square] = False
        assert found[square].min() < 60  # its outline
    assert (found[outside] == PAPER).all()


def test_what_comes_later_lies_above():
    below, above = Placed("fox", 10, 10, 30), Placed("egg", 10, 10, 30)
    found, alone = picture([below, above]), picture([above])
    _, through = drawn("egg", 30)
    full = (through == 0)[..., 0]
    assert full.any()
    inside = (slice(10, 40), slice(10, 40))
    np.testing.assert_array_equal(found[inside][full], alone[inside][full])
    assert (found != alone).any()


def test_scaling_keeps_the_colours():
    """The mean of a drawing is the same at all sizes, as every pixel has the same share in it."""
    means = []
    for size in (16, 24, 34):
        means.append(picture([Placed("lemon", 0, 0, size)])[:size, :size].mean((0, 1)))
    np.testing.assert_allclose(means[0], means[1], atol=1.5)
    np.testing.assert_allclose(means[0], means[2], atol=1.5)


def test_cells_lie_under_what_covers_their_middle():
    found = under([Placed("fox", 8, 16, 16)], (8, 8)).reshape(8, 8)
    assert found.sum() == 4 and found[2:4, 1:3].all()
    assert not under([], (8, 8)).any()
