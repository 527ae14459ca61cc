"""Exercises: what is asked and what is right come from the traces, the same for everybody."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from core import exercises
from core.agreement import side
from core.exercises import CHIPS, COUNT, KINDS, Given, best, divergence, kinds, spread, ten
from core.exercises.reading import by_word, signed, times
from tests import tolerance

TEXT = "Tom sings here ."


def ids(trace):
    return [step.token.id for step in trace.path()]


@pytest.fixture
def given(translators):
    found = translators["general"]
    trace = found.translate(TEXT, limit=8)
    other = translators["concat"].translate(TEXT, limit=8, prefix=ids(trace))
    return Given(trace, others={"concat": (other, "cross")}, search=found.translate(TEXT, beam=4))


@pytest.fixture
def headed(transformer):
    trace = transformer.translate(TEXT, limit=8)
    layers, heads = trace.heads()
    names = [f"cross.{i}.{j}" for i, j in product(range(1, layers + 1), range(1, heads + 1))]
    off = {one: transformer.translate(TEXT, prefix=ids(trace), heads=(one,)) for one in names}
    return Given(trace, "cross.2.1", off=off)


def made(kind, given):
    return list(kinds()[kind](given))


def test_a_row_is_that_of_the_words_and_sums_to_one(given):
    found = side(given.trace, "cross")
    every = made("row", given)
    assert [one.word for one in every] == [word for word, _ in found.down]
    for one, (_, places) in zip(every, found.down, strict=True):
        assert sum(one.row) == tolerance.weights(1.0)
        assert one.row == tolerance.weights(by_word(found.weights, found)[places].mean(0))
        assert 0 <= one.hard <= math.log(len(one.words)) + 1e-9


def test_the_right_token_is_the_likeliest_of_four(given):
    for one in made("token", given):
        step = given.trace.path()[one.step]
        assert one.right == 0 and len(one.options) == 4
        values = [option.value for option in one.options]
        assert values == sorted(values, reverse=True) and sum(values) <= 1 + 1e-6
        assert one.options[0].label == step.token.piece


def test_the_map_is_that_of_the_model_that_is_right(given):
    (one,) = made("model", given)
    assert [option.label for option in one.options] == [given.trace.model.name, "concat"]
    assert one.maps[0].label == one.options[one.right].label
    assert one.clues[0].weights is one.maps[0].weights and one.clues[0].label == ""
    assert one.maps[0].weights.sum(1) == tolerance.weights(np.ones(len(one.maps[0].rows)))


def test_exchanging_both_again_gives_the_softmax_of_the_scores(given):
    every = made("softmax", given)
    assert every
    for one in every:
        row, wrong = np.array(one.row), np.array(one.wrong)
        (changed,) = np.nonzero(row != wrong)
        assert len(changed) == 2 and (row[changed] == wrong[changed[::-1]]).all()
        exponentials = np.exp(np.array(one.scores) - max(one.scores))
        assert row == tolerance.weights(exponentials / exponentials.sum())


def test_the_head_that_is_off_costs_most_and_looks_where_no_other_does(headed):
    for one in made("head", headed):
        costs = [option.value for option in one.options]
        assert costs[0] == max(costs) and one.right == 0
        looks = [int(np.argmax(option.row)) for option in one.options]
        assert looks[0] not in looks[1:]


def test_who_dies_has_no_child_and_the_others_have(given):
    steps = given.search.steps
    parents = {step.parent for step in steps}
    for one in made("beam", given):
        by_total = {step.total: i for i, step in enumerate(steps)}
        assert by_total[one.options[0].value] not in parents
        assert all(by_total[option.value] in parents for option in one.options[1:])


def test_a_set_is_the_same_for_everybody_and_another_for_another_seed(given):
    def told(found):
        return [(one.kind, one.step, one.right, one.wrong) for one in found]

    assert told(ten(given)) == told(ten(given))
    others = [replace(given, seed=number) for number in range(9)]
    assert len({str(told(ten(one))) for one in others}) > 3


def test_kinds_levels_and_the_step_that_one_comes_from(given):
    assert len(ten(given)) <= COUNT
    for kind in KINDS:
        assert {one.kind for one in ten(given, kind)} <= {kind}
    rows = ten(given, "row")
    assert [one.hard for one in rows] == sorted(one.hard for one in rows)
    easy, hard = (ten(given, "row", level) for level in ("easy", "hard"))
    assert max(one.hard for one in easy) <= min(one.hard for one in hard) + 1e-9
    last = rows[-1].step
    assert ten(given, "row", step=last)[0].step == last


def test_options_are_shuffled_with_what_is_right(given):
    for one in ten(given, "token"):
        likeliest = max(option.value for option in one.options)
        assert one.options[one.right].value == likeliest


def test_without_attention_there_is_still_a_next_token(translators):
    trace = translators[None].translate(TEXT, limit=6)
    assert {one.kind for one in ten(Given(trace))} == {"token"}


ROWS = st.lists(st.floats(0.001, 1), min_size=2, max_size=5)


@examples(ROWS)
def test_ten_chips_come_nowhere_nearer(weights):
    row = np.array(weights) / sum(weights)
    found = divergence(row, spread(best(row)))
    assert best(row).sum() == CHIPS
    every = (chips for chips in product(range(CHIPS + 1), repeat=len(row)) if sum(chips) == CHIPS)
    assert found <= min(divergence(row, spread(np.array(chips))) for chips in every) + 1e-9


@examples(ROWS)
def test_a_divergence_is_never_negative_and_nothing_for_the_same(weights):
    row = np.array(weights) / sum(weights)
    assert divergence(row, row) == tolerance.weights(0.0)
    assert divergence(row, np.full(len(row), 1 / len(row))) >= -1e-12
    assert spread(np.eye(len(row))[0]).sum() == tolerance.weights(1.0)


def test_numbers_as_a_person_says_them():
    assert [times(one) for one in (1.234, 9.99, 56_123)] == ["1.2", "10.0", "56,000"]
    assert signed(-1.5) == "−1.50"
    assert tuple(kinds()) == exercises.KINDS
