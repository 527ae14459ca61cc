"""What a model of stories is worth: how many answers are right, by question and by length, and how
often the line that a look rests on most is one that the answer follows from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from core.evaluation.bootstrap import estimate
from core.measurements.table import Row
from core.models import Model
from core.stories import babi, generator
from core.stories.story import MOST, Story
from core.stories.tongue import Tongue
from core.stories.world import QUESTIONS
from core.tasks.stories import drawn, held, together
from core.tokenisers import Tokeniser

OWN, LONGER = "own", "longer"  # made-up stories, as long as those of the training and longer ones
LENGTHS = ((3, 5), (6, 10), (11, 15))  # statements
LONG = 500  # longer stories that are made up for the test
TESTS = {name: f"babi-{name}.test.txt.gz" for name in ("qa1", "qa2", "qa3")}


class Looked(NamedTuple):
    """What a model made of one story."""

    story: Story
    right: bool
    heaviest: tuple[int, ...]  # the statement that each look rests on most, from 0

    def supported(self, look: int) -> bool:
        """Whether a look rests most on a line that the answer follows from."""
        return self.heaviest[look] in self.story.support


def tests(words: Tongue, seed: int, count: int, data: Path | None) -> dict[str, list[Story]]:
    """The stories to measure on: those that the training with that seed held out, longer ones, and
    the tests of bAbI that lie in the folder `data`, of English alone."""
    found = {
        OWN: held(words, seed, count),
        LONGER: drawn(words, f"longer {seed}", LONG, generator.MOST + 1, MOST),
    }
    if data and words.code == "eng":
        paths = {name: data / file for name, file in TESTS.items()}
        found |= {name: babi.read(path) for name, path in paths.items() if path.exists()}
    return found


@torch.no_grad()
def looked(model: Model, vocabulary: Tokeniser, stories: Sequence[Story]) -> list[Looked]:
    """What the model answers, and where each look rests most."""
    stop, found = vocabulary.encode(".")[0], []
    left = iter(stories)
    for ready in together(stories, vocabulary):
        source, visible, given, _ = map(torch.from_numpy, ready)
        decoded = model.decode(given[:, :1], model.start(model.encode(source, visible)))
        best = model.logits(decoded.combined[:, 0]).argmax(-1).tolist()
        block = decoded.attention("cross")
        weights = block.all("weights")[:, :, 0, 0]  # (B, K, S)
        stops = (source == stop).long()
        sentence = stops.cumsum(1) - stops  # (B, S)
        count = int(sentence.max()) + 1
        sums = weights.new_zeros(*weights.shape[:2], count)
        sums.scatter_add_(2, sentence[:, None].expand_as(weights), weights)  # (B, K, N)
        for answer, rests in zip(best, sums.argmax(-1).tolist(), strict=True):
            story = next(left)
            right = vocabulary.piece(answer) == story.answer
            found.append(Looked(story, right, tuple(rests)))
    return found


def evaluate(
    name: str, model: Model, vocabulary: Tokeniser, stories: Mapping[str, Sequence[Story]],
    seed: int = 1,
) -> list[Row]:  # fmt: skip
    """The rows of a table: "accuracy" and "supported", the latter of each look by its block
    ("cross.2"), or of any of them ("cross")."""
    rows = []
    for test, some in stories.items():
        if not some:
            continue
        found = looked(model, vocabulary, some)
        rows += _accuracy(name, found, seed, test)
        rows += _supported(name, found, seed, test)
        if test == OWN:
            for kind in QUESTIONS:
                alike = [one for one in found if one.story.kind == kind]
                rows += _accuracy(name, alike, seed, test, kind)
                rows += _supported(name, alike, seed, test, kind)
            for least, most in LENGTHS:
                inside = range(least, most + 1)
                alike = [one for one in found if len(one.story.statements) in inside]
                rows += _accuracy(name, alike, seed, f"{test}, {least}-{most} statements")
    return rows


def _accuracy(
    name: str, found: Sequence[Looked], seed: int, test: str, kind: str = ""
) -> Iterator[Row]:
    if found:
        yield _row(name, "accuracy", [one.right for one in found], seed, test, kind)


def _supported(
    name: str, found: Sequence[Looked], seed: int, test: str, kind: str = ""
) -> Iterator[Row]:
    for look in range(len(found[0].heaviest) if found else 0):
        hits = [one.supported(look) for one in found]
        yield _row(name, "supported", hits, seed, test, kind, f"cross.{look + 1}")
    if found:
        chance = [len(one.story.support) / len(one.story.statements) for one in found]
        yield _row(name, "supported", chance, seed, test, kind, "chance")


def _row(
    name: str, measure: str, values: Sequence[float], seed: int, test: str, kind: str,
    block: str = "",
) -> Row:  # fmt: skip
    parts = np.stack([np.asarray(values, float), np.ones(len(values))], 1)
    value, low, high = estimate(parts, seed)
    return Row(
        name, measure, value, low, high, count=len(values), block=block, slice=test, setting=kind
    )
