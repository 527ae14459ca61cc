"""How a model was trained, as a film: what its record holds of each measured moment (no torch).

Shape letters: S source tokens, T target tokens of one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.manifest import Entry
from core.record import read_record
from core.tokenisers import Tokeniser, tokeniser

FIGURES = ("bleu", "right", "accuracy")  # what tasks record of held-out data, the first that is


class Shown(NamedTuple):
    """What the model wrote of one sentence at a moment, and where it looked."""

    text: str
    tokens: tuple[str, ...]  # (T,), the end mark among them; numbers where the text does not tell
    weights: tuple[tuple[float, ...], ...]  # (T, S), mean of layers and heads; empty without


class Moment(NamedTuple):
    """One measured moment; None for what was not measured."""

    update: int
    seconds: float
    loss: float | None  # of the batch just trained on, nats a token
    held_out_loss: float | None
    figure: float | None  # percent, or BLEU
    shown: tuple[Shown, ...]  # one a sentence; none where the record left them out

    @property
    def sharpness(self) -> float | None:
        """The largest weight of a row, the mean of all rows of its sentences: 1 looks at one source
        token alone. None without attention."""
        largest = [max(row) for one in self.shown for row in one.weights]
        return sum(largest) / len(largest) if largest else None


@dataclass(frozen=True)
class Film:
    """The moments of one training, and the sentences that are watched in it."""

    name: str
    figure: str  # one of FIGURES
    sentences: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]  # (S,) of each sentence, the end mark last
    moments: tuple[Moment, ...]

    def reached(self, share: float) -> Moment:
        """The first moment whose figure is that share of the best one."""
        best = max(one.figure or 0.0 for one in self.moments)
        return next(one for one in self.moments if (one.figure or 0.0) >= share * best)

    def aligned(self, share: float) -> Moment | None:
        """The first moment at which attention is as sharp as that share of what it is at the end;
        None without attention."""
        last = next((m.sharpness for m in reversed(self.moments) if m.sharpness), None)
        if last is None:
            return None
        return next(one for one in self.moments if (one.sharpness or 0.0) >= share * last)


def film(entry: Entry) -> Film | None:
    """That of a model; None where its record has no sentences to watch. Raises ValueError that
    names the file when the record or the vocabulary is broken."""
    record = read_record(entry.folder)
    course = record.course() if record else []
    last = course[-1].get("attention") if course else None
    figure = next((name for name in FIGURES if all(name in one for one in course)), None)
    if not last or figure is None or not isinstance(course[-1][figure], int | float):
        return None
    kind = tokeniser(entry.facts.tokeniser)
    try:
        splits = kind.read(entry.folder / kind.file)
    except OSError as error:
        raise ValueError(f"{entry.folder / kind.file} cannot be read ({error})") from error
    sentences = tuple(one["source"] for one in last)
    sources = tuple(_pieces(splits, text) for text in sentences)
    moments = tuple(
        Moment(
            one["update"], one["seconds"], one.get("loss"), one.get("held_out_loss"),
            one.get(figure), tuple(_shown(splits, each) for each in one.get("attention", ())),
        )
        for one in course
    )  # fmt: skip
    return Film(entry.name, figure, sentences, sources, moments)


def _pieces(splits: Tokeniser, text: str) -> tuple[str, ...]:
    return tuple(splits.piece(one) for one in (*splits.encode(text), splits.end))


def _shown(splits: Tokeniser, told: dict) -> Shown:
    weights = tuple(map(tuple, told["weights"]))
    tokens = _pieces(splits, told["target"])
    if weights and len(weights) != len(tokens):
        # It wrote the text in other tokens than those that it would be split into, or had no room.
        whole = len(weights) == len(tokens) - 1
        tokens = tokens[:-1] if whole else tuple(map(str, range(1, len(weights) + 1)))
    return Shown(told["target"], tokens, weights)
