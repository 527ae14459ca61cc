"""The shelf: bytes, not entries; one at work on a question; the oldest goes first."""

import threading

import numpy as np
import pytest

from core import load
from pages.shared.shelf import Shelf, kept, weigh


def test_it_holds_no_more_than_it_has_room_for():
    shelf = Shelf(room=10_000)
    for number in range(20):
        shelf.find((number,), lambda: np.zeros(250))  # 2,000 bytes, and what an array is besides
    assert 8_000 < shelf.weight <= 10_000
    made = []
    for number in (19, 18, 17, 16, 0):
        shelf.find((number,), lambda number=number: made.append(number))
    assert made == [0], "the last four are there, the first is not"


def test_what_was_asked_for_lately_stays():
    shelf, made = Shelf(room=10_000), []
    for number in (0, 1, 2, 3, 0, 4):
        shelf.find((number,), lambda number=number: made.append(number) or np.zeros(250))
    assert made == [0, 1, 2, 3, 4]
    shelf.find((0,), lambda: made.append("again"))
    assert made == [0, 1, 2, 3, 4], "one before it went"


def test_what_is_too_heavy_is_given_and_not_kept():
    shelf = Shelf(room=1_000)
    assert shelf.find(("big",), lambda: np.ones(1_000)).sum() == 1_000
    assert shelf.weight == 0


def test_many_who_ask_the_same_wait_for_one():
    shelf, made, begun = Shelf(), [], threading.Event()

    def work():
        begun.wait(10)
        made.append(1)
        return "found"

    found = []
    asking = [
        threading.Thread(target=lambda: found.append(shelf.find(("key",), work))) for _ in range(8)
    ]
    for one in asking:
        one.start()
    begun.set()
    for one in asking:
        one.join(10)
    assert found == ["found"] * 8 and made == [1]


def test_a_mistake_is_not_kept():
    shelf = Shelf()
    with pytest.raises(ZeroDivisionError):
        shelf.find(("key",), lambda: 1 / 0)
    assert shelf.find(("key",), lambda: 7) == 7


def test_it_weighs_what_hangs_on_a_value_once():
    array = np.zeros((100, 100), np.float32)
    assert 40_000 <= weigh(array) <= 40_500
    assert 40_000 <= weigh({"one": array, "same": [array, array[3:]]}) <= 41_500
    assert weigh("x" * 5000) > 5000


def test_a_trace_weighs_at_least_its_arrays():
    trace = load("eng-fra-general").translate("Hello.")
    arrays = [trace.axis("source").states]
    arrays += [part for one in trace.attentions for part in (one.scores, one.weights, one.visible)]
    assert weigh(trace) >= sum(one.nbytes for one in arrays)


def test_a_row_of_records_weighs_what_they_do():
    trace = load("eng-fra-general").translate("Hello.")
    listed = trace.expansions[0].candidates
    assert 0.7 < weigh(listed) / sum(map(weigh, listed)) < 1.3


def test_what_was_at_work_when_all_was_forgotten_is_not_kept():
    shelf, begun, go_on = Shelf(), threading.Event(), threading.Event()

    def work():
        begun.set()
        go_on.wait(10)
        return "of the old model"

    asking = threading.Thread(target=shelf.find, args=(("key",), work))
    asking.start()
    begun.wait(10)
    shelf.clear()
    go_on.set()
    asking.join(10)
    assert shelf.find(("key",), lambda: "of the new one") == "of the new one"


def test_what_takes_the_place_of_a_value_takes_its_weight_too():
    shelf = Shelf()

    def work():
        shelf._put(("key",), np.zeros(250), 2_000, 0)  # somebody who was at it too
        return np.zeros(250)

    value = shelf.find(("key",), work)
    assert shelf.weight == weigh(value)


def test_one_question_has_one_key_however_it_is_asked():
    made = []

    @kept
    def asked(name: str, heads: tuple = (), *, scaled: bool = False) -> int:
        made.append(name)
        return len(made)

    assert {asked("a"), asked("a", ()), asked(name="a", scaled=False), asked("a", heads=())} == {1}
    assert asked("a", scaled=True) == 2
