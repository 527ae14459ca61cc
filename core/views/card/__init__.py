"""The card of a lesson: what is read beside a picture, and what the learner does in it."""

from __future__ import annotations

from collections.abc import Mapping

from core.lessons import Card, Lesson
from core.lessons.marks import paragraphs, runs
from core.stage import tongues
from core.views.card.wire import Following, Payload
from core.words import section


def payload(
    lessons: Mapping[str, Lesson], lesson: str, card: str, scene: str, asked: Mapping[str, str],
    language: str,
) -> Payload:  # fmt: skip
    """What the script needs to draw that `card`, beside the `scene` that was `asked` for."""
    one, names = lessons[lesson], list(lessons)
    place = names.index(lesson)
    told = one.card(card)
    following = names[place + 1 : place + 2]
    return {
        "stage": "card",
        "lesson": lesson,
        "card": card,
        "title": told.title,
        "text": paragraphs(told.text),
        "task": runs(told.task),
        "then": runs(told.then),
        "done": {name: list(values) for name, values in told.done},
        "asked": dict(asked),
        "choices": [(name, one.scenes[name].label or name) for name in told.scenes],
        "scene": scene,
        "notes": paragraphs(told.notes),
        "following": _following(one, told),
        "names": [card.name for card in one.cards],
        "lesson_title": one.title,
        "number": place + 1,
        "lessons": len(names),
        "onward": lessons[following[0]].title if following else "",
        "references": list(one.references) if told is one.cards[-1] else [],
        "tongues": tongues(None),
        "strings": section(language, "card"),
        "language": language,
    }


def _following(lesson: Lesson, card: Card) -> Following:
    after = lesson.cards[lesson.cards.index(card) + 1 :]
    return {
        "title": after[0].title if after else "",
        "text": paragraphs(after[0].text) if after else [],
    }
