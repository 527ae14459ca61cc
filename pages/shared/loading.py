"""Models and traces, loaded once for everybody; torch is imported only when a model must run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import loader, manifest
from core.facts import READS, WRITES
from core.refusals import BadPrefix, BadWhatIf, LongPrefix, TooLong, TypedMark, Unreadable
from core.trace import Trace
from core.tree import Search
from core.views import decode
from core.whatif import Replaced, WhatIf
from pages.shared import averaged, box, front
from pages.shared.frame import literal, say, verbatim
from pages.shared.shelf import SHELF, kept

# A step of a model is many short operations; of many people at once as many are served together as
# there are processors, or their threads would wait for one another at each of them.
TURNS = threading.BoundedSemaphore(os.cpu_count() or 1)


T = TypeVar("T")


class Refused(Exception):
    """Something that cannot be shown, with the string that tells the person why."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key, self.values = key, values


@st.cache_resource(show_spinner=False)
def stored(name: str) -> Trace | None:
    """The trace that is stored with a model, so that it is drawn before torch is there; None for an
    own model. Raises ModelError when its folder is damaged."""
    entry = manifest.entry(name)
    if entry.own:
        return None
    folder = manifest.check_files(entry)
    return Trace.from_json((folder / "example.json").read_text(encoding="utf-8"))


@kept
def translate(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    temperature: float = 1.0,
    scaled: bool = False,
    heads: tuple[str, ...] = (),
    weights: tuple[Replaced, ...] = (),
    forbidden: tuple[int, ...] = (),
    uniform: tuple[str, ...] = (),
) -> Trace:
    """The trace of `text`, translated, read, or written on, whatever the model does; what it
    writes begins with the pieces `prefix`. Raises Refused or ModelError.

    The others are what-ifs: what scores are divided by, `scaled` meaning √D, heads that are left
    out, and the last three as in `core.whatif.WhatIf`.
    """
    held = {"weights": weights, "forbidden": [one + 1 for one in forbidden], "uniform": uniform}
    held = {name: value for name, value in held.items() if value}  # not all take each of them
    plain = temperature == 1 and not (scaled or heads or held)
    if plain and not prefix:
        for example in (stored(name), front.front().trace):
            if example and (name, text) == (example.model.name, example.typed):
                return example
    scaling = "divided" if scaled else "trained"
    how = {"temperature": temperature, "scaling": scaling, "heads": heads, **held}

    def work(model) -> Trace:
        if model.facts.does == READS:
            return model.read(text, **how)
        ask = model.write if model.facts.does == WRITES else model.translate
        return ask(text, prefix=prefix, **how)

    return _ask(name, text, work)


@kept
def passed(
    name: str,
    text: str,
    prefix: tuple[int, ...] = (),
    temperature: float = 1.0,
    scaled: bool = False,
    weights: tuple[Replaced, ...] = (),
):
    """The one forced pass over that trace, with everything in it, for all that is asked of it.
    Raises Refused or ModelError."""
    trace = translate(name, text, prefix, temperature, scaled, weights=weights)
    return loaded(name).forced(trace)


def changed(name: str, text: str, whatif: WhatIf) -> Trace:
    """The same with what Decode changes. Raises Refused or ModelError."""
    return translate(
        name, text, whatif.prefix, whatif.temperature, weights=whatif.weights,
        forbidden=whatif.forbidden, uniform=whatif.uniform,
    )  # fmt: skip


def unchanged(name: str, text: str, whatif: WhatIf) -> Trace | None:
    """The same with nothing but its prefix; None where there is no more. Raises Refused or
    ModelError."""
    plain = WhatIf(whatif.prefix)
    return None if plain == whatif else translate(name, text, whatif.prefix)


@kept
def decoded(name: str, text: str, whatif: WhatIf, head: str, language: str) -> dict:
    """What the stage of a decoding draws. Raises Refused or ModelError."""
    before = unchanged(name, text, whatif)
    return decode.payload(changed(name, text, whatif), language, head, before, averaged.usual(name))


def searches(
    name: str, text: str, prefix: tuple[int, ...], hows: tuple[Search, ...]
) -> list[Trace]:
    """The traces of searches that begin with the pieces `prefix`. Raises Refused or ModelError."""
    new = tuple(how for how in hows if not search.knows(name, text, prefix, how))
    if len(new) > 1:
        _search_together(name, text, prefix, new)
    return [search(name, text, prefix, how) for how in hows]


@kept
def search(name: str, text: str, prefix: tuple[int, ...], how: Search) -> Trace:
    """The trace of one search, as `searches`. Raises Refused or ModelError."""
    return _search(name, text, prefix, (how,))[0]


@kept
def _search_together(
    name: str, text: str, prefix: tuple[int, ...], hows: tuple[Search, ...]
) -> None:
    """Lays the traces of several searches where `search` finds each."""
    since = SHELF.cleared
    for how, trace in zip(hows, _search(name, text, prefix, hows), strict=True):
        search.keep(since, trace, name, text, prefix, how)


def _search(name: str, text: str, prefix: tuple[int, ...], hows: tuple[Search, ...]) -> list[Trace]:
    def work(model) -> list[Trace]:
        return model.side_by_side(text, hows, WhatIf(prefix))

    return _ask(name, text, work, "search_page.prefix_long")


def _ask(name: str, text: str, work: Callable[[Any], T], too_long: str = "errors.prefix") -> T:
    """What `work` makes of `text` with the model. Raises Refused or ModelError.

    What it cannot read, or cannot begin with, is refused in words of the page; any other mistake is
    one of a page, and says so itself. `too_long` is told of a prefix that is.
    """
    if not text.strip():
        raise Refused("errors.blank")
    translator = loaded(name)
    kind = {"tokens": translator.vocabulary.kind}
    from core.tasks import tasks  # which bring torch

    learnt = tasks().get(manifest.entry(name).task)
    if learnt and learnt.withheld(text, translator.source):
        raise Refused("errors.withheld")
    try:
        with TURNS:
            if session := get_script_run_ctx(suppress_warning=True):
                session.yield_check()  # who left while they waited is not served
            return work(translator)
    except TypedMark as error:
        raise Refused("errors.mark", mark=literal(error.mark)) from error
    except Unreadable as error:
        raise Refused("errors.unreadable") from error
    except TooLong as error:
        raise Refused("errors.too_long", length=error.length, limit=error.limit, **kind) from error
    except LongPrefix as error:
        raise Refused(too_long, length=error.length, limit=error.limit, **kind) from error
    except BadPrefix as error:
        raise Refused("errors.prefix") from error
    except BadWhatIf as error:
        raise Refused(f"held.{error.reason}") from error


def pieces(name: str, text: str) -> tuple[int, ...]:
    """How the vocabulary of that model splits `text`."""
    return tuple(loaded(name).vocabulary.encode(text))


def chrf(text: str, reference: str) -> float:
    """chrF of one sentence against a reference, 0 to 100."""
    from core.evaluation.sentence import sentence_chrf

    return sentence_chrf(text, reference)


def models_or_stop(*does: str) -> dict[str, manifest.Entry]:
    """The models there are, or those that do one of these with a text; where there is none, the
    page says so and ends."""
    try:
        models = manifest.entries()
    except manifest.ModelError as error:
        st.error(say("errors.manifest"))
        verbatim(error)
        st.stop()
    _renew({name: entry.digest for name, entry in models.items() if entry.own})
    if not models:
        st.error(say("errors.no_models"))
        st.stop()
    found = box.able(models, *does) if does else models
    if not found:
        st.info(say("errors.none_here"))
        st.stop()
    return found


_seen: dict[str, str] = {}  # weights of own models, as they were last


def _renew(digests: dict[str, str]) -> None:
    """Forgets what was made with an own model that has been trained again since."""
    if any(_seen.get(name, digest) != digest for name, digest in digests.items()):
        forget()
    _seen.update(digests)


def forget() -> None:
    """Lets go of all models, and of what was made with them."""
    _loaded.cache_clear()
    stored.clear()
    SHELF.clear()


def tell_damage(error: manifest.ModelError) -> None:
    """Says that a model cannot be used, and which file is at fault."""
    st.error(say("errors.damaged"))
    verbatim(error)


@kept
def forced(name: str, text: str, target: str) -> tuple[int, ...]:
    """The pieces with which that model writes `target`, end mark included, and nothing else.

    Raises Refused when they are more than it writes for `text`, or when it cannot write them, or
    ModelError.
    """
    vocabulary = loaded(name).vocabulary
    from core.translator import room

    pieces = (*vocabulary.encode(target), vocabulary.end)
    limit = room(len(vocabulary.source_tokens(text)))
    if len(pieces) > limit:
        kind = vocabulary.kind
        raise Refused("compare.long_target", length=len(pieces), limit=limit, tokens=kind)
    if not all(vocabulary.allowed[piece] for piece in pieces):
        raise Refused("compare.unwritable", model=name)
    return pieces


def loaded(name: str):
    """The model called `name`, ready. Raises ModelError when its folder is damaged."""
    return _loaded(name, manifest.entry(name).digest)


@lru_cache(maxsize=16)
def _loaded(name: str, digest: str):
    """It with these weights: one that is trained again is another."""
    from core.translator import use_threads

    use_threads(1)  # many people with small models do better on one thread each
    return loader.opened(manifest.entry(name))


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Loads torch and the first model in the background, once the first page is out."""

    def work() -> None:
        time.sleep(1.5)
        with suppress(manifest.ModelError, Refused):  # the page says what is the matter
            for name in box.preferred(manifest.entries())[:1]:
                translate(name, manifest.entry(name).sentence, ())

    threading.Thread(target=work, daemon=True).start()
