"""What the page of the encoder is asked, and what it shows of that, worked out once for everybody;
its parts are how a sentence is read, what can be read from the last state again, and which states
and words lie near."""

from __future__ import annotations

import importlib.util
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Self

from core import manifest, nearby
from core.measurements.explanations import PROBES, read
from core.remembered import Encoded, read_probe, recall
from core.views.recall import Remembered
from pages.shared import box, loading
from pages.shared.fields import TABLE, Choice, Step, choice
from pages.shared.question import Question, asks
from pages.shared.questions import TEXT, _opened, _suited, translators
from pages.shared.shelf import kept

STEPS, HOLDS, NEAR = PARTS = ("steps", "holds", "near")


def _first() -> str:
    found = [name for name in box.preferred(manifest.entries()) if name in translators()]
    return next(iter((*found, *translators())), "")


def planes() -> tuple[str, ...]:
    """How points can be laid on a plane: by PCA, and by UMAP where that is installed."""
    return ("pca", "umap") if importlib.util.find_spec("umap") else ("pca",)


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
    of: str | None = asks(choice("of", ("written", "words"), "errors.view"))
    at: int | None = asks(Step("at"))
    plane: str = asks(Choice("plane", "pca", "encoder_page.wrong_plane", options=planes))
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


@lru_cache(maxsize=8)
def _probe(path: Path, modified: int):
    return read_probe(path)


def probe(name: str):
    """The probes of that model, or None where none were trained for its weights."""
    path = manifest.MODELS / PROBES / f"{name}.npz"
    with suppress(OSError, ValueError):
        found = _probe(path, path.stat().st_mtime_ns)
        if manifest.entry(name).digest.startswith(found.weights):
            return found
    return None


def remembered(found: Encoded) -> Remembered:
    """What the last state of a sentence that was read holds. Raises Refused or ModelError."""
    trace = found.trace
    own = probe(trace.model.name)
    return Remembered(
        found, slopes(trace.model.name, trace.typed) if found.sweeps else None,
        recall(own, found) if own else None, read(PROBES),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _stored(path: Path, modified: int) -> nearby.Stored:
    return nearby.read_stored(path)


def stored(name: str, side: str = nearby.ENCODER) -> nearby.Stored | None:
    """The states of other sentences, or None where there are none of the weights of that model."""
    path = manifest.MODELS / nearby.FOLDER / nearby.file_of(name, side)
    with suppress(OSError, ValueError):
        found = _stored(path, path.stat().st_mtime_ns)
        if manifest.entry(name).digest.startswith(found.weights):
            return found
    return None


@kept
def near(name: str, text: str, plane: str) -> nearby.Near:
    """What lies near the states and words of `text`. Raises Refused or ModelError."""
    found, model = encoded(name, text), loading.loaded(name)
    read, written = (stored(name, side) for side in nearby.SIDES)
    from core.remembering.near import near

    with loading.TURNS:
        return near(model, found, read, plane, written)
