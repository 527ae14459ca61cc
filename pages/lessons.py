"""Learn: lessons on the live picture; left a card, right the part in question, lit."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from core import lessons
from core.lessons import Card, Lesson, LessonError
from core.manifest import ModelError
from core.views import card as carding
from core.views import course as listing
from pages.shared import frame, link, loading, stage, teaching
from pages.shared.entrance import Lessons
from pages.shared.frame import say, verbatim


def turn(course: dict[str, Lesson], lesson: str, card: str, scene: str = "") -> None:
    """Another card, or another scene of one."""
    state = st.session_state
    asked = replace(link.ask(Lessons), lesson=lesson, card=card)
    link.take(asked)
    own = {"lesson": lesson, "card": card, "course": asked.course, "lang": state.lang}
    own["projector"] = "1" if state.large else ""
    link.put({name: text for name, text in own.items() if text})
    if lesson:
        told = course[lesson].card(card)
        state.lesson_scene = scene or told.scenes[0]
        teaching.open_at(course[lesson].scenes[state.lesson_scene], told)


def pick() -> None:
    """Back, on, another scene, or the next lesson."""
    choice, state = st.session_state.card.pick, st.session_state
    if not choice:
        return
    asked = link.ask(Lessons)
    course = teaching.taught(state.lang, asked.course)
    names = [one.name for one in course[asked.lesson].cards]
    place, order = names.index(asked.card), list(course)
    if choice["go"] == "scene":
        turn(course, asked.lesson, asked.card, choice["scene"])
    elif choice["go"] == "next":
        turn(course, asked.lesson, names[min(place + 1, len(names) - 1)])
    elif choice["go"] == "lesson" and asked.lesson != order[-1]:
        following = course[order[order.index(asked.lesson) + 1]]
        turn(course, following.name, following.cards[0].name)
    elif choice["go"] == "back" and place:
        turn(course, asked.lesson, names[place - 1])
    else:
        turn(course, "", "")


def teach(course: dict[str, Lesson], lesson: Lesson, card: Card) -> None:
    """A card, and the picture that it speaks of."""
    state = st.session_state
    state.lesson_at = f"{lesson.name} {card.name}"
    given = st.query_params.to_dict()
    if state.get("lesson_scene") not in card.scenes:
        state.lesson_scene = card.scenes[0]
    shot = lesson.scenes[state.lesson_scene]
    if not given.keys() & {"text", "situation"}:  # a link to a card that does not say all
        teaching.open_at(shot, card)
    left, right = st.columns([37, 88], gap="medium")
    with right:
        try:
            with st.spinner(say("decode.working")):
                teaching.draw(shot, card)
        except loading.Refused as refusal:
            st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            loading.tell_damage(error)
    with left:
        asked = st.query_params.to_dict()
        drawn = carding.payload(course, lesson.name, card.name, shot.name, asked, state.lang)
        stage.draw("card", drawn, {}, "heed", pick)


def contents(course: dict[str, Lesson], order: str) -> None:
    """The lessons, and how far this browser is."""
    own = {"lang": st.session_state.lang}
    one = f"lessons?{urlencode({**own, **({'course': order} if order else {})})}&lesson={{lesson}}"
    whole = f"lessons?{urlencode(own)}&course={{course}}"
    every = lessons.course(st.session_state.lang)
    drawn = listing.payload(course, every, one, whole, st.session_state.lang)
    stage.draw("course", drawn, {}, "heed")


def show() -> None:
    asked = link.ask(Lessons)
    try:
        course = teaching.taught(st.session_state.lang, asked.course)
    except LessonError as error:
        st.error(say("lessons.broken"))
        verbatim(error)
        return
    lesson = course.get(asked.lesson)
    if lesson is None:
        if asked.lesson:
            st.info(say("lessons.unknown", given=frame.literal(asked.lesson)))
            asked = replace(asked, lesson="", card="")
            link.take(asked)
        contents(course, asked.course)
        link.write(asked)
        return
    card = next((one for one in lesson.cards if one.name == asked.card), lesson.cards[0])
    if card.name != asked.card:
        link.take(replace(asked, card=card.name))
        given = st.query_params.to_dict()
        link.put({**given, "lesson": lesson.name, "card": card.name, "lang": st.session_state.lang})
    teach(course, lesson, card)


frame.header(say("lessons.title"), say("lessons.line"))
loading.models_or_stop()
show()
loading.warm_up()
