"""What a model of stories is worth: how many answers are right, by question and by length, and how
often the line that a look rests on most is one that the answer follows from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from core.about import About, read_about
from core.answerer import Answerer
from core.corpus import fingerprint_of
from core.evaluation.bootstrap import estimate
from core.measurements.table import Row
from core.models import Model
from core.stories import babi, generator
from core.stories.story import MOST, Story
from core.stories.tongue import Tongue, tongue
from core.stories.world import QUESTIONS
from core.tasks import Asked, Evaluated
from core.tasks.measuring import card
from core.tasks.stories import LOOKED_AT, drawn, held, together
from core.tokenisers import Tokeniser

OWN, LONGER = "own", "longer"  # made-up stories, as long as those of the training and longer ones
LENGTHS = ((3, 5), (6, 10), (11, 15))  # statements
LONG = 500  # longer stories that are made up for the test
TESTS = {name: f"babi-{name}.test.txt.gz" for name in ("qa1", "qa2", "qa3")}


CHANCE = "chance"  # in place of a block: a line that is picked by chance
NAMES = {
    OWN: "made-up, 3 to 15 statements", LONGER: f"made-up, 16 to {MOST} statements",
    **{name: f"bAbI {name}" for name in TESTS},
}  # fmt: skip
KINDS = {
    "person": "where is somebody", "thing": "where is a thing", "holder": "who has a thing",
    "person_before": "where was somebody before", "thing_before": "where was a thing before",
}  # fmt: skip
WEAK = (
    "It knows the few dozen words of its stories and no others, one way of asking each question, "
    "and nothing of the world. It cannot say that a story does not tell what is asked: it answers "
    "all the same. Where an answer follows from more lines than it takes looks, it guesses; so it "
    "does in stories much longer than those that it learnt from. Asked where somebody was before a "
    "place it mixes the lines about that person, as one look can, rather than following them one "
    "after the other, and more than one answer of ten is wrong. It is meant for looking at how "
    "attention works, not for reading."
)


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


def evaluate(facade: Answerer, folder: Path, data: Sequence[Path], asked: Asked) -> Evaluated:
    """Measures a model on the stories that its training held out, on longer ones, and on the tests
    of bAbI that lie beside the files of `data`. Raises ValueError where nothing was held out."""
    came = read_about(folder)
    if came.held_out == 0:
        raise ValueError(f"{facade.name} was trained without held-out stories: nothing to measure")
    words = tongue(came.source)
    stories = tests(words, came.seed, came.held_out, data[0].parent if data else None)
    if came.test != fingerprint_of(one.text for one in stories[OWN]):
        raise ValueError(
            f"{facade.name} held out other stories than are made up now: another version of Heed "
            "trained it; train it again"
        )
    stories = {name: some[: asked.first] for name, some in stories.items()}
    rows = measured(facade.name, facade.model, facade.vocabulary, stories, asked.seed)
    trace = facade.answer(asked.told.example or words.examples[0])
    text = card(facade, folder, _learnt(came, stories), _quality(rows), WEAK, asked.told)
    return Evaluated(rows, text, trace)


def measured(
    name: str, model: Model, vocabulary: Tokeniser, stories: Mapping[str, Sequence[Story]],
    seed: int = 1,
) -> list[Row]:  # fmt: skip
    """The rows of a table: "accuracy" and "supported", the latter of each look by its block
    ("cross.2"), and what chance would make of it."""
    rows = []
    for test, some in stories.items():
        found = looked(model, vocabulary, some)
        rows += _rows(name, found, seed, test)
        if test != OWN:
            continue
        for kind in QUESTIONS:
            alike = [one for one in found if one.story.kind == kind]
            rows += _rows(name, alike, seed, test, kind)
        for least, most in LENGTHS:
            inside = range(least, most + 1)
            alike = [one for one in found if len(one.story.statements) in inside]
            rows += _rows(name, alike, seed, f"{test}, {least}-{most} statements")
    return rows


def _rows(
    name: str, found: Sequence[Looked], seed: int, test: str, kind: str = ""
) -> Iterator[Row]:
    if not found:
        return
    yield _row(name, "accuracy", [one.right for one in found], seed, test, kind)
    for look in range(len(found[0].heaviest)):
        hits = [one.supported(look) for one in found]
        yield _row(name, "supported", hits, seed, test, kind, f"cross.{look + 1}")
    chance = [len({*one.story.support}) / len(one.story.statements) for one in found]
    yield _row(name, "supported", chance, seed, test, kind, CHANCE)


def _row(
    name: str, measure: str, values: Sequence[float], seed: int, test: str, kind: str,
    block: str = "",
) -> Row:  # fmt: skip
    parts = np.stack([np.asarray(values, float), np.ones(len(values))], 1)
    value, low, high = estimate(parts, seed)
    return Row(
        name, measure, value, low, high, count=len(values), block=block, slice=test, setting=kind
    )


def _learnt(came: About, stories: Mapping[str, Sequence[Story]]) -> str:
    """How much was learnt of, and what was held out, for the card."""
    made = f"Made-up stories of 3 to 15 statements, and some of up to {MOST}, by a generator"
    besides = f"; besides {came.data}, of which the last {LOOKED_AT} questions each were held out"
    return (
        f"{made}{besides if came.data else ''}. {len(stories[OWN]):,} made-up stories are held out "
        f"for the test, {came.held_out:,} for validation; none of them was trained on."
    )


def _quality(rows: Sequence[Row]) -> str:
    """What was measured, in Markdown."""
    lines = [
        "Greedy answers. A look *rests* on the line with the largest sum of its weights; in the "
        "last columns is how often that is a line that the answer follows from. Of bAbI the models "
        "never saw qa3.",
        "", "| stories | questions | answers right | 95% interval | rests on a supporting line |",
        "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in rows:
        if row.measure != "accuracy":
            continue
        rests = [
            f"{one.block.removeprefix('cross.')}: {one.value:.1%}" for one in rows
            if (one.measure, one.slice, one.setting) == ("supported", row.slice, row.setting)
        ]  # fmt: skip
        what = ", ".join(
            filter(
                None,
                (NAMES.get(row.slice, row.slice.replace(OWN, "made-up")), KINDS.get(row.setting)),
            )
        )
        lines.append(
            f"| {what} | {row.count:,} | **{row.value:.1%}** | {row.low:.1%} to {row.high:.1%} | "
            f"{'; '.join(rests)} |"
        )
    return "\n".join(lines)
