"""The task of pictures: what is served, what is held out, and that a model can learn it."""

import argparse
import random
import sys

import numpy as np
import pytest
import torch

import core
from core.facts import CAPTIONS
from core.models.picture import PictureConfig, PictureModel
from core.pictures import generator
from core.pictures.tongue import tongue
from core.tasks import tasks
from core.tasks.pictures import Pictures, Seen, captioned, held, made_up, of_unseen_pairs
from core.tasks.pictures.corpus import Corpus, batch
from core.tasks.pictures.evaluation import kind_of, looked, measured
from core.tasks.recipe import Recipe
from core.tokenisers.words import Words
from core.training.__main__ import main

WORDS = tongue("eng")


@pytest.fixture(scope="module")
def vocabulary():
    return Words.train(WORDS.sentences(), 1000)


def test_held_out_boards_are_of_pairs_that_training_has_and_the_others_are_not():
    without = generator.unseen(3)
    own, unseen = held(3, 80), of_unseen_pairs(3, 80)
    assert len({*map(frozenset, own)}) == 80 and own == held(3, 80)
    assert not {*map(frozenset, own)} & {*map(frozenset, held(3, 80, "validate"))}
    assert not any(generator.pairs(board) & without for board in own)
    assert all(generator.pairs(board) & without for board in unseen)
    assert all(len(WORDS.captions(board)) == 1 for board in (*own, *unseen))
    assert {*map(kind_of, own)} == {*generator.KINDS}


def test_an_epoch_is_what_the_seed_decides_and_always_as_long(vocabulary):
    made = made_up((), generator.unseen(1))
    corpus = Corpus(made, lambda board: WORDS.captions(board)[0], vocabulary, 21, 8)
    one, again, other = (list(corpus.batches(random.Random(seed))) for seed in (1, 1, 2))
    assert [len(ready.source) for ready in one] == [8, 8, 5]
    for left, right in zip(one, again, strict=True):
        np.testing.assert_array_equal(left.source, right.source)
    assert (one[0].source != other[0].source).any() and one[0].source.dtype == np.uint8


def test_the_shares_decide_which_kinds_are_made_up():
    made, rng = made_up((), (), (0, 0, 0, 0, 1)), random.Random(1)
    assert {kind_of(made(rng)) for _ in range(20)} == {generator.THREE}


def test_nothing_that_is_held_out_is_made_up_for_training():
    rng = random.Random(5)
    first = generator.board(random.Random(5), shares=generator.LEARNT)
    assert made_up((first,), ())(rng) != first


def test_it_learns_a_few_boards_by_heart(vocabulary):
    torch.manual_seed(0)
    model = PictureModel(PictureConfig(len(vocabulary), size=32, channels=8, dropout=0.0))
    boards = held(1, 12)
    captions = [WORDS.captions(board)[0] for board in boards]
    found = batch(boards, captions, vocabulary)
    ready = type(found)(*map(torch.from_numpy, found))
    optimiser = torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(120):
        loss = model.loss(ready)
        optimiser.zero_grad()
        (loss.smoothed / loss.count).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    model.eval()
    assert [seen.caption for seen in captioned(model, vocabulary, boards)] == captions
    assert loss.plain / loss.count < 0.05
    rows = measured("one", model, vocabulary, WORDS, {"arrangements": boards})
    (right,) = [row for row in rows if row.measure == "accuracy" and not row.setting]
    assert right.value == 1 and right.count == 12


def test_a_word_points_where_the_heaviest_cell_is_on_what_it_names(vocabulary, monkeypatch):
    from core.pictures.board import read
    from core.tasks.pictures import evaluation

    board = read("fox 0,0,16; pizza 24,24,32")
    tokens = tuple(vocabulary.encode("a fox above a pizza"))
    weights = np.zeros((len(tokens), 64))
    weights[1, 0] = 1  # on the fox
    weights[4, 0] = 1  # not on the pizza
    seen = Seen("a fox above a pizza", tokens, weights)
    monkeypatch.setattr(evaluation, "captioned", lambda *_: [seen])
    (found,) = looked(
        PictureModel(PictureConfig(len(vocabulary), 16, 8)), vocabulary, WORDS, [board]
    )
    assert found.hits == (True, False) and found.chances == (4 / 64, 16 / 64)
    assert found.right  # also to its left, as it is as far as above


def options(**changed):
    parser = argparse.ArgumentParser()
    Pictures().options(parser)
    return argparse.Namespace(**{**vars(parser.parse_args([])), "held_out": 4, **changed})


@pytest.mark.parametrize("language", ["eng", "kor", "fra"])
def test_it_prepares_what_training_needs(language, tmp_path):
    task = tasks()["pictures"]
    assert [*task.kinds()] == ["picture"]
    data = task.prepare(options(language=language, boards=10, out=tmp_path), Recipe(tokens=80))
    assert (data.about.source, data.about.target, data.about.task) == (
        language,
        language,
        "pictures",
    )
    ready = next(iter(data.corpus.batches(random.Random(0))))
    assert ready.source.shape == (10, 64, 64, 3)
    assert (ready.wanted[ready.real] != data.vocabulary.unknown).all()


@pytest.mark.parametrize("changed", [{"boards": 0}, {"held_out": -1}, {"shares": [0] * 5}])
def test_what_cannot_be_is_refused(changed):
    with pytest.raises(ValueError, match="expected"):
        Pictures().prepare(options(**changed), Recipe())


def test_cells_say_what_lies_on_them(vocabulary):
    from core.pictures.board import read, things

    board = read("fox 0,0,16; egg 8,8,16")
    (cells,) = batch([board], ["a fox"], vocabulary).cells
    names = ["", *things()]
    assert [names[cell] for cell in cells.reshape(8, 8)[:3, :3].ravel()] == [
        "fox", "fox", "", "fox", "egg", "egg", "", "egg", "egg",
    ]  # fmt: skip
    assert (cells > 0).sum() == 7


@pytest.mark.parametrize("forcing", ["1", "0.5"])
def test_the_command_trains(forcing, tmp_path, monkeypatch):
    asked = (
        f"--task pictures --boards 40 --held-out 4 --epochs 1 --teacher-forcing {forcing} "
        f"--size 16 --threads 1 --out {tmp_path / 'model'}"
    )
    monkeypatch.setattr(sys, "argv", ["training", *asked.split()])
    assert main() == 0
    assert core.load(tmp_path / "model").facts.does == CAPTIONS
