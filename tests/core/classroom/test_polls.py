"""What a poll says of a room."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.classroom import polls
from tests.tolerance import DOUBLE

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=8)


@given(COUNTS, st.data())
def test_a_distance_is_none_between_the_same_and_one_between_strangers(counts, data):
    if not sum(counts):
        assert polls.distance(counts, [0.1] * len(counts)) is None
        return
    same = [one / sum(counts) / 2 for one in counts]  # half of all: the choices are not all
    assert polls.distance(counts, same) == pytest.approx(0, abs=DOUBLE)
    size = len(counts)
    weights = data.draw(st.lists(st.floats(0, 1 / size), min_size=size, max_size=size))
    if sum(weights) > 1e-6:
        assert 0 <= polls.distance(counts, weights) <= 1 + DOUBLE
    assert polls.distance([3, 0], [0, 0.4]) == pytest.approx(1, abs=DOUBLE)


def test_the_commonest_mistake_is_what_most_took_for_the_heaviest():
    assert polls.mistake([5, 2, 3], [0.6, 0.3, 0.1]) == 2
    assert polls.mistake([5, 0, 0], [0.6, 0.3, 0.1]) is None
    assert polls.mistake([1, 4, 0], [0.5, 0.5, 0.0]) is None  # both are heaviest


@given(st.lists(st.integers(0, 2), max_size=40))
def test_every_answer_is_counted_once(answers):
    poll = polls.opened(1, "Which?", ["a", "b", "c"])
    found = polls.revealed(polls.closed(poll), Counter(answers), [0.2, 0.3, 0.5])
    assert sum(found["counts"]) == len(answers) and found["state"] == "revealed"
    assert poll["state"] == "open" and "counts" not in poll


@pytest.mark.parametrize(
    ("question", "choices"),
    [("", ["a", "b"]), (" ", ["a", "b"]), ("q" * 401, ["a", "b"]), (3, ["a", "b"]), ("q", ["a"]),
     ("q", ["a", ""]), ("q", ["a"] * 41), ("q", ["a", "b" * 81]), ("q", "ab"), ("q", None)],
)  # fmt: skip
def test_what_is_no_poll(question, choices):
    with pytest.raises(ValueError):
        polls.opened(1, question, choices)


@pytest.mark.parametrize("weights", [None, [], [1.0], [0.7, 0.7], [-0.1, 0.2], [True, 0], ["1", 0]])
def test_what_is_no_weights(weights):
    with pytest.raises(ValueError):
        polls.revealed(polls.opened(1, "q", ["a", "b"]), Counter(), weights)


def test_a_table_holds_what_was_revealed_and_no_formula():
    poll = polls.revealed(polls.opened(1, "=1+1", ["@a", 'b "c", d']), Counter([1]), [0.5, 0.5])
    told = polls.table([polls.opened(2, "not yet", ["a", "b"]), poll]).splitlines()
    assert told == [
        "poll,question,choice,answers,weight", "1,'=1+1,'@a,0,0.5", '1,\'=1+1,"b ""c"", d",1,0.5',
    ]  # fmt: skip
