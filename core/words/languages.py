"""Languages by their names, in the language of whoever reads: from CLDR, by ISO 639 codes."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers


def tag(code: str) -> str:
    """The language with that ISO 639 code as the `lang` of a text in a browser has it: "fra" is
    "fr"; of a language that nobody told it is "und"."""
    return get_global("language_aliases").get(code, code)


@cache
def language(code: str, reader: str) -> str:
    """The name of the language with that ISO 639-1 or 639-3 code, as a sentence in the language
    `reader` has it; the code itself where CLDR has no name for it."""
    return Locale(reader).languages.get(tag(code), code)


def every(reader: str) -> tuple[str, ...]:
    """The names of all languages, as `language` has them."""
    return tuple(Locale(reader).languages.values())


@cache
def autonyms() -> tuple[str, ...]:
    """The name of each language in itself, where CLDR has one: takes a second, once."""
    found = (Locale(code).get_language_name() for code in locale_identifiers() if code.isalpha())
    return tuple(filter(None, found))


@cache
def known(code: str) -> bool:
    """Whether CLDR has a name for the language with that code."""
    return language(code, "en") != code
