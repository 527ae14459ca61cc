"""What a person changes in the attention of a translation, as a link and the stage of Decode say
it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from core.views.decode.holding import MILLION, TEMPERATURES, block_of, millionths
from core.whatif import Replaced, WhatIf
from pages.shared.fields import Choice, Field, Names, Pieces, number
from pages.shared.question import Question, asks

OFF = "off"  # in the place of weights: nothing is read at that step


@dataclass(frozen=True)
class Rows(Field):
    """Weights given by hand, in millionths: "5:250000.750000,7@cross.2.5:off"."""

    usual: tuple[Replaced, ...] = ()

    def read(self, text: str) -> tuple[Replaced, ...]:
        rows = map(_row, text.split(",")) if text else ()
        return tuple(sorted(rows, key=lambda row: row.step))  # of one step as they were given

    def write(self, value: tuple[Replaced, ...]) -> str:
        return ",".join(map(_written, value))


def _row(text: str) -> Replaced:
    place, _, told = text.partition(":")
    step, _, block = place.partition("@")
    name, *inner = block.split(".") if block else ("cross",)
    at = [number(one) for one in inner]
    parts = None if told == OFF else [number(one) for one in told.split(".")]
    if not number(step) or None in at or len(at) > 2 or (parts and None in parts):
        raise ValueError(f"{text} is no row of weights")
    weights = None if parts is None else tuple(one / MILLION for one in parts)
    return Replaced(number(step) - 1, weights, name, *at)


def _written(row: Replaced) -> str:
    block = block_of(row)
    place = f"{row.step + 1}" if block == "cross" else f"{row.step + 1}@{block}"
    parts = millionths(row.weights)
    return f"{place}:{OFF if parts is None else '.'.join(map(str, parts))}"


@dataclass(frozen=True)
class Tokens(Pieces):
    """Places of the source, from 1 in the link and from 0 here, between points."""

    def read(self, text: str) -> tuple[int, ...]:
        found = [number(one) for one in text.split(".") if one]
        if not all(found):
            raise ValueError(f"{text} names no tokens")
        return tuple(one - 1 for one in found)

    def write(self, value: tuple[int, ...]) -> str:
        return ".".join(str(one + 1) for one in value)


ROWS = Rows("weights", note="held.wrong_rows", key=None, bound=True)
TEMPERATURE = Choice(
    "temperature", 1.0, "held.wrong_temperature", key=None, bound=True, options=TEMPERATURES,
    of=float,
)  # fmt: skip
FORBIDDEN = Tokens("without", note="held.wrong_tokens", key=None, bound=True)
UNIFORM = Names("uniform", (), "held.place", key=None, bound=True)
FIELDS: dict[str, Field] = {
    "weights": ROWS, "temperature": TEMPERATURE, "forbidden": FORBIDDEN, "uniform": UNIFORM,
}  # fmt: skip
USUAL: dict[str, Any] = {name: one.default() for name, one in FIELDS.items()}


@dataclass(frozen=True)
class Held(Question):
    """What is changed in the attention of a translation that begins with `prefix`."""

    weights: tuple[Replaced, ...] = asks(ROWS)
    temperature: float = asks(TEMPERATURE)
    forbidden: tuple[int, ...] = asks(FORBIDDEN)
    uniform: tuple[str, ...] = asks(UNIFORM)

    @property
    def whatif(self) -> WhatIf:
        return WhatIf(
            self.prefix, self.weights, self.temperature,
            forbidden=tuple(sorted({*self.forbidden})), uniform=self.uniform,
        )  # fmt: skip


def heard(told: Mapping[str, str]) -> dict[str, Any]:
    """What the stage changed, which it says as a link does; what it says amiss is left out."""
    found = dict(USUAL)
    for name, one in FIELDS.items():
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            found[name] = one.read(told[one.name])
    return found
