"""Several models on one sentence: what they are made of, where they agree, and what is drawn of it.

Works on traces alone (numpy, no torch). Shape letters: T target steps, S source tokens, R rows
and C columns that two traces share. Entropies and divergences are in nats.
"""

from __future__ import annotations

import difflib
import itertools
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core import stage
from core.distributions import divergence, entropy
from core.stage.codec import packed
from core.trace import END, SearchTrace, Token
from core.words import say, section

FEWEST, MOST = 2, 6  # models side by side


@dataclass(frozen=True)
class Anatomy:
    """What a model is made of, as its folder says it."""

    score: tuple[tuple[str, tuple[int, ...]], ...]  # parameters of the score function, with shapes
    total: int  # numbers that training adjusted, in the whole model
    wiring: str  # "luong" or "bahdanau": which state attends, where its context goes; "transformer"
    # Of a Transformer: how many decoder layers and heads; its shapes begin with the layers.
    heads: tuple[int, int] | None = None

    def of(self, block: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The parameters of the score that `block` names: of a Transformer "cross" has those of
        all layers, "cross.2" those of one, "cross.2.5" the part of them that makes one head."""
        place = block.split(".")[1:]
        if self.heads is None or not place:
            return self.score
        one = self.heads[1] if len(place) == 2 else 1
        return tuple((name, (first // one, *rest)) for name, (_, first, *rest) in self.score)


class Panel(NamedTuple):
    """One model's part in a comparison."""

    label: str  # what the model is called beside the others
    trace: SearchTrace
    anatomy: Anatomy
    head: str = stage.MEAN  # which attention of a Transformer, by its name in the trace


class Aligned(NamedTuple):
    """The rows of two traces that mean the same word, over columns that mean the same.

    `unit` is "pieces" where both split the sentences alike, else "words". Weights of a word are
    the sum over its source pieces and the mean over its target pieces; both arrays are (R, C).
    """

    unit: str
    first: np.ndarray
    second: np.ndarray


def anatomy(folder: Path) -> Anatomy:
    """Read from the header of the weights file and the configuration, so no weight is loaded.

    A safetensors file begins with the length of its header, eight bytes, and the header in JSON.
    Raises OSError where a file is missing, KeyError where the header gives a tensor no shape.
    """
    with (folder / "weights.safetensors").open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    shapes = {name: tuple(one["shape"]) for name, one in header.items() if name != "__metadata__"}
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    total = sum(map(math.prod, shapes.values()))
    if config.get("kind") == "transformer":
        layers = config["decoder_layers"]
        score = tuple(
            (f"{letter}_{side}", (layers, *shapes[f"decoder.0.cross.W_{side}.{kind}"]))
            for side in "QK"
            for letter, kind in (("W", "weight"), ("b", "bias"))
        )
        return Anatomy(score, total, "transformer", (layers, config["heads"]))
    score = tuple(
        (name.removeprefix("score.").removesuffix(".weight"), shape)
        for name, shape in shapes.items()
        if name.startswith("score.")
    )
    return Anatomy(score, total, config.get("wiring", "luong"))


def aligned(
    first: SearchTrace, second: SearchTrace, heads: tuple[str, str] = (stage.MEAN, stage.MEAN)
) -> Aligned | None:
    """What can be compared of two traces, or None: a model without attention, other sources.

    `heads` says which attention of each, as a trace names it. Rows are comparable as long as both
    have written the same words: all of them under one forced target, those before the outputs
    part under free running.
    """
    sides = [_side(trace, head) for trace, head in zip((first, second), heads)]
    return _aligned(*sides) if all(sides) else None


class _Side(NamedTuple):
    """What of one trace is compared with others; words as `_words` gives them."""

    weights: np.ndarray  # (T, S)
    read: list[str]
    written: list[str]
    across: list[tuple[str, list[int]]]
    down: list[tuple[str, list[int]]]


def _side(trace: SearchTrace, head: str) -> _Side | None:
    """None for a model without attention."""
    if trace.model.score is None:
        return None
    tokens = [step.token for step in trace.path()]
    return _Side(
        trace.attention(head).weights.astype(np.float64),
        [token.piece for token in trace.source], [token.piece for token in tokens],
        _words(trace.source), _words(tokens),
    )  # fmt: skip


def _aligned(*sides: _Side) -> Aligned | None:
    first, second = sides
    if [word for word, _ in first.across] != [word for word, _ in second.across]:
        return None
    words = _common(*([word for word, _ in side.down] for side in sides))
    # Where the words that both begin with are split alike, so is all that can be compared.
    begun = [side.written[: sum(len(places) for _, places in side.down[:words])] for side in sides]
    if first.read == second.read and begun[0] == begun[1]:
        rows = _common(first.written, second.written)
        return Aligned("pieces", *(side.weights[:rows] for side in sides))
    return Aligned("words", *(_by_word(side, words) for side in sides))


def differing(reference: Sequence[Token], other: Sequence[Token]) -> tuple[bool, ...]:
    """Which tokens of `other` belong to a word that is not, in its place, in `reference` too."""
    words, groups = [word for word, _ in _words(reference)], _words(other)
    matcher = difflib.SequenceMatcher(None, words, [word for word, _ in groups], autojunk=False)
    same = {
        place
        for _, begin, size in matcher.get_matching_blocks()
        for place in range(begin, begin + size)
    }
    marks = [False] * len(other)
    for place, (_, items) in enumerate(groups):
        for index in items:
            marks[index] = place not in same
    return tuple(marks)


def _words(tokens: Sequence[Token]) -> list[tuple[str, list[int]]]:
    """The words of a sentence with the places of their pieces; the end mark is one of its own."""
    found = []
    places = range(len(tokens))
    for _, group in itertools.groupby(places, lambda i: (tokens[i].word, tokens[i].piece == END)):
        own = list(group)
        text = "".join(tokens[i].text for i in own).strip()
        found.append((text or "".join(tokens[i].piece for i in own), own))
    return found


def _by_word(side: _Side, rows: int) -> np.ndarray:
    """The weights of its first `rows` words over the words of the source: (R, C)."""
    found = np.empty((rows, len(side.across)))
    for i, (_, targets) in enumerate(side.down[:rows]):
        for j, (_, sources) in enumerate(side.across):
            found[i, j] = side.weights[np.ix_(targets, sources)].sum(1).mean()
    return found


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """How many items two sequences have in common from their beginning on."""
    pairs = enumerate(zip(first, second))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))


def payload(panels: Sequence[Panel], target: str, language: str) -> dict:
    """What the stage needs to draw `panels`; arrays as base64 of their little-endian bytes.

    `target` is "free", or where the one forced target comes from: "typed" or a model's label.
    """
    first = [step.token for step in panels[0].trace.path()]
    found, sides = [], [_side(panel.trace, panel.head) for panel in panels]
    attending = [i for i, side in enumerate(sides) if side]
    for a, b in itertools.combinations(attending, 2):
        if both := _aligned(sides[a], sides[b]):
            apart = np.round(divergence(both.first, both.second), 5).tolist()
            found.append({"panels": [a, b], "unit": both.unit, "divergence": apart})
    return {
        "stage": "compare",
        "typed": panels[0].trace.typed,
        "target": target,
        "panels": [_plain(panel, first, language) for panel in panels],
        "pairs": found,
        "strings": {
            **section(language, "stage"),
            "no_scores": say(language, "stage_transformer.no_scores"),
        },
        "told": section(language, "compare"),
        "language": language,
    }


def page(panels: Sequence[Panel], target: str, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that steps through all panels like the app, with nothing to fetch."""
    words = section(language, "compare")
    data = {
        **payload(panels, target, language),
        "theme": theme,
        "open": {"step": None},
        "exports": {"name": "heed-compare"},
    }
    names = ", ".join(panel.trace.model.name for panel in panels)
    return stage.whole_page(data, words["title"], panels[0].trace.typed, names)


def _plain(panel: Panel, first: Sequence[Token], language: str) -> dict:
    """One panel without what the stage of a comparison does not draw, such as state vectors."""
    trace, path = panel.trace, panel.trace.path()
    tokens, score = [step.token for step in path], trace.model.score
    plain = {
        "label": panel.label,
        "model": trace.model.name,
        "score": score and score.name,
        "reference": score and score.source,
        "formula": score and stage.mathml(score.latex),
        "parameters": panel.anatomy.of(panel.head),
        "block": score and panel.head,
        "head": stage.head_name(panel.head, language) if panel.anatomy.heads else None,
        "total": panel.anatomy.total,
        "wiring": panel.anatomy.wiring,
        "text": trace.text,
        "source": trace.source,
        "tokens": tokens,
        "log_probs": [round(step.log_prob, 6) for step in path],
        "forced": [int(step.forced) for step in path],
        "differs": [int(mark) for mark in differing(first, tokens)],
    }
    if score:
        found = trace.attention(panel.head)
        plain |= {
            "scores": packed(found.scores),
            "weights": packed(found.weights),
            "visible": None if found.visible.all() else packed(found.visible),
            "entropy": np.round(entropy(found.weights), 6).tolist(),
        }
    return plain
