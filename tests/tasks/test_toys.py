"""Toy tasks: made from a seed, split by what is read, right by their rule."""

import argparse
import random
import re
from dataclasses import replace
from datetime import date

import pytest

from core.corpus import Pair
from core.live.config import TASKS
from core.tasks import tasks, toys
from core.tasks.answers import answers
from core.tasks.dates import MONTHS, ending
from core.tasks.numbers import said
from core.tasks.own_pairs import prepared
from core.tasks.phrases import INTO, sentences
from core.tasks.recipe import Recipe
from core.tasks.translation import translated
from core.tokenisers.characters import Characters
from tests.conftest import random_model, random_transformer

RECIPE = Recipe(**toys.RECIPE)


def data(name, seed=1, **options):
    task, own = tasks()[TASKS[name][0]], TASKS[name][1]
    parser = argparse.ArgumentParser()
    task.options(parser)
    asked = argparse.Namespace(**{**vars(parser.parse_args([])), **own, **options})
    return task.prepare(asked, replace(RECIPE, seed=seed)), task.made(random.Random(seed), asked)


@pytest.mark.parametrize("name", TASKS)
def test_a_seed_makes_the_same_pairs_and_none_is_on_both_sides(name):
    (found, pairs), (again, _), (other, _) = (data(name, seed) for seed in (1, 1, 2))
    assert found.about == again.about and found.held == again.held
    assert found.about.sha256 != other.about.sha256
    sources = [pair.source for pair in pairs]
    assert len({*sources}) == len(sources) >= 200
    vocabulary = found.vocabulary
    trained = {tuple(ids) for group in found.corpus.groups.values() for ids, _ in group}
    held = {(*vocabulary.encode(source), vocabulary.end) for source in found.held}
    assert held and not held & trained
    assert len(trained) + len(held) <= len(sources)
    assert 0.04 < len(held) / len(sources) < 0.11


@pytest.mark.parametrize("name", TASKS)
def test_what_is_to_be_written_can_be_written(name):
    found, pairs = data(name)
    for pair in pairs[:50]:
        assert found.vocabulary.decode(found.vocabulary.encode(pair.target)) == pair.target


def test_answers_follow_their_rule():
    for pair in data("reverse", least=2, most=9)[1][:200]:
        assert pair.target == pair.source[::-1] and 2 <= len(pair.source) <= 9
    assert all(pair.target == "".join(sorted(pair.source)) for pair in data("sort")[1])
    assert all(pair.target == pair.source for pair in data("copy")[1])
    assert [said(n) for n in (0, 42, 100, 119, 1007, 9999)] == [
        "zero", "forty-two", "one hundred", "one hundred and nineteen", "one thousand and seven",
        "nine thousand nine hundred and ninety-nine",
    ]  # fmt: skip
    assert all(said(int(pair.target)) == pair.source for pair in data("numbers")[1][:300])
    assert [ending(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == [
        "st", "nd", "rd", "th", "th", "th", "th", "st", "nd", "rd",
    ]  # fmt: skip
    for pair in data("dates")[1][:300]:
        day = date.fromisoformat(pair.target)
        assert MONTHS[day.month - 1][:3] in pair.source
        assert {int(one) for one in re.findall(r"\d+", pair.source)} == {day.day, day.year}


def test_phrases_agree_in_gender_and_person():
    french = dict(sentences("fra"))
    assert french["She wants the red car."] == "Elle veut la voiture rouge."
    assert french["We look for a white hat."] == "Nous cherchons un chapeau blanc."
    korean = dict(sentences("kor"))
    assert korean["Tom looks for the black dog."] == "톰은 그 검은 개를 찾는다."
    assert INTO == ("fra", "kor") and len(french) == len(korean)


def test_lengths_that_cannot_be_are_refused():
    for wrong in ({"least": 0}, {"least": 9, "most": 5}):
        with pytest.raises(ValueError, match="lengths"):
            data("reverse", **wrong)
    with pytest.raises(ValueError, match="examples"):
        data("copy", examples=3)


@pytest.mark.parametrize("kind", ["recurrent", "bahdanau", "transformer"])
def test_many_at_once_are_answered_as_each_alone(kind):
    vocabulary = Characters.train(["abcdefgh"], 20)
    make = random_transformer if kind == "transformer" else random_model
    own = {"wiring": "bahdanau", "score": "concat"} if kind == "bahdanau" else {}
    model = make(len(vocabulary), **own)
    sources = ["abc", "hgf", "ab", "gh", "abcdefgh"]
    found = answers(model, vocabulary, [vocabulary.encode(one) for one in sources], 14)
    for source, ids in zip(sources, found, strict=True):
        alone, _ = translated(model, vocabulary, source)
        assert vocabulary.decode(ids) == alone[:14]


def test_own_pairs_are_words_or_characters_and_some_are_held_out():
    words = [Pair(f"a b{i} c", f"x y{i}") for i in range(10)]
    found = prepared(words, RECIPE)
    assert found.vocabulary.kind == "words" and len(found.held) == 1
    assert prepared([Pair(f"a{i}", "b") for i in range(30)], RECIPE).vocabulary.kind == "characters"
    same = [Pair("one", str(i)) for i in range(20)]
    with pytest.raises(ValueError, match="too few"):
        prepared(same, RECIPE)


def test_any_target_of_a_source_is_right(monkeypatch):
    found = prepared([Pair(f"{i}", one) for i in range(20) for one in ("x", "y")], RECIPE)
    model = random_model(len(found.vocabulary))
    for written, right in (("x", 100), ("y", 100), ("xy", 0)):
        ids = found.vocabulary.encode(written)
        monkeypatch.setattr(toys, "answers", lambda *asked, ids=ids: [ids for _ in asked[2]])
        assert toys.figures(model, found, lambda batch: (2.0, 1))["right"] == right
