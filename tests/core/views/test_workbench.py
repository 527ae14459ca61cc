"""The workbench shows what the score functions and the one attention compute, and nothing else."""

import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import core.scores
from core import stage
from core.attention import attend
from core.scores import score_function, score_functions
from core.views.workbench import (
    FIRST,
    LARGEST,
    REACH,
    SITUATIONS,
    Parameter,
    Setting,
    complete,
    situations,
    with_parameter,
    work,
)
from core.words import LANGUAGES, section
from tests.tolerance import SINGLE, WEIGHT

PLAIN = Setting((1.0, 2.0), ((0.5, 0.5), (-1.0, 2.0), (3.0, 0.0)))
numbers = st.floats(-REACH, REACH, width=32)
vectors = st.tuples(numbers, numbers)


def scored(setting, name):
    return next(one for one in work(setting).scored if one.name == name)


def parameter(score, name, *rows):
    return Parameter(score, name, tuple(tuple(map(float, row)) for row in rows))


@given(vectors, st.lists(vectors, min_size=1, max_size=6), st.floats(0.05, 20))
def test_the_numbers_are_those_of_the_score_functions(query, keys, temperature):
    found = work(Setting(query, tuple(keys), temperature))
    assert {one.name for one in found.scored} == set(score_functions())
    values = torch.tensor([keys])
    for one in found.scored:
        module = score_function(one.name).of_few(2, 2, 6)
        given = {own.name: own.rows for own in one.parameters}
        with torch.no_grad():
            for name, value in module.named_parameters():
                rows = torch.tensor(given[name.removesuffix(".weight")])
                value.copy_(rows.reshape(value.shape))
            scores = module(torch.tensor([[query]]), values)
        expected = attend(scores / temperature, values)
        assert one.scores == tuple(scores[0, 0].tolist())
        assert one.weights == tuple(expected.weights[0, 0].tolist())
        assert one.context == tuple(expected.context[0, 0].tolist())
        assert sum(one.weights) == pytest.approx(1, abs=1e-5)
        for axis in range(2):
            total = sum(part[axis] for part in one.parts)
            assert total == pytest.approx(one.context[axis], abs=1e-4)
            assert min(key[axis] for key in keys) - 1e-4 <= one.context[axis]
            assert one.context[axis] <= max(key[axis] for key in keys) + 1e-4
        assert 0 <= one.entropy <= math.log(len(keys)) + 1e-5


def test_lengths_and_cosines_by_hand():
    found = work(Setting((3.0, 4.0), ((4.0, 3.0), (-6.0, -8.0), (0.0, 0.0), (-4.0, 3.0))))
    assert found.query_length == 5
    assert found.key_lengths == (5, 10, 0, 5)
    assert found.cosines == pytest.approx((0.96, -1, None, 0), abs=1e-6)


def test_temperature_divides_and_keeps_the_order():
    cold, hot = (scored(replace(PLAIN, temperature=t), "dot") for t in (0.05, 20))
    assert cold.scores == hot.scores == (1.5, 3.0, 3.0)
    assert cold.weights == pytest.approx((0, 0.5, 0.5), abs=1e-6)
    assert max(hot.weights) - min(hot.weights) < 0.03
    root = scored(replace(PLAIN, temperature=2**0.5), "dot")
    assert root.weights == pytest.approx(scored(PLAIN, "scaled-dot").weights, abs=1e-6)


def test_general_bends_the_query():
    W_a = ((1.0, 2.0), (0.0, 0.5))
    found = scored(with_parameter(PLAIN, parameter("general", "W_a", *W_a)), "general")
    assert found.probe == pytest.approx((1.0, 3.0))  # W_aᵀ h
    assert found.scores == pytest.approx([found.probe[0] * x + 3 * y for x, y in PLAIN.keys])
    assert found.stretch[0] * found.stretch[1] == pytest.approx(0.5, rel=SINGLE)  # the determinant
    assert found.stretch[0] ** 2 + found.stretch[1] ** 2 == pytest.approx(5.25, rel=SINGLE)
    # Every point of the image comes from a query of length 1.
    back = torch.linalg.solve(torch.tensor(W_a).T, torch.tensor(found.circle).T)
    torch.testing.assert_close(back.norm(dim=0), torch.ones(len(found.circle)))
    assert scored(PLAIN, "dot").probe is None and scored(PLAIN, "concat").circle == ()


def test_a_vector_of_zeros_gives_numbers():
    found = work(Setting((0.0, 0.0), ((0.0, 0.0), (1.0, 1.0))))
    for one in found.scored:
        assert None not in (*one.scores, *one.weights, *one.context)
    assert scored(found.setting, "cosine").weights == pytest.approx((0.5, 0.5), abs=WEIGHT)


def test_each_situation_shows_what_its_lesson_says():
    def weights(name, score, **changes):
        return scored(replace(SITUATIONS[name].setting, **changes), score).weights

    def heaviest(name, score):
        found = weights(name, score)
        return found.index(max(found))

    assert heaviest("long", "dot") == 1 and heaviest("long", "cosine") == 0
    first, second, _ = weights("cosine", "cosine")
    assert first == pytest.approx(second, abs=WEIGHT) and weights("cosine", "dot")[1] > 0.9
    assert heaviest("turn", "general") == 1
    assert scored(SITUATIONS["turn"].setting, "dot").scores[1] < 0
    blind = scored(SITUATIONS["blind"].setting, "general")
    assert len(set(blind.scores[:3])) == 1 and blind.stretch[1] == pytest.approx(0, abs=WEIGHT)
    assert weights("cold", "dot")[0] > 0.7
    shared = weights("cold", "dot", temperature=1.0)
    assert shared[0] - shared[1] < 0.1
    assert max(weights("root", "scaled-dot")) < max(weights("root", "dot"))
    far = replace(SITUATIONS["bounded"].setting, keys=((8.0, 6.0),))
    assert 1.9 < scored(far, "concat").scores[0] <= 2 < scored(far, "dot").scores[0]
    for score in ("dot", "scaled-dot", "cosine", "general"):
        assert len(set(weights("silent", score))) == 1
    assert max(weights("silent", "concat")) > 0.4


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_is_whole(name):
    score, setting = SITUATIONS[name]
    assert score in score_functions() and work(setting)
    told = next(one for one in situations() if one["name"] == name)
    assert Setting.read(json.loads(json.dumps(told["setting"]))) == complete(setting)
    for language in LANGUAGES:
        words = section(language, "workbench")
        assert words[f"situation_{name}"] and words[f"lesson_{name}"]
        assert words[f"lesson_{name}"].count("**") % 2 == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"keys": ()},
        {"keys": ((1.0, 1.0),) * 7},
        {"keys": ((1.0,),)},
        {"query": (1.0, 2.0, 3.0)},
        {"query": (math.nan, 0.0)},
        {"query": (REACH + 0.1, 0.0)},
        {"temperature": 0.0},
        {"temperature": math.inf},
        {"parameters": (parameter("general", "W_a", (LARGEST + 1, 0), (0, 0)),)},
    ],
)
def test_what_there_is_no_room_for_is_refused(wrong):
    with pytest.raises(ValueError):
        replace(PLAIN, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        parameter("general", "W_a", (1, 0)),
        parameter("general", "W_b", (1, 0), (0, 1)),
        parameter("nothing", "W_a", (1, 0), (0, 1)),
    ],
)
def test_a_parameter_that_there_is_not_is_refused(wrong):
    with pytest.raises(ValueError, match=f"{wrong.score}|2 by 2"):
        with_parameter(PLAIN, wrong)


@pytest.mark.parametrize(
    "told",
    [{}, {"query": 1}, {**asdict(PLAIN), "keys": None}, {**asdict(PLAIN), "query": ["x", 1]}],
)
def test_what_is_no_setting_is_refused(told):
    with pytest.raises(ValueError):
        Setting.read(told)


def test_what_is_left_out_is_always_the_same():
    torch.manual_seed(5)
    first = complete(replace(PLAIN, parameters=()))
    drawn = torch.rand(1)
    torch.manual_seed(6)
    assert complete(PLAIN) == first == complete(first)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(1), drawn)  # nobody else's random numbers were used up


def test_a_setting_changes_no_module_that_others_use():
    others = [
        with_parameter(PLAIN, parameter("general", "W_a", (a, 0.0), (0.0, 1.0))) for a in range(8)
    ]
    expected = [work(one) for one in others]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, others * 4)) == expected * 4
    assert work(PLAIN) == work(complete(PLAIN))


DROPPED = """
import torch
from torch import nn
from core.scores import ScoreFunction


class Distance(ScoreFunction):
    name, source = "distance", "a test"

    @staticmethod
    def formula(letters):
        return rf"-\\gamma \\|{letters.query} - {letters.key}\\|^2"

    def __init__(self, query_size, key_size):
        super().__init__(query_size, key_size)
        if query_size % 2:
            raise ValueError("even sizes only")
        self.gamma = nn.Parameter(torch.tensor(0.123456))
        self.large = nn.Parameter(torch.zeros(5, 5))

    def compare(self, queries, projected):
        return -self.gamma * torch.cdist(queries, projected) ** 2


class Refusing(ScoreFunction):
    name, source = "refusing", "a test"

    @staticmethod
    def formula(letters):
        return "0"

    def __init__(self, query_size, key_size):
        raise ValueError("two dimensions are too few")
"""


def test_a_score_that_is_dropped_in_has_its_row_and_its_parameters(drop):
    drop(core.scores, "workbench_distance.py", DROPPED, score_functions)
    found = scored(PLAIN, "distance")
    assert found.parameters == (parameter("distance", "gamma", (0.12,)),)
    assert found.untouched == ("large",)
    assert found.scores[0] == pytest.approx(-0.12 * (0.5**2 + 1.5**2))
    other = with_parameter(PLAIN, parameter("distance", "gamma", (2,)))
    assert scored(other, "distance").scores[0] == pytest.approx(-2 * (0.5**2 + 1.5**2))
    assert work(PLAIN).refused == (("refusing", "two dimensions are too few"),)


def test_a_number_that_is_not_finite_is_none(monkeypatch):
    monkeypatch.setattr(
        core.scores.score_function("dot"), "forward", lambda self, q, k: q @ k.mT / 0
    )
    found = scored(Setting((0.0, 1.0), ((1.0, 0.0), (0.0, 1.0))), "dot")
    assert found.scores == (None, None) and found.context == (None, None)
    json.dumps(asdict(found), allow_nan=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_finds_its_words(language):
    folder = stage.VIEWS / "workbench"
    script = "".join(path.read_text("utf-8") for path in folder.glob("*.js"))
    used = set(re.findall(r"\bwords\.(\w+)", script))
    assert len(used) > 40 and used <= set(section(language, "workbench"))


def test_the_first_situation_has_a_name():
    assert FIRST in SITUATIONS
