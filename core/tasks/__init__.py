"""What models are trained for. Each folder here is a task: where its data comes from, its batches,
and what is measured while it is learnt. A folder is found because it is here.

A kind of model computes the loss of a batch, the loop in `core.training` does the rest, and neither
knows which task it is.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from torch import Tensor

from core.about import About
from core.facts import TRANSLATES
from core.models import Model, kinds
from core.tasks.recipe import Recipe
from core.tokenisers import Tokeniser
from core.trace import Trace

if TYPE_CHECKING:
    from core.evaluation.card import Told
    from core.measurements.table import Row
    from core.translator import Translator

# The loss of one batch, summed over what it predicts, and how many predictions these are.
Measure = Callable[[NamedTuple], tuple[float, int]]


class Corpus(Protocol):
    """What a task trains on."""

    def batches(self, rng: random.Random) -> Iterator[NamedTuple]:
        """One epoch, in an order that `rng` decides: named tuples of arrays (B, ...). How many
        there are must not depend on it, or a run could not be gone on with where it was."""


class Data(NamedTuple):
    """All that a task prepares for one training."""

    corpus: Corpus
    vocabulary: Tokeniser  # of the model: what it writes
    held: Any  # what is kept out of the corpus; only the task itself looks into it
    about: About
    told: str = ""  # what to say of it before it begins
    sizes: Mapping[str, Any] = {}  # fields of the model's configuration that the data decides
    begins: Mapping[str, Tensor] = {}  # parameters that do not begin at random


class Asked(NamedTuple):
    """How a model is to be measured."""

    seed: int  # of all resampling
    first: int | None  # sentences at most, where not all
    told: Told  # what a person says of it: a remark, whose data it is, what it opens on
    bar: Callable[[Iterable, str], Iterable]  # shows how far it is


class Evaluated(NamedTuple):
    """What was measured of a model."""

    rows: list[Row]
    card: str  # in Markdown
    trace: Trace  # what pages open on


class Task:
    """One task. Its folder holds one subclass."""

    name: ClassVar[str]
    does: ClassVar[str] = TRANSLATES  # what its models do with a text, of `core.facts.DOES`
    usual: ClassVar[str]  # the kind of model that is trained if nobody says which
    recipe: ClassVar[Mapping[str, Any]] = {}  # what it trains with instead of what is usual
    model: ClassVar[Mapping[str, Any]] = {}  # and what its models are made of, by field
    headline: ClassVar[str]  # the figure of `measure` that the progress bar shows

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Adds what only this task asks for."""

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        """Reads or makes the data. Raises OSError or ValueError that tells what is wrong."""
        raise NotImplementedError

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """What the record keeps at the end of an epoch: `held_out_loss`, in nats a prediction,
        figures of its own, and as `attention` what a few fixed inputs looked like."""
        raise NotImplementedError

    def evaluate(
        self, facade: Translator, folder: Path, data: Sequence[Path], asked: Asked
    ) -> Evaluated:
        """Measures a model of this task on what its training held out; `data` are the files that it
        learnt from, or other ones that were named. Raises OSError or ValueError that tells what is
        wrong."""
        raise ValueError(f"nothing measures models of {self.name} yet")

    def withheld(self, text: str, language: str) -> bool:
        """Whether no model of it is asked about `text`, since none has learnt from its like."""
        return False

    def kinds(self) -> dict[str, type[Model]]:
        """The kinds of model that can learn it."""
        return {
            name: kind for name, kind in kinds().items()
            if kind.does == self.does and kind.task in ("", self.name)
        }  # fmt: skip


@cache
def tasks() -> dict[str, Task]:
    """Every task by its name."""
    found = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if module.ispkg:
            for item in vars(importlib.import_module(module.name)).values():
                if isinstance(item, type) and issubclass(item, Task) and item is not Task:
                    found[item.name] = item()
    return found
