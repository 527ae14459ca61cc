"""The models as pages know them: what they are called, which come first, what they read."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.about import UNDETERMINED
from core.facts import TRANSLATES
from core.manifest import Entry
from core.tokenisers import tokeniser
from core.words.languages import language
from pages.shared.frame import say

EXAMPLES = Path(__file__).with_name("examples.toml")
PREFERRED = ("general", "dot", "concat")  # what pages open with, by the end of its name
NONE = "none"  # the end of the name of a model that is there because it has no attention


def has(entry: Entry, *needs: str) -> bool:
    """Whether that model has all of these: "heads", "positions", "recurrence", …"""
    return set(entry.facts.has) >= set(needs)


def able(models: Mapping[str, Entry], *does: str) -> dict[str, Entry]:
    """Those of the models that do one of these with a text: names of `core.facts.DOES`."""
    return {name: one for name, one in models.items() if one.facts.does in does}


def preferred(models: Mapping[str, Entry]) -> tuple[str, ...]:
    """The models that pages open with, side by side or the first alone: those preferred, of one
    pair of languages, or else the first that translates, or of all. None where there are none."""
    found: list[Entry] = []
    for kind in PREFERRED:
        alike = (one for one in models.values() if short(one) == kind)
        found += [one for one in alike if not found or pair(one) == pair(found[0])][:1]
    first = [*able(models, TRANSLATES).values(), *models.values()][:1]
    return tuple(one.name for one in found or first)


def short(entry: Entry) -> str:
    """What a model is called where all are of its languages."""
    languages = dict.fromkeys(pair(entry))  # "eng-fra-dot", "eng-bert"
    return entry.name.removeprefix(f"{'-'.join(languages)}-")


def names(models: Mapping[str, Entry]) -> dict[str, str]:
    """What each of these models is called beside the others: its whole name where two would be
    called the same."""
    return _apart(
        {name: short(one) for name, one in models.items()}, {name: name for name in models}
    )


def labels(models: Mapping[str, Entry], none: str) -> dict[str, str]:
    """What each of these models is called in a menu; `none` says that it has no attention."""

    def told(called: str, entry: Entry) -> str:
        kind = kind_of(entry)
        alike = short(entry).casefold() == kind.casefold()
        return called if alike else f"{called} · {kind}"

    called = {
        name: short(one)
        if one.facts.attentions
        else none
        if short(one) == NONE
        else f"{short(one)} · {none}"
        for name, one in models.items()
    }
    return _apart(
        {name: told(called[name], one) for name, one in models.items()},
        {name: told(name, one) for name, one in models.items()},
    )


def kind_of(entry: Entry) -> str:
    """What a model is made of or, where it does not translate, which half of a translator it is."""
    does = entry.facts.does
    return entry.cell if does == TRANSLATES else say(f"models.does_{does}")


def _apart(called: dict[str, str], whole: dict[str, str]) -> dict[str, str]:
    times = Counter(called.values())
    return {name: whole[name] if times[one] > 1 else one for name, one in called.items()}


def pair(entry: Entry) -> tuple[str, str]:
    """The languages that it reads and writes, as codes."""
    return entry.source, entry.target


def languages(source: str, target: str) -> str:
    """From which language a model translates into which; empty where nobody said it."""
    if source == target:
        return spoken(source, st.session_state.lang)
    pair = [language(code, st.session_state.lang) for code in (source, target)]
    return say("models.pair", source=pair[0], target=pair[1])


def spoken(code: str, reader: str) -> str:
    """The name of a language in the language `reader`; empty where nobody said which it is."""
    return "" if code == UNDETERMINED else language(code, reader)


def training(score: str, models: Mapping[str, Entry]) -> str:
    """The commands that train a model with that score on pairs of sentences in a file, and put it
    into the box: of the languages of those that pages open with, or of some to be filled in."""
    like = {pair(models[name]) for name in preferred(models)[:1]} - {(UNDETERMINED, UNDETERMINED)}
    between, data = "-".join(like.pop() if like else ("SOURCE", "TARGET")), "pairs.tsv.gz"
    out = f"runs/{between}-{score}"
    return (
        f"python -m core.training {data} --languages {between} --score {score} --out {out}\n"
        f"python -m core.evaluation {out} --data {data} --publish"
    )


def vocabulary(entry: Entry) -> str:
    """The SHA-256 of the file by which a model splits text; empty where it cannot be read."""
    try:
        return entry.digest_of(tokeniser(entry.facts.tokeniser).file)
    except ValueError:  # a kind of tokeniser that there is not
        return ""


def split_alike(one: Entry, other: Entry) -> bool:
    """Whether both models split text into the same tokens."""
    return vocabulary(one) == vocabulary(other) != ""


def examples(entry: Entry) -> tuple[str, ...]:
    """Sentences to begin with: of an own model its own; of the others the one that is stored with
    them, and those of their language."""
    if entry.own:
        return entry.examples
    told = _examples().get(_kind(entry), _examples())
    return tuple(dict.fromkeys((entry.sentence, *told.get(entry.source, ()))))


def _kind(entry: Entry) -> str:
    """The task of a model where there are examples of its own for that; empty for all others."""
    return entry.task if entry.task in _examples() else ""


@cache
def _examples() -> dict[str, Any]:
    """By language; those of another task than translation stand under its name."""
    return tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))


def suited(text: str, entry: Entry, models: Mapping[str, Entry]) -> str:
    """`text`, or where it is an example for another language than a model reads, or for a task of
    which it is not, its first one."""
    own, kind = examples(entry), (entry.source, _kind(entry))
    others = (one for one in models.values() if (one.source, _kind(one)) != kind)
    foreign = text not in own and any(text in examples(one) for one in others)
    return own[0] if foreign else text
