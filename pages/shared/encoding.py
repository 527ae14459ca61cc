"""What the page of the encoder is asked, and what it shows of that, worked out once for everybody;
its parts are how a sentence is read, what can be read from the last state again, and which states
and words lie near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from core import manifest
from pages.shared import box, loading
from pages.shared.fields import TABLE, Choice, Step, choice
from pages.shared.question import Question, asks
from pages.shared.questions import TEXT, _opened, _suited, translators
from pages.shared.shelf import kept

STEPS, HOLDS, NEAR = PARTS = ("steps", "holds", "near")


def _first() -> str:
    found = [name for name in box.preferred(manifest.entries()) if name in translators()]
    return next(iter((*found, *translators())), "")


@dataclass(frozen=True)
class Encoder(Question):
    """A sentence, a model that reads it, and what is looked at."""

    widgets: ClassVar = "encoder_"
    text: str = asks(TEXT)
    model: str = asks(
        Choice("model", _first, "errors.model", shared=True, always=True, options=translators)
    )
    part: str = asks(Choice("part", STEPS, "encoder_page.wrong_part", options=lambda: PARTS))
    step: int | None = asks(Step())
    of: str | None = asks(choice("of", ("words",), "errors.view"))
    at: int | None = asks(Step("at"))
    table: bool = asks(TABLE)

    def opened(self) -> Self:
        return _opened(self, self.model)

    def suited(self) -> Self:
        return _suited(self, self.model)


@kept
def encoded(name: str, text: str):
    """How the encoder of that model reads `text`. Raises Refused or ModelError."""
    trace, model = loading.translate(name, text, ()), loading.loaded(name)
    from core.remembering.reading import encoded

    with loading.TURNS:
        return encoded(model, trace)


@kept
def slopes(name: str, text: str):
    """How much its last state moves with each place. Raises Refused, ModelError or LookupError."""
    trace, model = loading.translate(name, text, ()), loading.loaded(name)
    from core.remembering.reading import slopes

    with loading.TURNS:
        return slopes(model, trace)
