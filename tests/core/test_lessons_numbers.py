"""Every number that a card quotes of a model, worked out by the shipped models anew."""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pytest

from core import load, manifest
from core.lessons import course
from core.measurements import table
from core.views import workbench
from core.words import LANGUAGES
from tests.core.lessons_later import LATER

BOOK, TREE = "She gave him the red book.", "The old man sat under the big tree."
NOT = "I did not know that you were there."
LEFT = "Nobody knows why she left so early."
NICE = "The old man who lives next door gave my sister a very nice book."
GENERAL, NONE = "eng-fra-general", "eng-fra-none"
# Decimals, and whole numbers of three digits and more; years and numbers of papers are none.
NUMBER = re.compile(r"(?<![\d.,])[−-]?(?:\d{1,3}(?:,\d{3})+|\d+\.\d+|\d{3,})(?![\d])")


@cache
def trace(model, text):
    return load(model).translate(text)


@cache
def searched(text):
    """By a beam of five."""
    return load(GENERAL).translate(text, beam=5)


def step(model, text, number):
    return trace(model, text).path()[number - 1]


def chance(model, text, number, piece=""):
    """The probability of a piece at a step, or of the one that was written."""
    found = step(model, text, number)
    if not piece:
        return math.exp(found.log_prob)
    return math.exp(next(one.log_prob for one in found.candidates if one.piece == piece))


def at(model, text, row, column, kind="weights"):
    """A weight or a score of the step `row` on the source token `column`, both from 1."""
    return float(getattr(trace(model, text).attention("cross"), kind)[row - 1, column - 1])


@cache
def bleu(model, slice_="test"):
    rows = table.read(manifest.MODELS / "evaluation.csv").rows
    found = rows[(rows.measure == "bleu") & (rows.setting == "") & (rows.against == "")]
    return float(found[(found.model == model) & (found.slice == slice_)].value.iloc[0])


@cache
def pencil():
    """The setting that is worked out by hand: scores, exponentials, their sum, weights, context."""
    scene = course("en")["attention"].scenes["pencil"]
    asked = dict(scene.asked)
    query = np.array([float(one) for one in asked["q"].split("_")])
    keys = np.array([[float(one) for one in row.split("_")] for row in asked["k"].split("*")])
    scores = keys @ query
    weights = np.exp(scores) / np.exp(scores).sum()
    return scores, np.exp(scores), weights, weights @ keys


def bench(situation, key):
    """The weight of a key, from 1, where the workbench opens on a situation."""
    score, setting = workbench.SITUATIONS[situation]
    worked = workbench.work(workbench.complete(setting))
    return next(one for one in worked.scored if one.name == score).weights[key - 1]


def parameters(model):
    return sum(math.prod(shape) for _, shape in manifest.entry(model).facts.score_parameters)


def size(model):
    return trace(model, BOOK).axis("source").states.shape[1]


def vocabulary():
    return len(load(GENERAL).vocabulary)


KNOWN = {
    ("sequence", "pieces"): {"4,000": vocabulary},
    ("sequence", "encoder"): {"320": lambda: size(GENERAL)},
    ("sequence", "decoder"): {"0.907": lambda: chance(GENERAL, BOOK, 5), "4,000": vocabulary},
    ("sequence", "feeding"): {
        "0.563": lambda: chance(GENERAL, BOOK, 3, "▁donna"),
        "0.242": lambda: chance(GENERAL, BOOK, 3, "▁a"),
    },
    ("sequence", "marks"): {"0.906": lambda: chance(GENERAL, BOOK, 8)},
    ("bottleneck", "lost"): {
        "0.06": lambda: chance(NONE, TREE, 12),
        "5.19": lambda: step(NONE, TREE, 12).expansion.entropy,
        "0.52": lambda: step(NONE, TREE, 3).expansion.entropy,
        "4,000": vocabulary, "8.29": lambda: math.log(vocabulary()),
    },
    ("bottleneck", "lookup"): {"0.88": lambda: at(GENERAL, TREE, 11, 9)},
    ("bottleneck", "measured"): {
        "2,000": lambda: 2000, "31.7": lambda: bleu(NONE), "43.8": lambda: bleu(GENERAL),
        "38.6": lambda: bleu(NONE, "3-5 words"), "47.0": lambda: bleu(GENERAL, "3-5 words"),
        "14.9": lambda: bleu(NONE, "13-20 words"), "32.8": lambda: bleu(GENERAL, "13-20 words"),
        "100": lambda: 100,
    },
    ("attention", "asks"): {
        "12.49": lambda: at(GENERAL, BOOK, 5, 6, "scores"),
        "3.81": lambda: at(GENERAL, BOOK, 5, 5, "scores"),
    },
    ("attention", "score"): {"0.5": lambda: 0.5, "−0.5": lambda: -0.5},
    ("attention", "softmax"): {
        "20.09": lambda: pencil()[1][0], "0.37": lambda: pencil()[1][1],
        "21.45": lambda: pencil()[1].sum(), "0.936": lambda: pencil()[2][0],
        "0.017": lambda: pencil()[2][1], "0.047": lambda: pencil()[2][2],
    },
    ("attention", "context"): {
        "0.936": lambda: pencil()[2][0], "0.017": lambda: pencil()[2][1],
        "0.047": lambda: pencil()[2][2], "0.942": lambda: pencil()[3][0],
        "0.907": lambda: pencil()[3][1],
    },
    ("attention", "model"): {
        "320": lambda: size(GENERAL), "3.81": lambda: at(GENERAL, BOOK, 5, 5, "scores"),
        "7.87": lambda: at(GENERAL, BOOK, 6, 5, "scores"),
        "0.000": lambda: at(GENERAL, BOOK, 5, 5), "0.996": lambda: at(GENERAL, BOOK, 6, 5),
    },
    ("attention", "sharp"): {
        "8.68": lambda: at(GENERAL, BOOK, 5, 6, "scores") - at(GENERAL, BOOK, 5, 5, "scores"),
        "6,000": lambda: round(math.exp(8.68), -3),
        "6.23": lambda: at(GENERAL, BOOK, 4, 4, "scores"),
        "1.11": lambda: at(GENERAL, BOOK, 4, 6, "scores"),
        "0.990": lambda: at(GENERAL, BOOK, 4, 4), "0.006": lambda: at(GENERAL, BOOK, 4, 6),
        "100": lambda: 100,
    },
    ("attention", "combine"): {
        "4,000": vocabulary, "0.907": lambda: chance(GENERAL, BOOK, 5),
        "0.952": lambda: chance(GENERAL, BOOK, 6),
    },
    ("heatmap", "negation"): {
        "0.88": lambda: at(GENERAL, NOT, 2, 3), "0.63": lambda: at(GENERAL, NOT, 4, 3),
    },
    ("heatmap", "end"): {
        "0.96": lambda: at(GENERAL, NOT, 9, 10), "0.02": lambda: at(GENERAL, NOT, 9, 9),
    },
    ("heatmap", "ahead"): {
        "0.28": lambda: at(GENERAL, NOT, 5, 5), "0.71": lambda: at(GENERAL, NOT, 5, 6),
    },
    ("heatmap", "scores"): {
        "0.00": lambda: at(GENERAL, BOOK, 2, 2),
        "10.99": lambda: at(GENERAL, BOOK, 2, 3, "scores"),
        "3.52": lambda: at(GENERAL, BOOK, 2, 2, "scores"),
    },
    ("heatmap", "other"): {
        "0.78": lambda: at("eng-fra-concat", NOT, 1, 10),
        "0.63": lambda: at(GENERAL, NOT, 4, 3), "0.20": lambda: at("eng-fra-concat", NOT, 4, 3),
    },
    ("scores", "long"): {"0.74": lambda: bench("long", 2), "0.22": lambda: bench("long", 1)},
    ("scores", "models"): {
        "102,400": lambda: parameters(GENERAL), "205,120": lambda: parameters("eng-fra-concat"),
        "0.99": lambda: at("eng-fra-dot", BOOK, 5, 6), "1.00": lambda: at(GENERAL, BOOK, 5, 6),
        "0.98": lambda: at("eng-fra-concat", BOOK, 5, 6), "44.2": lambda: bleu("eng-fra-dot"),
        "43.8": lambda: bleu(GENERAL), "44.7": lambda: bleu("eng-fra-concat"),
    },
    ("scores", "bahdanau"): {"42.6": lambda: bleu("eng-fra-bahdanau")},
    ("decoding", "greedy"): {
        "0.398": lambda: chance(GENERAL, LEFT, 7, "▁parti"),
        "0.369": lambda: chance(GENERAL, LEFT, 7, "▁partie"),
    },
    ("decoding", "total"): {
        "−2.494": lambda: searched(LEFT).path()[-1].total,
        "−2.520": lambda: trace(GENERAL, LEFT).path()[-1].total,
    },
    ("decoding", "likeliest"): {
        "−8.79": lambda: searched(NICE).path()[-1].total,
        "−10.47": lambda: trace(GENERAL, NICE).path()[-1].total,
        "−9.51": lambda: searched(NICE).path(searched(NICE).leaves[1])[-1].total,
    },
    ("decoding", "sampling"): {"0.5": lambda: 0.5},
}  # fmt: skip


KNOWN |= LATER


def quoted(card) -> set[str]:
    return set(NUMBER.findall(" ".join((card.text, card.task, card.then))))


CARDS = [(lesson.name, card.name) for lesson in course("en").values() for card in lesson.cards]


@pytest.mark.parametrize(("lesson", "card"), CARDS)
def test_every_number_of_a_card_is_what_the_models_say(lesson, card):
    known = KNOWN.get((lesson, card), {})
    for spoken in LANGUAGES:
        found = quoted(course(spoken)[lesson].card(card))
        assert found <= known.keys(), f"say in KNOWN what {found - known.keys()} is"
        for text in found:
            digits = len(text.partition(".")[2])
            value = float(text.replace(",", "").replace("−", "-"))
            assert abs(known[text]() - value) <= 0.5 * 10**-digits + 1e-4, (text, known[text]())


WRITTEN = {
    (GENERAL, BOOK): "Elle lui donna le livre rouge.",
    (NONE, BOOK): "Elle lui donna le livre rouge.",
    (GENERAL, NOT): "Je ne savais pas que vous étiez là.",
}


def test_the_translations_that_cards_quote():
    for (model, text), written in WRITTEN.items():
        assert trace(model, text).text == written
    told = " ".join(
        f"{card.text} {card.then}" for one in course("en").values() for card in one.cards
    )
    for lesson, scene, said in (
        ("bottleneck", "eight", "son grand-père"), ("bottleneck", "eleven", "mon chien"),
        ("bottleneck", "with", "mon frère lui a donné le vieux livre hier"),
        ("bottleneck", "long", "ma mère était en train de lire un livre et mon père dormait"),
    ):  # fmt: skip
        asked = dict(course("en")[lesson].scenes[scene].asked)
        assert said in trace(asked["model"], asked["text"]).text and f"{{{said}}}" in told
    path = [one.token.id for one in trace(GENERAL, BOOK).path()][:2]
    other = next(o.id for o in step(GENERAL, BOOK, 3).candidates if o.piece == "▁a")
    assert "partie si tôt" in searched(LEFT).text and "parti si tôt" in trace(GENERAL, LEFT).text
    assert searched(NICE).text.endswith("a donné un bon livre.")
    other_leaf = searched(NICE).path(searched(NICE).leaves[1])
    assert "".join(one.token.piece for one in other_leaf).endswith("▁un▁très▁beau▁livre.</s>")
    forced = load(GENERAL).translate(BOOK, prefix=[*path, other])
    assert f"{{{forced.text}}}" in told and len(forced.path()) == 9
