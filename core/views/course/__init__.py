"""The lessons of a course, how far one is, and a link for a course in another order."""

from __future__ import annotations

from collections.abc import Mapping

from core.lessons import Lesson
from core.stage import tongues
from core.views.course.wire import Item, Payload
from core.words import section


def payload(
    lessons: Mapping[str, Lesson],
    every: Mapping[str, Lesson],
    link: str,
    course: str,
    language: str,
) -> Payload:
    """What the script needs: the `lessons` of this course, `every` one there is, and the addresses
    of a lesson and of a course, with places for their names."""
    return {
        "stage": "course",
        "items": [_item(one) for one in lessons.values()],
        "all": [_item(one) for one in every.values()],
        "link": link,
        "course_link": course,
        "tongues": tongues(None),
        "strings": section(language, "course"),
        "language": language,
    }


def _item(lesson: Lesson) -> Item:
    return {
        "name": lesson.name,
        "title": lesson.title,
        "about": lesson.about,
        "minutes": lesson.minutes,
        "cards": [card.name for card in lesson.cards],
    }
