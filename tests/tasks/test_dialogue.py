"""Turns that one would not show to a class are not learnt from; what is measured of the answers."""

import sys
from argparse import Namespace

import numpy as np
import pytest

import core
from core.about import read_about
from core.corpus import Pair
from core.evaluation.card import Told
from core.evaluation.forced import Pieces, force
from core.tasks import Asked, tasks
from core.tasks.dialogue.evaluation import split_of
from core.tasks.dialogue.fit import fit
from core.tasks.recipe import Recipe
from core.training.__main__ import main

TURNS = [
    (f"How is {who} today, {when}?", f"{who} is {how}.")
    for who, how in zip(("Ann", "Ben", "Eve", "Joe", "Kim", "Leo"), ("well", "sad") * 3)
    for when in ("old friend", "my dear", "again", "then", "at last", "by the sea", "in town")
]


@pytest.mark.parametrize(
    ("turn", "answer", "language", "right"),
    [
        ("How are you?", "Fine, thanks.", "eng", True),
        ("How are you?", "Kinda HUNGOVER today", "eng", False),
        ("They were smoking there.", "I see.", "eng", False),
        ("I study classics.", "Assume I pass the class.", "eng", True),  # a word inside of others
        ("Write to me: ann@example.org", "OK", "eng", False),
        ("Call 555 123 4567", "OK", "eng", False),
        ("It was in 2019.", "I see.", "eng", True),
        ("word " * 21, "OK", "eng", False),
        ("ｗｅｅｄ is legal there", "OK", "eng", False),  # letters of another width
        ("심심해", "같이 영화 봐요.", "kor", True),
        ("심심해", "맥주 한 잔 하세요.", "kor", False),
        ("아직도 생각하기도 해", "그럴 수 있어요.", "kor", True),
        ("We drank beer.", "Prost!", "deu", True),  # no list of German words
        ("word " * 21, "OK", "deu", False),
    ],
)
def test_what_one_would_not_show_to_a_class_is_left_out(turn, answer, language, right):
    assert fit(Pair(turn, answer), language) is right
    assert fit(Pair(answer, turn), language) is right


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "turns.tsv"
    lines = [*TURNS, *TURNS[:3], ("Beer?", "Yes."), ("Hello there you.", "Shut up.")]
    path.write_text("".join(f"{turn}\t{answer}\n" for turn, answer in lines), encoding="utf-8")
    return path


def test_each_fit_turn_and_answer_is_learnt_from_once(file, tmp_path):
    options = Namespace(
        data=[file], languages=["eng-eng"], out=tmp_path, turned=False, held_out=2,
        vocabulary=300, tokeniser="pieces",
    )  # fmt: skip
    data = tasks()["dialogue"].prepare(options, Recipe(tokens=300))
    assert data.about.task == "dialogue" and (data.about.source, data.about.target) == ("eng",) * 2
    learnt = sum(len(group) for group in data.corpus.groups.values())
    assert learnt == len(TURNS) - 2 * 2


def test_a_small_set_is_learnt_by_heart_and_measured(file, tmp_path, monkeypatch):
    home = tmp_path / "eng-small"
    asked = (
        f"--task dialogue {file} --languages eng-eng --vocabulary 300 --held-out 3 --size 48 "
        f"--epochs 40 --tokens 200 --rate 0.01 --dropout 0 --threads 1 --out {home}"
    )
    monkeypatch.setattr(sys, "argv", ["training", *asked.split()])
    assert main() == 0
    model = core.load(home)
    split = split_of(home, [file])
    assert len(split.test) == 2 and read_about(home).task == "dialogue"
    right = [model.translate(pair.source).text == pair.target for pair in split.train]
    assert np.mean(right) > 0.95

    found = tasks()["dialogue"].evaluate(
        model, home, [file], Asked(1, None, Told(), lambda items, _: items)
    )
    rows = {(row.measure, row.setting): row for row in found.rows if row.slice == "test"}
    nats, count = 0.0, 0
    for turn, answers in split.test.items():
        ids = Pieces(model.vocabulary.encode(turn), model.vocabulary.encode(answers[0]))
        (said,) = force(model.model, [ids], model.vocabulary)
        nats, count = nats - said.log_probs.sum(), count + len(said.log_probs)
    assert rows["perplexity", ""].value == pytest.approx(np.exp(nats / count), rel=1e-4)
    assert rows["commonest", "first 10"].value == 1  # of two answers both are among ten
    assert rows["words_written", "people"].value == 4  # three words and a full stop
    said = {row.setting: row.value for row in found.rows if row.measure == "said"}
    assert sum(said.values()) == pytest.approx(1)  # both are among the ten that are named
    ways = {
        (row.measure, row.setting): row.value for row in found.rows
        if row.slice == "first 2 of test"
    }  # fmt: skip
    assert {way for _, way in ways} == {"greedy", "beam=5", "sampling", "people"}
    assert ways["log_prob", "beam=5"] >= ways["log_prob", "greedy"] - 1e-4  # of a model so sure
    assert ways["log_prob", "people"] == pytest.approx(-nats / 2, rel=1e-4)
    assert ways["length", "people"] == pytest.approx(count / 2)
    assert ways["commonest", "greedy"] == 1
    assert "dialogue" in found.card and "people's answers" in found.card
    assert found.trace.text
