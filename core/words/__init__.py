"""Every word that a person reads: one file a language, with the same sections and keys."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ko")


@cache
def _table(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))


def section(language: str, name: str) -> dict[str, str]:
    """All strings of one section in one language, by key."""
    return dict(_table(language)[name])


def say(language: str, key: str, **values: object) -> str:
    """The string "section.name" with `values` filled in. Raises KeyError for an unknown one."""
    name, _, entry = key.partition(".")
    try:
        text = _table(language)[name][entry]
    except KeyError:
        raise KeyError(f"no string {key!r} in {language!r}") from None
    return text.format(**values) if values else text
