"""What a live training is asked: task and configuration, checked before a process is begun."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from core.corpus import Pair

# Tasks that can be learnt in a minute, and the options with which each makes its data.
TASKS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "reverse": ("reverse", {}),
    "sort": ("sort", {}),
    "copy": ("copy", {}),
    "numbers": ("numbers", {}),
    "dates": ("dates", {}),
    "phrases-fra": ("phrases", {"into": "fra"}),
    "phrases-kor": ("phrases", {"into": "kor"}),
}
OWN = "own"  # pairs of one's own, which are given beside the configuration
STRINGS = ("reverse", "sort", "copy")  # whose sources can be made longer
REACH = 2  # places to each side of a window, of sources of about seven
# Each attention: the kind of model that has it, and what is set in its configuration.
ATTENTIONS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "none": ("recurrent", {"score": None}),
    "dot": ("recurrent", {"score": "dot"}),
    "general": ("recurrent", {"score": "general"}),
    "concat": ("recurrent", {"score": "concat"}),
    "concat-two-layers": ("recurrent", {"score": "concat-two-layers"}),
    "concat-three-layers": ("recurrent", {"score": "concat-three-layers"}),
    "scaled-dot": ("recurrent", {"score": "scaled-dot"}),
    "location": ("recurrent", {"score": "location"}),
    "local-m": ("recurrent", {"score": "general", "window": "monotonic", "reach": REACH}),
    "local-p": ("recurrent", {"score": "general", "window": "predictive", "reach": REACH}),
    "fed": ("recurrent", {"score": "general", "input_feeding": True}),
    "bahdanau": ("recurrent", {"score": "concat", "wiring": "bahdanau"}),
    "transformer-1": ("transformer", {"encoder_layers": 1, "decoder_layers": 1}),
    "transformer-2": ("transformer", {"encoder_layers": 2, "decoder_layers": 2}),
}
CELLS = ("LSTM", "GRU", "RNN")
# Teacher forcing: the share of true tokens that it ends with, and whether it falls to it from one.
FORCINGS = {"always": (1.0, False), "scheduled": (0.0, True), "never": (0.0, False)}
FEWEST, MOST = 10, 5000  # own pairs


class Range(NamedTuple):
    """What a number may be."""

    low: float
    high: float
    step: float = 1  # it is a whole number of these, where that is one or more


RANGES = {
    "size": Range(8, 256, 2), "smoothing": Range(0, 0.5, 0), "rate": Range(1e-5, 1, 0),
    "seed": Range(0, 2**31 - 1), "updates": Range(10, 20_000), "least": Range(1, 30),
    "most": Range(1, 30),
}  # fmt: skip
CHOICES = {"attention": tuple(ATTENTIONS), "cell": CELLS, "forcing": tuple(FORCINGS)}


class BadConfig(ValueError):
    """A configuration that no training can be made of: which `field`, and why, by the name of a
    sentence (`range`, `even`, `choice`, `lengths`) and what is to be filled into it."""

    def __init__(self, field: str, why: str, message: str, **values: Any):
        super().__init__(message)
        self.field, self.why, self.values = field, why, values


@dataclass(frozen=True)
class Config:
    """How a model is made and trained. Raises BadConfig."""

    attention: str = "general"
    cell: str = "LSTM"  # of models that have one
    size: int = 64  # of embeddings and states
    forcing: str = "always"
    smoothing: float = 0.1  # Szegedy et al. 2016, section 7
    rate: float = 2e-3
    seed: int = 1  # of the data, the first weights and the order of batches
    updates: int = 1000
    least: int = 5  # characters of the shortest source, where the task makes strings
    most: int = 8  # and of the longest

    def __post_init__(self):
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                told = f"no {name} {getattr(self, name)!r}; there are {', '.join(known)}"
                raise BadConfig(name, "choice", told, given=getattr(self, name))
        for name, (low, high, step) in RANGES.items():
            given = getattr(self, name)
            kinds = (int,) if step else (int, float)
            fits = isinstance(given, kinds) and not isinstance(given, bool)
            if not (fits and math.isfinite(given) and low <= given <= high):
                told = f"{name}: expected a number from {low:g} to {high:g}, not {given}"
                raise BadConfig(name, "range", told, given=given, low=low, high=high)
            if step > 1 and given % step:
                told = f"{name}: expected an even number, for two directions share it, not {given}"
                raise BadConfig(name, "even", told, given=given)
        if self.least > self.most:
            told = f"lengths: the shortest, {self.least}, is longer than the longest, {self.most}"
            raise BadConfig("least", "lengths", told, least=self.least, most=self.most)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Config:
        """From what `plain` makes. Raises BadConfig, or TypeError for other names."""
        return cls(**plain)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    def apart(self, other: Config) -> tuple[str, ...]:
        """The names of what differs."""
        return tuple(
            one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)
        )


class Learnt(NamedTuple):
    """What is learnt: the name of a task of TASKS or OWN, and then the pairs."""

    task: str
    pairs: tuple[Pair, ...] = ()

    @classmethod
    def checked(cls, task: str, pairs=()) -> Learnt:
        """Raises BadConfig for a task that there is not, and for too few or too many pairs."""
        if task not in (*TASKS, OWN):
            told = f"no task {task!r}; there are {', '.join((*TASKS, OWN))}"
            raise BadConfig("task", "choice", told, given=task)
        pairs = tuple(Pair(*one) for one in pairs)
        if task == OWN and not FEWEST <= len(pairs) <= MOST:
            told = f"pairs: expected {FEWEST} to {MOST:,}, not {len(pairs):,}"
            raise BadConfig("pairs", "range", told, given=len(pairs), low=FEWEST, high=MOST)
        return cls(task, pairs)
