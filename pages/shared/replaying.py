"""What the page of recorded trainings is asked, its films, and what follows from them in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ClassVar

from core import manifest
from core.facts import TRANSLATES
from core.manifest import Entry
from core.replay import Film, film
from core.views.replay import MOST
from pages.shared import box
from pages.shared.fields import Names, Note
from pages.shared.frame import say
from pages.shared.question import Question, asks
from pages.shared.shelf import kept

OPENS = ("general", "none", "transformer")
NEAR = 0.9  # share of the best figure, or of the last sharpness, that is told of


def films() -> dict[str, Film]:
    """Of every model that translates and whose record has sentences to watch."""
    found = {}
    for name, entry in box.able(manifest.entries(), TRANSLATES).items():
        with suppress(ValueError):
            if one := _film(name, entry.digest):
                found[name] = one
    return found


@kept
def _film(name: str, digest: str) -> Film | None:
    return film(manifest.entry(name))


def usual() -> tuple[str, ...]:
    """Those that the page opens with: of one task, among them the one without attention."""
    there, known = manifest.entries(), films()
    chosen = [name for name in known if box.short(there[name]) in OPENS]
    return alike(chosen, known)[:MOST] if chosen else tuple(known)[:1]


def alike(chosen: Sequence[str], known: Mapping[str, Film]) -> tuple[str, ...]:
    """Those of the chosen that watch the same sentences as the first."""
    first = known[chosen[0]]
    return tuple(
        name for name in chosen
        if (known[name].sentences, known[name].figure) == (first.sentences, first.figure)
    )  # fmt: skip


@dataclass(frozen=True)
class Replay(Question):
    """Which trainings are shown in step."""

    widgets: ClassVar = "replay_"
    models: tuple[str, ...] = asks(Names("models", usual))

    def settle(self, given: Mapping[str, str], notes: list[Note]) -> Replay:
        known = films()
        chosen = [name for name in self.models if name in known][:MOST]
        if len(chosen) < len(self.models) and "models" in given:
            notes.append(Note("replay_page.wrong_models", {"most": MOST}))
        return replace(self, models=tuple(chosen) or usual())


def told(name: str, one: Film) -> list[str]:
    """What follows from one film."""
    half = one.reached(NEAR)
    last = one.moments[-1]
    lines = [say(
        "replay_page.told_figure", model=name, share=f"{100 * NEAR:.0f}",
        update=f"{half.update:,}", best=f"{max(m.figure or 0 for m in one.moments):.1f}",
        updates=f"{last.update:,}",
    )]  # fmt: skip
    aligned = one.aligned(NEAR)
    if aligned is None:
        lines.append(say("replay_page.told_none"))
    elif aligned is one.moments[0]:
        lines.append(say("replay_page.told_before", update=f"{aligned.update:,}"))
    else:
        lines.append(say("replay_page.told_aligned", update=f"{aligned.update:,}"))
    return lines


def labels(chosen: Sequence[str], entries: Mapping[str, Entry]) -> list[str]:
    """What each is called beside the others."""
    every = box.labels({name: entries[name] for name in chosen}, say("decode.none"))
    return [every[name] for name in chosen]
