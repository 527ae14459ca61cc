"""Models and traces, loaded once for everybody; torch is imported only when a model must run."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import lru_cache

import streamlit as st

from core import manifest
from core.trace import SearchTrace

DEFAULT = "eng-fra-general"


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


@st.cache_resource(show_spinner=False, max_entries=500)
def translate(name: str, text: str, prefix: tuple[int, ...]) -> SearchTrace:
    """The trace of `text`, beginning with the pieces `prefix`. Raises Refused or ModelError."""
    if not text.strip():
        raise Refused("errors.blank")
    if not prefix and text == example(name).typed:
        return example(name)
    translator = _translator(name)
    from core.translator import TooLong

    try:
        return translator.translate(text, prefix=prefix)
    except TooLong as error:
        raise Refused("errors.too_long", length=error.length, limit=error.limit) from error
    except ValueError as error:
        raise Refused("errors.prefix" if prefix else "errors.unreadable") from error


@lru_cache(maxsize=16)
def _translator(name: str):
    from core.translator import Translator, use_threads

    use_threads(1)  # many people with small models do better on one thread each
    return Translator.load(name)


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Loads torch and the first model in the background, once the first page is out."""

    def work() -> None:
        time.sleep(1.5)
        with suppress(manifest.ModelError):  # the page says which file is damaged
            _translator(DEFAULT).translate("Hello.")

    threading.Thread(target=work, daemon=True).start()
