"""What the page of live training is asked: a task, a model, how it is trained, what beside it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import ClassVar

from core.live.config import ATTENTIONS, CELLS, FORCINGS, OWN, RANGES, STRINGS, TASKS, Config
from pages.shared.fields import Choice, Number
from pages.shared.question import Question, asks

NOTHING = "nothing"
USUAL = Config()
# What may differ in the model beside: the field, a point, its value.
CHANGES = (
    *(f"attention.{one}" for one in ATTENTIONS), *(f"cell.{one}" for one in CELLS),
    *(f"forcing.{one}" for one in FORCINGS), "smoothing.0", "smoothing.0.1", "size.16", "size.64",
    "size.128",
)  # fmt: skip
WRONG = "live_page.wrong_link"


def _choice(name: str, options, usual: str) -> Choice:
    return Choice(name, usual, WRONG, options=tuple(options), key=f"live_{name}")


def _number(name: str) -> Number:
    kind = type(getattr(USUAL, name))
    low, high, _ = RANGES[name]
    return Number(
        name, getattr(USUAL, name), WRONG, low=kind(low), high=kind(high), key=f"live_{name}"
    )


@dataclass(frozen=True)
class Live(Question):
    """A training, and the one beside it."""

    widgets: ClassVar = "live_"
    task: str = asks(_choice("task", (*TASKS, OWN), "reverse"))
    attention: str = asks(_choice("attention", ATTENTIONS, USUAL.attention))
    beside: str = asks(_choice("beside", (NOTHING, *CHANGES), "attention.none"))
    cell: str = asks(_choice("cell", CELLS, USUAL.cell))
    size: int = asks(_number("size"))
    forcing: str = asks(_choice("forcing", FORCINGS, USUAL.forcing))
    smoothing: float = asks(_number("smoothing"))
    rate: float = asks(_number("rate"))
    seed: int = asks(_number("seed"))
    updates: int = asks(_number("updates"))
    least: int = asks(_number("least"))
    most: int = asks(_number("most"))

    def configs(self) -> list[Config]:
        """One configuration, or two that differ in one thing. Raises BadConfig."""
        first = Config(**{one.name: getattr(self, one.name) for one in fields(Config)})
        if self.beside == NOTHING:
            return [first]
        name, _, value = self.beside.partition(".")
        second = replace(first, **{name: type(getattr(USUAL, name))(value)})
        return [first] if first == second else [first, second]

    @property
    def strings(self) -> bool:
        """Whether inputs can be made longer."""
        return self.task in STRINGS
