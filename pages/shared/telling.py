"""The story that a page is asked about, and the models that answer questions about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import streamlit as st

from core import manifest
from core.facts import ANSWERS
from core.manifest import Entry
from core.stories.editing import retold
from core.stories.story import BadStory, Story, read
from core.stories.tongue import Tongue
from core.trace import Trace
from core.views.stories import words_of
from core.words.languages import tag
from pages.shared import loading
from pages.shared.fields import TABLE, Choice, Field, Step, choice
from pages.shared.frame import literal
from pages.shared.loading import Refused
from pages.shared.question import Question, asks
from pages.shared.shelf import kept

UNITS = ("lines",)  # what has a row in the picture; words, where nothing is asked for


def answerers() -> dict[str, Entry]:
    """The models that answer, those that look most often first."""
    found = [one for one in manifest.entries().values() if one.facts.does == ANSWERS]
    order = {"eng": 0}  # of the box, English first
    found.sort(key=lambda one: (one.own, order.get(one.source, 1), -looks(one)))
    return {one.name: one for one in found}


def looks(entry: Entry) -> int:
    """How often a model looks at a story before it answers."""
    return entry.facts.attention("cross").layers


def examples(entry: Entry | None) -> tuple[str, ...]:
    """Stories to begin with."""
    words = entry and words_of(entry.source)
    if words is None:
        return (entry.sentence,) if entry else ()
    return words.examples


def _first() -> str:
    """The model that the page opens on: one of the language in which it is read, if there is one.
    The link always says which."""
    found, reader = answerers(), st.session_state.get("lang", "")
    own = (name for name, one in found.items() if tag(one.source) == reader)
    return next(own, next(iter(found), ""))


@dataclass(frozen=True)
class Stories(Question):
    """A story with its question, and the model that answers it."""

    widgets: ClassVar = "stories_"
    story: str = asks(Field("story", always=True))
    model: str = asks(
        Choice("model", _first, "errors.model", always=True, options=lambda: tuple(answerers()))
    )
    step: int | None = asks(Step())
    unit: str | None = asks(choice("unit", UNITS))
    table: bool = asks(TABLE)

    def settle(self, given: Mapping[str, str], notes: list) -> Self:
        if "story" in given:
            return self
        return replace(self, story=next(iter(examples(answerers().get(self.model))), ""))


@kept
def answered(name: str, text: str) -> Trace:
    """The trace of the answer to the story in `text`. Raises Refused or ModelError."""
    story = told(text, words_of(manifest.entry(name).source))
    example = loading.stored(name)
    if example and story.text == example.typed:
        return example
    translator = loading.loaded(name)
    try:
        with loading.TURNS:
            return translator.answer(story.text)
    except BadStory as error:
        raise refusal(error) from error


def told(text: str, words: Tongue | None) -> Story:
    """The story in a text. Raises Refused."""
    try:
        story = read(text)
    except BadStory as error:
        raise refusal(error) from error
    if words and not words.question(story.question):
        known = (*words.people, *words.things)
        if not any(one in story.question for one in known):
            raise Refused("stories_page.nobody")
    return story


def refusal(error: BadStory) -> Refused:
    """What a person is told of a text that is no story."""
    values = {
        name: literal(one) if isinstance(one, str) else one for name, one in error.values.items()
    }
    return Refused(f"stories_page.{error.key}", **values)


def suited(text: str, before: Entry | None, entry: Entry) -> str:
    """`text` for a model: told anew where it is in the language of the one `before`."""
    if before is None or before.source == entry.source:
        return text
    words, others = words_of(before.source), words_of(entry.source)
    first = next(iter(examples(entry)), "")
    if words is None or others is None:
        return first
    if text.strip() in words.examples:
        return others.examples[words.examples.index(text.strip())]
    try:
        found = retold(read(text), words, others)
    except BadStory:
        return first
    return found.text if found else first
