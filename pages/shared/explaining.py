"""What the page of explanations is asked, and what it shows of that, worked out once for everybody;
the aligned sentences that a person has, if there are any."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import ClassVar, NamedTuple

from core import gold, manifest
from core.explanations import EPSILONS, HUMAN, KINDS, Explained, read_explained, together
from core.views import explain as view
from pages.shared import box, loading
from pages.shared.fields import TABLE, Choice, Field, Note, Places, Step, choice
from pages.shared.question import asks
from pages.shared.questions import Translated, translators
from pages.shared.shelf import kept

ALIGNED = "hansards.eng-fra"  # .txt and .gold, where HEED_DATA points
LINKED = ("eng", "fra")
SHORT, MANY = range(4, 12), 40  # words of the pairs that are offered, and how many


def _first() -> str:
    found = [name for name in box.preferred(manifest.entries()) if name in translators()]
    return next(iter((*found, *translators())), "")


@dataclass(frozen=True)
class Explain(Translated):
    """A sentence, a model, what it is made to write, and what was searched for."""

    widgets: ClassVar = "explain_"
    model: str = asks(
        Choice("model", _first, "errors.model", shared=True, always=True, options=translators)
    )
    target: str = asks(Field("target", bound=True))  # empty: what the model writes by itself
    links: str = asks(Field("links", bound=True))  # by a person, as `core.gold` reads them
    word: tuple[int, int] | None = asks(
        Places("word", None, "explain.wrong_word", key=None, bound=True, count=2)  # step, token
    )
    far: int | None = asks(Step("far", note="explain.wrong_far", seen=False))
    epsilon: float = asks(Choice(
        "epsilon", view.EPSILON, "explain.wrong_epsilon", key=None, options=EPSILONS, of=float
    ))  # fmt: skip
    step: int | None = asks(Step())
    row: str | None = asks(choice("row", (*KINDS, HUMAN), "explain.wrong_row"))
    order: str | None = asks(choice("order", ("weight",), "errors.view"))
    unit: str | None = asks(choice("unit", ("pieces",), "errors.view"))
    table: bool = asks(TABLE)


class Pair(NamedTuple):
    """Two sentences of a file of one's own, and how people linked them."""

    source: str
    target: str
    links: str


@cache
def aligned() -> tuple[Pair, ...]:
    """Short ones of the Hansards pairs that the person has, the file's first; none where there is
    no such file."""
    path = Path(os.environ.get("HEED_DATA", "")) / f"{ALIGNED}.txt"
    try:
        texts, lists = (
            one.read_text(encoding="utf-8").splitlines()
            for one in (path, path.with_suffix(".gold"))
        )
    except (OSError, UnicodeDecodeError):
        return ()
    found = {}
    for text, links in zip(texts, lists):
        sides = [" ".join(side.split()) for side in text.split("|||")]
        if len(sides) == 2 and all(len(side.split()) in SHORT for side in sides):
            found.setdefault(sides[0], Pair(*sides, links))
    return tuple(found.values())[:MANY]


def offers(model: str) -> tuple[Pair, ...]:
    """The aligned pairs in the languages of that model."""
    entry = manifest.entries().get(model)
    return aligned() if entry and (entry.source, entry.target) == LINKED else ()


def traced(asked: Explain):
    """The translation, or the one that the model is made to write. Raises Refused or ModelError."""
    prefix = asked.prefix
    if asked.target.strip():
        prefix = loading.forced(asked.model, asked.text, asked.target)
    return loading.translate(asked.model, asked.text, prefix), prefix


def human(asked: Explain, trace):
    """The row of links that a person drew, or None. Raises Refused for what is no link."""
    if not asked.links.strip():
        return None
    try:
        found = gold.links(asked.links)
        return gold.row_of(found, trace.typed, trace.source, [one.token for one in trace.path()])
    except ValueError as error:
        raise loading.Refused("explain.wrong_link", link=str(error)) from error


ALL = "all"  # steps
STORED = "explained"  # beside the models, a file each: of the sentence that is stored with it


def explained(
    name: str, text: str, prefix: tuple[int, ...], block: str, step: int | str | None = None
) -> Explained:
    """The explanations of `step` (ALL of them; left out, that on which the page opens), and of
    those that somebody has asked for before. Raises Refused or ModelError."""
    whole = _example(name, text, prefix, block)
    if whole:
        return whole
    count, place = len(loading.translate(name, text, prefix).path()), (name, text, prefix, block)
    opens = step if isinstance(step, int) and 0 <= step < count else (count - 1) // 2
    steps = [
        one for one in range(count)
        if step == ALL or one == opens or _explained.knows(*place, one)
    ]  # fmt: skip
    return together([_explained(*place, one) for one in steps])


@kept
def _explained(name: str, text: str, prefix: tuple[int, ...], block: str, step: int) -> Explained:
    trace, model = loading.translate(name, text, prefix), loading.loaded(name)
    from core.explaining import explained

    with loading.TURNS:
        return explained(model, trace, [step], block)


def _example(name: str, text: str, prefix: tuple[int, ...], block: str) -> Explained | None:
    """What is stored of a model's own sentence, if that is asked and the weights are the same."""
    entry = manifest.entry(name)
    path = manifest.MODELS / STORED / f"{name}.npz"
    if prefix or text != entry.sentence or not path.is_file():
        return None
    with suppress(OSError, ValueError):
        found, asked = _stored(path, path.stat().st_mtime_ns)
        if found.block == block and asked == {"weights": entry.digest, "text": text}:
            return found
    return None


@lru_cache(maxsize=16)
def _stored(path: Path, modified: int) -> tuple[Explained, dict[str, str]]:
    return read_explained(path)


@kept
def sought(name: str, text: str, prefix: tuple[int, ...], block: str, step: int, token: int):
    """What the search for that token found, and what the model writes with it. Raises ValueError or
    LookupError for a step or a token that there is not."""
    trace, model = loading.translate(name, text, prefix), loading.loaded(name)
    from core.explaining.finding import find

    with loading.TURNS:
        found = find(model, trace, step, token, block)
        return found, _again(model, trace, step, found.rows)


@kept
def farthest(name: str, text: str, prefix: tuple[int, ...], block: str, step: int, epsilon: float):
    """The farthest weights of that step, and what the model writes with them. Raises what `sought`
    does."""
    trace, model = loading.translate(name, text, prefix), loading.loaded(name)
    from core.explaining.farthest import farthest

    with loading.TURNS:
        found = farthest(model, trace, step, epsilon, block)
        return found, _again(model, trace, step, found.rows)


def _again(model, trace, step: int, rows):
    """The translation that goes its own way from that step on, with those weights there."""
    if not rows:
        return None
    before = [one.token.id for one in trace.path()[:step]]
    return model.translate(trace.typed, prefix=before, weights=rows)


def shown(
    asked: Explain, block: str, step: int | str | None = None
) -> tuple[Explain, view.Shown, list[Note]]:
    """All that is drawn, of steps as `explained` has them, without what of the searches there is
    not, and notes about that. Raises Refused or ModelError."""
    trace, prefix = traced(asked)
    place, notes = (asked.model, asked.text, prefix, block), []
    found = view.Shown(trace, explained(*place, step), human(asked, trace), epsilon=asked.epsilon)
    if asked.word is not None:
        try:
            one, after = sought(*place, *asked.word)
            found = replace(found, sought=one, written=after)
        except (ValueError, LookupError):
            asked = replace(asked, word=None)
            notes.append(Note("explain.wrong_word"))
    if asked.far is not None:
        try:
            one, after = farthest(*place, asked.far, asked.epsilon)
            found = replace(found, farthest=one, rewritten=after)
        except (ValueError, LookupError):
            asked = replace(asked, far=None)
            notes.append(Note("explain.wrong_far"))
    return asked, found, notes
