"""What the numbers are that cards of the later lessons quote, worked out by the shipped models."""

import csv
import math
from functools import cache

import numpy as np

from core import load, manifest
from core.explaining import explained
from core.explaining.farthest import farthest
from core.exposure import FORCED, FREE, expose
from core.lessons import course
from core.live.film import film
from core.views import layers, mask
from pages.shared.forcing import known

BOOK, NOT = "She gave him the red book.", "I did not know that you were there."
GENERAL, TRANSFORMER = "eng-fra-general", "eng-fra-transformer"


@cache
def filmed(attention, update):
    """What a snapshot of the film says: the loss of held-out examples, and how many are right."""
    run = next(one for one in film() if one["config"]["attention"] == attention)
    found = next(one["moment"] for one in run["frames"] if one["moment"][0] == update)
    return {"loss": found[3], "right": found[4], "tokens": run["tokens"]}


@cache
def trace(model, text):
    found = load(model)
    does = found.facts.does
    ways = {"translate": "translate", "read": "read", "write": "write", "answer": "answer"}
    return getattr(found, ways.get(does, "caption"))(text)


def at(model, text, row, column, block="cross", kind="weights"):
    """A weight or a score, row and column from 1."""
    return float(getattr(trace(model, text).attention(block), kind)[row - 1, column - 1])


def chance(model, text, number, piece=""):
    """The probability of a piece at a step, from 1, or of the one that was written."""
    step = trace(model, text).path()[number - 1]
    if not piece:
        return math.exp(step.log_prob)
    return math.exp(next(one.log_prob for one in step.candidates if one.piece == piece))


def guess(model, text, piece):
    """What a model of masked words gives a word at the hidden place."""
    found = trace(model, text)
    place = next(i for i, one in enumerate(found.source) if one.piece == "[MASK]")
    (filled,) = (one for one in found.filled if one.place == place)
    return math.exp(next(one.log_prob for one in filled.guesses if one.piece == piece))


@cache
def lifted():
    return mask.lift(load(TRANSFORMER), trace(TRANSFORMER, BOOK))


@cache
def reasons():
    return explained(load(GENERAL), trace(GENERAL, NOT))


@cache
def far():
    return farthest(load(GENERAL), trace(GENERAL, NOT), 1, 0.05)


@cache
def exposed():
    """The sentence of the card on teacher forcing, both ways."""
    model, text = load(GENERAL), asked("training", "forced")["text"]
    return expose(model, trace(GENERAL, text), model.vocabulary.encode(known(GENERAL, text)))


@cache
def lens():
    """The likeliest words at each height of the stream that is to write *livre*."""
    found = layers.open_layers(load(TRANSFORMER), trace(TRANSFORMER, BOOK))
    stream = layers.payload(found, "en")["streams"]["decoder"]
    return [
        [(word, math.exp(nats)) for word, nats in one[4]] for one in stream["lens"]["likeliest"]
    ]


def asked(lesson, scene):
    return dict(course("en")[lesson].scenes[scene].asked)


def look(scene, hop):
    """Where a story is looked at: its lines by their share of one look, the heaviest first."""
    given = asked("beyond", scene)
    found = trace(given["model"], given["story"])
    weights = found.blocks["cross"].weights[hop - 1, 0, 0]
    line, shares = 0, {}
    lines = given["story"].split("\n")
    for token, weight in zip(found.source, weights):
        shares[lines[min(line, len(lines) - 1)]] = shares.get(
            lines[min(line, len(lines) - 1)], 0
        ) + float(weight)
        line += token.piece in (".", "?")
    return sorted(shares.items(), key=lambda pair: -pair[1])


def answer(scene):
    given = asked("beyond", scene)
    return math.exp(trace(given["model"], given["story"]).path()[0].log_prob)


def board(scene):
    return asked("beyond", scene)["board"]


def brightest(scene, step):
    return float(trace("eng-pictures", board(scene)).attention("cross").weights[step - 1].max())


@cache
def measured(file, model, **wanted):
    with (manifest.MODELS / f"{file}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    wanted = {"model": model, "measure": "accuracy", "setting": "", **wanted}
    (value,) = (one["value"] for one in rows if wanted.items() <= one.items())
    return 100 * float(value)


def parameters(model):
    return manifest.entry(model).facts.parameters


RED, SHE, GPT = "She gave him the [MASK] book.", "[MASK] gave him the red book.", "She gave him the"
LATER = {
    ("training", "loss"): {"2.64": lambda: filmed("general", 0)["loss"]},
    ("training", "softmax"): {"240": lambda: 240},
    ("training", "gradient"): {"252": lambda: 252, "144": lambda: 144},
    ("training", "forced"): {
        "−0.10": lambda: exposed().column(FORCED).log_probs[4],
        "−10.29": lambda: exposed().column(FREE).log_probs[4],
    },
    ("alone", "three"): {
        "8.87": lambda: at(TRANSFORMER, BOOK, 5, 6, "cross.2.5", "scores"),
        "−0.10": lambda: at(TRANSFORMER, BOOK, 5, 8, "cross.2.5", "scores"),
    },
    ("alone", "scaled"): {"5.66": lambda: math.sqrt(256 / 8)},
    ("alone", "predict"): {
        "0.87": lambda: at(TRANSFORMER, BOOK, 6, 5, "cross.2.5"),
        "0.10": lambda: at(TRANSFORMER, BOOK, 6, 7, "cross.2.5"),
    },
    ("heads", "stream"): {"0.953": lambda: lens()[8][0][1]},
    ("mask", "lift"): {"0.92": lambda: lifted().bare.weights[1, 2, 3, 4]},
    ("mask", "worse"): {
        "0.956": lambda: math.exp(lifted().masked.log_probs[4]),
        "0.059": lambda: math.exp(lifted().bare.log_probs[4]),
        "0.13": lambda: lifted().masked.loss, "2.09": lambda: lifted().bare.loss,
    },
    ("halves", "halves"): {
        "0.176": lambda: guess("eng-bert", RED, "▁new"),
        "0.150": lambda: guess("eng-bert", RED, "▁old"),
    },
    ("halves", "both"): {"0.83": lambda: at("eng-bert", RED, 6, 7, "encoder.1.4")},
    ("halves", "write"): {
        "0.165": lambda: chance("eng-gpt", GPT, 6, "▁book"),
        "0.070": lambda: chance("eng-gpt", GPT, 6, "▁key"),
    },
    ("halves", "albert"): {
        "1,076,384": lambda: parameters("eng-albert"), "3,136,928": lambda: parameters("eng-bert"),
        "0.612": lambda: guess("eng-bert", SHE, "▁She"),
        "0.768": lambda: guess("eng-albert", SHE, "▁She"), "2,000": lambda: 2000,
        "53.4": lambda: measured("masked-words", "eng-bert", slice="test"),
        "51.6": lambda: measured("masked-words", "eng-albert", slice="test"),
    },
    ("explanation", "what"): {
        "0.88": lambda: at(GENERAL, NOT, 2, 3), "5.63": lambda: reasons().values["removed"][1, 2],
    },
    ("explanation", "part"): {
        "1.00": lambda: at(GENERAL, NOT, 3, 4), "0.00": lambda: at(GENERAL, NOT, 3, 2),
        "2.93": lambda: reasons().values["removed"][2, 1],
        "3.30": lambda: reasons().values["removed"][2, 3],
    },
    ("explanation", "complete"): {"7.15": lambda: reasons().completeness.gained[0]},
    ("explanation", "far"): {"0.05": lambda: 0.05, "0.87": lambda: far().distance},
    ("explanation", "model"): {
        "1.00": lambda: at(GENERAL, NOT, 1, 1), "0.78": lambda: at("eng-fra-concat", NOT, 1, 10),
    },
    ("explanation", "expert"): {"0.63": lambda: at(GENERAL, NOT, 4, 3)},
    ("beyond", "story"): {
        "1.00": lambda: look("apple", 1)[0][1], "0.98": lambda: look("apple", 2)[0][1],
    },
    ("beyond", "once"): {"0.47": lambda: answer("once")},
    ("beyond", "easy"): {
        "2,000": lambda: 2000, "95.3": lambda: measured("stories", "eng-stories", slice="own"),
    },
    ("beyond", "picture"): {
        "0.996": lambda: chance("eng-pictures", board("fox"), 2),
        "0.30": lambda: brightest("fox", 2),
    },
    ("beyond", "spread"): {
        "0.11": lambda: brightest("cats", 2),
        "0.999": lambda: chance("eng-pictures", board("cats"), 2),
    },
}  # fmt: skip


def words_of(block, row, text=BOOK):
    """What each of the eight heads of a layer looks at most, in a row from 1."""
    found = trace(TRANSFORMER, text)
    heads = (found.attention(f"{block}.{head}").weights[row - 1] for head in range(1, 9))
    return [found.source[int(np.argmax(one))].piece.removeprefix("▁") for one in heads]
