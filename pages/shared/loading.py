"""Models and traces, loaded once for everybody; torch is imported only when a model must run."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import lru_cache

import streamlit as st

from core import manifest
from core.trace import Sampling, SearchTrace, Switches
from core.views import compare, decode
from core.views.compare import Anatomy
from pages.shared import box
from pages.shared.frame import say
from pages.shared.shelf import kept

PLAIN = Switches()  # nothing is switched off


class Refused(Exception):
    """Something that cannot be shown, with the string that tells the person why."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key, self.values = key, values


@st.cache_resource(show_spinner=False)
def example(name: str) -> SearchTrace:
    """The trace that is stored with a model. Raises ModelError when its folder is damaged."""
    folder = manifest.check_files(manifest.entry(name))
    return SearchTrace.from_json((folder / "example.json").read_text(encoding="utf-8"))


@kept
def translate(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    temperature: float = 1.0,
    scaled: bool = False,
    switches: Switches = PLAIN,
) -> SearchTrace:
    """The trace of `text`, beginning with the pieces `prefix`. Raises Refused or ModelError.

    `temperature` and `scaled` are what-ifs on the scores, see `Translator.tempered`, and `switches`
    what is taken from a Transformer.
    """
    plain = temperature == 1 and not scaled and switches == PLAIN
    if plain and not prefix and text == example(name).typed:
        return example(name)
    whatif = {"temperature": temperature, "scaled": scaled, "switches": switches}
    return _ask(name, text, prefix, whatif)


@kept
def decoded(name: str, text: str, prefix: tuple[int, ...], head: str, language: str) -> dict:
    """What the stage of a decoding draws. Raises Refused or ModelError."""
    return decode.payload(translate(name, text, prefix), language, head)


@kept
def search(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    limit: int | None,
    beam: int,
    best: int,
    penalty: str,
    alpha: float,
    sampling: Sampling | None,
) -> SearchTrace:
    """The trace of a search, as `Translator.translate`. Raises Refused or ModelError."""
    how = {"beam": beam, "best": best, "penalty": penalty, "alpha": alpha, "sampling": sampling}
    return _ask(name, text, prefix, {"limit": limit, **how})


def _ask(name: str, text: str, prefix: tuple[int, ...], options: dict) -> SearchTrace:
    """What the model makes of `text`. Raises Refused or ModelError.

    What it cannot read, or cannot begin with, is refused in words of the page; any other mistake is
    one of a page, and says so itself.
    """
    if not text.strip():
        raise Refused("errors.blank")
    translator = loaded(name)
    from core.translator import TooLong, room

    source = translator.vocabulary.source_tokens(text)
    if len(source) == 1:  # the end mark
        raise Refused("errors.unreadable")
    most = options.get("limit") or room(len(source))
    if len(prefix) > most and "limit" in options:
        raise Refused("search_page.prefix_long", length=len(prefix), limit=most)
    if not _fits(prefix, translator.vocabulary, most):
        raise Refused("errors.prefix")
    try:
        return translator.translate(text, prefix=prefix, **options)
    except TooLong as error:
        raise Refused("errors.too_long", length=error.length, limit=error.limit) from error


def _fits(prefix: tuple[int, ...], vocabulary, most: int) -> bool:
    """Whether a translation of `most` pieces can begin so."""
    from core.tokenisers.pieces import END_ID

    known = all(END_ID <= index < len(vocabulary) for index in prefix)
    return known and END_ID not in prefix[:-1] and len(prefix) <= most


def pieces(name: str, text: str) -> tuple[int, ...]:
    """How the vocabulary of that model splits `text`."""
    return tuple(loaded(name).vocabulary.encode(text))


def chrf(text: str, reference: str) -> float:
    """chrF of one sentence against a reference, 0 to 100."""
    from core.evaluation.sentence import sentence_chrf

    return sentence_chrf(text, reference)


def models_or_stop() -> dict[str, manifest.Entry]:
    """The models there are; where there is none, the page says so and ends."""
    try:
        models = manifest.entries()
    except manifest.ModelError as error:
        st.error(say("errors.manifest"))
        st.code(str(error), language=None, wrap_lines=True)
        st.stop()
    if not models:
        st.error(say("errors.no_models"))
        st.stop()
    return models


def tell_damage(error: manifest.ModelError) -> None:
    """Says that a model cannot be used, and which file is at fault."""
    st.error(say("errors.damaged"))
    st.code(str(error), language=None, wrap_lines=True)


@kept
def forced(name: str, text: str, target: str) -> tuple[int, ...]:
    """The pieces with which that model writes `target`, end mark included, and nothing else.

    Raises Refused when they are more than it writes for `text`, or ModelError.
    """
    vocabulary = loaded(name).vocabulary
    from core.tokenisers.pieces import END_ID
    from core.translator import room

    pieces = (*vocabulary.encode(target), END_ID)
    limit = room(len(vocabulary.source_tokens(text)))
    if len(pieces) > limit:
        raise Refused("compare.long_target", length=len(pieces), limit=limit)
    return pieces


@st.cache_resource(show_spinner=False)
def anatomy(name: str) -> Anatomy:
    """What that model is made of, without loading it. Raises ModelError."""
    return compare.anatomy(manifest.check_files(manifest.entry(name)))


@lru_cache(maxsize=16)
def loaded(name: str):
    """The model called `name`, ready. Raises ModelError when its folder is damaged."""
    from core.translator import Translator, use_threads

    use_threads(1)  # many people with small models do better on one thread each
    return Translator.load(name)


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Loads torch and the first model in the background, once the first page is out."""

    def work() -> None:
        time.sleep(1.5)
        with suppress(manifest.ModelError):  # the page says which file is damaged
            loaded(box.DEFAULT).translate("Hello.")

    threading.Thread(target=work, daemon=True).start()
