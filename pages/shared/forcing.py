"""What the page of training and decoding is asked, and what it shows of a sentence, worked out once
for everybody."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import ClassVar

from core import manifest
from core.exposure import Exposure, Slip
from core.facts import TRANSLATES
from core.plain import parsed
from core.record import read_record
from core.trace import Trace
from pages.shared import box, loading
from pages.shared.fields import Choice, Field, Note, Places, Step, choice
from pages.shared.question import Question, asks
from pages.shared.questions import translators
from pages.shared.shelf import kept

PARTS = ("sentence", "positions", "ways", "rate", "smoothing")
OPENS = "The old man sat under the big tree."


@cache
def references() -> dict[str, dict[str, str]]:
    """Sentences with a translation by a person, by the languages."""
    text = Path(__file__).with_name("references.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def known(model: str, text: str) -> str:
    """The reference of a sentence, empty where none is known."""
    entry = manifest.entries().get(model)
    return references().get(f"{entry.source}-{entry.target}", {}).get(text, "") if entry else ""


def _first() -> str:
    found = [name for name in box.preferred(manifest.entries()) if name in translators()]
    return next(iter((*found, *translators())), "")


@dataclass(frozen=True)
class Forcing(Question):
    """A part of the page; a sentence, a model, the reference, and an error put in by hand."""

    widgets: ClassVar = "forcing_"
    part: str = asks(
        Choice("part", PARTS[0], "forcing_page.wrong_part", always=True, options=PARTS)
    )
    text: str = asks(Field("text", OPENS, shared=True, always=True))
    model: str = asks(
        Choice("model", _first, "errors.model", shared=True, always=True, options=translators)
    )
    reference: str = asks(Field("reference", bound=True))  # empty: the one that is known
    slip: tuple[int, int] | None = asks(
        Places("slip", None, "forcing_page.wrong_slip", key=None, bound=True, count=2)
    )
    step: int | None = asks(Step())
    way: str | None = asks(choice("way", ("slip",), "errors.view"))

    def opened(self) -> Forcing:
        if known(self.model, OPENS):
            return self
        entry = manifest.entries().get(self.model)
        return replace(self, text=box.examples(entry)[0]) if entry else self

    def suited(self) -> Forcing:
        models = manifest.entries()
        if self.model not in models:
            return self
        return replace(self, text=box.suited(self.text, models[self.model], models))

    @property
    def wanted(self) -> str:
        """The reference that is asked for, or the one that is known."""
        return self.reference.strip() or known(self.model, self.text)


@kept
def exposed(name: str, text: str, reference: str, slip: Slip | None) -> tuple[Trace, Exposure]:
    """The ways through a sentence. Raises Refused or ModelError, and ValueError for a slip that
    there is no place for."""
    ids = loading.forced(name, text, reference)
    trace, model = loading.translate(name, text, ()), loading.loaded(name)
    from core.exposure import expose

    if ids and ids[-1] == model.vocabulary.end:
        ids = ids[:-1]
    with loading.TURNS:
        return trace, expose(model, trace, ids, slip)


def shown(asked: Forcing) -> tuple[Forcing, Trace, Exposure, list[Note]]:
    """What is drawn; a slip that cannot be is left out, with a note. Raises Refused or
    ModelError."""
    place = (asked.model, asked.text, asked.wanted)
    if asked.slip is not None:
        try:
            return asked, *exposed(*place, Slip(*asked.slip)), []
        except (ValueError, LookupError):
            bare = replace(asked, slip=None)
            return bare, *exposed(*place, None), [Note("forcing_page.wrong_slip")]
    return asked, *exposed(*place, None), []


@kept
def timed(name: str, text: str):
    """The translation at once and step by step. Raises Refused or ModelError."""
    trace, model = loading.translate(name, text, ()), loading.loaded(name)
    from core.bothways import both_ways

    with loading.TURNS:
        return both_ways(model, trace)


def schedule() -> dict | None:
    """How a model of the box with warm-up and a falling root was trained; None without one."""
    for name, entry in manifest.shipped().items():
        record = read_record(entry.folder) if entry.facts.does == TRANSLATES else None
        if record and record.measured and record.recipe.get("schedule") == "inverse-sqrt":
            config = parsed((entry.folder / "config.json").read_text(encoding="utf-8"))
            return {
                "name": name, "size": config["size"], "warmup": record.recipe["warmup"],
                "rate": record.recipe["rate"], "updates": record.measured[-1]["update"],
            }  # fmt: skip
    return None
