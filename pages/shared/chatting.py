"""The turn that a page is asked about, the models that answer one, and their answers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import streamlit as st

from core import manifest
from core.facts import TRANSLATES
from core.manifest import Entry
from core.trace import Trace
from core.tree import LIMIT, Sampling, Search
from core.views.dialogue import Answers, ids_of
from core.words.languages import tag
from pages.shared import box, chatted, loading
from pages.shared.fields import TABLE, Choice, Field, Number, choice, counted
from pages.shared.question import Question, asks
from pages.shared.shelf import kept

ORDERS = ("each", "gain")  # by what answers are ranked; by log-probability, where nothing is asked
FEWEST = 3  # other turns, to say how likely an answer is whatever was said


def talkers() -> dict[str, Entry]:
    """The models that answer a turn, those of the box first, English before the others."""
    found = [
        one for one in manifest.entries().values()
        if one.task == chatted.TASK and one.facts.does == TRANSLATES
    ]  # fmt: skip
    found.sort(key=lambda one: (one.own, one.source != "eng"))
    return {one.name: one for one in found}


def examples(name: str) -> tuple[str, ...]:
    """Turns to begin with."""
    entry = talkers().get(name)
    return box.examples(entry) if entry else ()


def _first() -> str:
    """The model that the page opens on: one of the language in which it is read, if there is one.
    The link always says which."""
    found, reader = talkers(), st.session_state.get("lang", "")
    own = (name for name, one in found.items() if tag(one.source) == reader)
    return next(own, next(iter(found), ""))


def _number(name: str, usual: float, low: float, high: float) -> Number:
    return Number(
        name, usual, "search_page.wrong_number", low=low, high=high, label=f"search_page.{name}"
    )


@dataclass(frozen=True)
class Dialogue(Question):
    """A turn, the model that answers it, how many answers of each kind, and how they are drawn."""

    widgets: ClassVar = "dialogue_"
    text: str = asks(Field("text", always=True))
    model: str = asks(
        Choice("model", _first, "errors.model", always=True, options=lambda: tuple(talkers()))
    )
    count: int = asks(
        Number(
            "count", 5, "search_page.wrong_number", low=1, high=8, label="dialogue_page.count"
        )
    )  # fmt: skip
    temperature: float = asks(_number("temperature", 1.0, 0.1, 5.0))
    top_k: int = asks(_number("top_k", 0, 0, 1000))
    top_p: float = asks(_number("top_p", 1.0, 0.01, 1.0))
    seed: int = asks(_number("seed", 1, 0, 999_999))
    answer: int | None = asks(counted("answer", "dialogue_page.wrong_answer", bound=True))
    order: str | None = asks(choice("order", ORDERS))
    table: bool = asks(TABLE)

    def opened(self) -> Self:
        return replace(self, text=next(iter(examples(self.model)), ""))

    def sampling(self, number: int) -> Sampling:
        """How the answer of that number is drawn, from 0: each has a seed of its own."""
        return Sampling(self.temperature, self.top_k, self.top_p, self.seed + number)


def answered(asked: Dialogue) -> Answers:
    """The answers that a beam finds and those that are drawn. Raises Refused or ModelError."""
    draws = range(asked.count)
    hows = (
        Search(asked.count, asked.count, None, "none", 0.0),
        *(Search(1, 1, None, "none", 0.0, asked.sampling(number)) for number in draws),
    )
    beam, *samples = loading.searches(asked.model, asked.text, (), hows)
    others = tuple(one for one in examples(asked.model) if one != asked.text.strip())
    said = tuple(dict.fromkeys(_ended(beam, *samples)))
    if len(others) < FEWEST or not said:
        others, elsewhere = (), {}
    else:
        elsewhere = dict(zip(said, likely(asked.model, others, said), strict=True))
    return Answers(beam, tuple(samples), elsewhere, len(others), chatted.dull(asked.model))


def _ended(beam: Trace, *samples: Trace) -> list[tuple[int, ...]]:
    """The pieces of the answers that came to their end."""
    leaves = [(beam, leaf) for leaf in beam.leaves]
    leaves += [(one, one.leaves[0]) for one in samples]
    return [ids_of(one, leaf) for one, leaf in leaves if one.steps[leaf].fate != LIMIT]


@kept
def likely(
    name: str, turns: tuple[str, ...], answers: tuple[tuple[int, ...], ...]
) -> tuple[float, ...]:
    """Of each answer, as pieces with its end mark, the logarithm of the mean of its probabilities
    after these turns, in nats. Raises ModelError."""
    translator = loading.loaded(name)
    from core.evaluation.forced import Pieces, force

    vocabulary = translator.vocabulary
    heard = [vocabulary.encode(turn) for turn in turns]
    pairs = [Pieces(turn, answer[:-1]) for answer in answers for turn in heard]
    with loading.TURNS:
        said = force(translator.model, pairs, vocabulary)
    totals = [float(one.log_probs.sum()) for one in said]
    size = len(turns)
    return tuple(_mean(totals[at : at + size]) for at in range(0, len(totals), size))


def _mean(logs: list[float]) -> float:
    """log of the mean of exp: of log-probabilities, none of which is too small to count."""
    top = max(logs)
    return top + math.log(sum(math.exp(one - top) for one in logs) / len(logs))
