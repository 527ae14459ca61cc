"""Every word that a person reads: one file a language, found because it is there.

A file has the same sections and keys as `en.toml`; the section of a view has the view's name. What
a language does not say is said in English. A string that depends on a number is a table of its
plural forms by CLDR (`one`, `few`, `other`, …); the number is the value `count`, or the one that
`by` names.

A section speaks of pieces, which most models read. Where tokens are something else, the section
`<name>_<tokens>`, such as `stage_characters`, has the entries that are said otherwise; and where a
model does not translate, a section such as `stage_write` does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import product
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal

FALLBACK = "en"
FOLDER = Path(__file__).parent


def found() -> tuple[str, ...]:
    """Those that there are files of, the one to fall back to first."""
    names = [path.stem for path in FOLDER.glob("*.toml")]
    return tuple(sorted(names, key=lambda language: (language != FALLBACK, language)))


LANGUAGES = found()

Text = str | dict[str, str]


@cache
def table(language: str) -> dict[str, dict[str, Text]]:
    """What stands in the file of that language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def known(name: str) -> bool:
    """Whether there is a section of that name."""
    return name in table(FALLBACK)


def section(language: str, name: str, tokens: str = "") -> dict[str, Text]:
    """All strings of one section in one language, by key, as they are said of such `tokens`. Of a
    plural all forms, and `language`, whose rule chooses among them. Raises KeyError for an unknown
    section."""
    told = {FALLBACK: table(FALLBACK)[name], language: table(language).get(name, {})}
    found = {
        key: text if isinstance(text, str) else {**text, "language": spoken}
        for spoken, entries in told.items()
        for key, text in entries.items()
    }
    others = f"{name}_{tokens}"
    return found | section(language, others) if known(others) else found


def say(language: str, key: str, tokens: str = "", **values: object) -> str:
    """The string "section.name" with `values` filled in, as it is said of such `tokens`. Raises
    KeyError for an unknown one."""
    name, _, entry = key.partition(".")
    for spoken, own in product((language, FALLBACK), (f"{name}_{tokens}", name)):
        text = table(spoken).get(own, {}).get(entry)
        if text is not None:
            break
    else:
        raise KeyError(f"no string {key!r} in {language!r}")
    if isinstance(text, dict):
        by = text.get("by", "count")
        number = values[by]
        text = text.get(Locale(spoken).plural_form(number), text["other"])
        values = {**values, by: format_decimal(number, locale=spoken)}
    return text.format(**values) if values else text
