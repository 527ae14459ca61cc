"""What the later lessons claim without a number, or with one of two digits, tried on the models."""

import math

import numpy as np

from core import load
from core.views import positions
from tests.core import lessons_later as later
from tests.core.lessons_later import BOOK, GENERAL, NOT, TRANSFORMER, filmed, look, trace, words_of


def test_the_film_of_a_training():
    assert (
        round(filmed("general", 600)["right"]) == 99 and round(filmed("none", 600)["right"]) == 84
    )
    assert abs(filmed("general", 0)["loss"] - math.log(filmed("general", 0)["tokens"])) < 0.005
    assert filmed("general", 84)["right"] == 20 and filmed("general", 240)["right"] == 98
    assert filmed("none", 252)["right"] == 54 and filmed("general", 144)["right"] == 57


def test_heads_look_where_the_lesson_says():
    assert words_of("cross.2", 6) == ["red"] * 8
    assert words_of("cross.2", 5) == [".", *["book"] * 7]
    back = trace(TRANSFORMER, BOOK).attention("encoder.1.3").weights.argmax(1)
    assert sum(place == row - 1 for row, place in enumerate(back)) > len(back) / 2


def test_heads_that_are_switched_off():
    model, text = load(TRANSFORMER), trace(TRANSFORMER, BOOK).text
    assert model.translate(BOOK, heads=["cross.2.5"]).text == text
    without = model.translate(BOOK, heads=[f"cross.2.{head}" for head in range(1, 9)])
    assert without.text == "Elle lui a donné le livre au rouge."


def test_order_and_positions():
    found = positions.reorder_and_read(load(TRANSFORMER), trace(TRANSFORMER, BOOK), 1)
    runs = positions.payload(found, "en")["runs"]
    plain, shuffled, bare, both = ([one.piece for one in run["tokens"]] for run in runs)
    assert shuffled[:4] == ["▁Il", "▁lui", "▁a", "▁donné"] and shuffled != plain
    assert bare == both


def test_the_stream_comes_to_its_word():
    heights = [one[0][0] for one in later.lens()]
    assert heights[0] == "▁le" and heights[6] == "▁le"
    assert heights[7:] == ["▁livre"] * 3, "from the attention to the source in layer 3"


def test_the_two_ways_part_where_the_card_says():
    found = later.exposed()
    forced, free = found.column(later.FORCED), found.column(later.FREE)
    assert found.first_difference(later.FREE) == 3 and forced.pieces[3] == "▁était"
    assert "".join(free.pieces[3:7]) == "▁s'assit" and forced.read[:4] == free.read[:4]


def test_the_mask():
    lifted = later.lifted()
    assert lifted.moved[0] < 1e-4 < lifted.moved[1]
    assert lifted.target[3].piece == "▁le" and lifted.target[4].piece == "▁livre"


def test_explanations():
    removed = later.reasons().values["removed"]
    assert removed[1].argmax() == 2 and removed[3].argmax() == 2
    assert later.reasons().completeness.error[0] < 0.01
    found = later.far()
    moved = np.array(found.weights[0]) - np.array(found.own[0])
    assert found.same and moved.argmin() == 2 and moved.argmax() == 1
    assert trace(GENERAL, NOT).path()[0].token.piece == "▁Je"
    assert trace("eng-fra-concat", NOT).path()[0].token.piece == "▁Je"


def test_stories_and_pictures():
    assert look("apple", 1)[0][0] == "Mary dropped the apple there."
    assert look("apple", 2)[0][0] == "Mary journeyed to the kitchen."
    assert {look("book", hop)[0][0] for hop in (1, 2)} == {"Daniel picked up the book."}
    for scene in ("apple", "once"):
        given = later.asked("beyond", scene)
        assert trace(given["model"], given["story"]).text == "kitchen"
    row = trace("eng-pictures", later.board("fox")).attention("cross").weights[1].argmax()
    x, y = (int(row) % 8 * 10, int(row) // 8 * 10)
    assert 36 <= x + 5 <= 36 + 28 and 3 <= y + 5 <= 3 + 28, "the fox lies there"
