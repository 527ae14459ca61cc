"""The live picture beside a lesson's card: each page's stage alone, without what stands around it,
and what of a lesson no page would understand."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from core import lessons
from core.lessons import Card, Lesson, LessonError, Shot
from core.manifest import entries
from core.views import decode as decoding
from pages.shared import (
    comparing,
    drawn,
    explaining,
    head,
    inside,
    link,
    loading,
    predicting,
    searching,
    stage,
    telling,
)
from pages.shared.alone import Alone
from pages.shared.decoding import following, trace_of
from pages.shared.drawn import Pictures
from pages.shared.explaining import Explain
from pages.shared.frame import say
from pages.shared.lively import Live
from pages.shared.predicting import Predict
from pages.shared.question import There
from pages.shared.questions import Compare, Decode, Search, Transformer
from pages.shared.scene import PAGES, Scene
from pages.shared.telling import Stories


def taught(language: str, order: str) -> dict[str, Lesson]:
    """The lessons of a course, those that `order` names between dots where it names any. Raises
    LessonError."""
    every = lessons.course(language)
    check(every)
    chosen = [name for name in order.split(".") if name in every]
    return {name: every[name] for name in dict.fromkeys(chosen)} or every


def check(course: Mapping[str, Lesson]) -> None:
    """Raises LessonError for a scene that no page would show as it says."""
    for lesson in course.values():
        for shot in lesson.scenes.values():
            told = _wrong(shot)
            if told:
                raise LessonError(lesson.path, _line(lesson, shot), told)


def scene(shot: Shot) -> Scene:
    """Raises ValueError."""
    return Scene.read(shot.page, dict(shot.asked))


def _wrong(shot: Shot) -> str:
    """What a page would not understand of a scene; nothing where all is well."""
    if shot.page not in DRAWN:
        return f"a lesson has no page {shot.page!r}; there are {', '.join(map(repr, DRAWN))}"
    found = scene(shot)
    known = {one.name: one for one in found.question.asked().values()}
    known |= {one.name: one for one in found.part.asked().values()} if found.part else {}
    free = shot.page == "workbench"  # whose names are those of its parameters
    for name, text in shot.asked:
        if name not in known:
            if free:
                continue
            return f"{name}: the page {shot.page!r} is not asked that; it knows {', '.join(known)}"
        try:
            known[name].read(text)
        except (ValueError, LookupError) as error:
            return f"{name}: {error}"
    asked = dict(shot.asked)
    names = [asked.get("model"), *asked.get("models", "").split(",")]
    for name in filter(None, names):
        if name not in entries():
            return f"there is no model {name!r}"
    return ""


def _line(lesson: Lesson, shot: Shot) -> int:
    lines = lesson.path.read_text(encoding="utf-8").splitlines()
    return next((n for n, one in enumerate(lines, 1) if one.strip() == f"[scenes.{shot.name}]"), 1)


def problems() -> str:
    """What is wrong with a course of one's own, in a sentence; nothing where all is well, or where
    there is none."""
    if lessons.PLACE not in os.environ:
        return ""
    try:
        check(lessons.course(lessons.FIRST))
    except LessonError as error:
        return str(error)
    return ""


def open_at(shot: Shot, card: Card) -> None:
    """Puts into the address bar what that scene asks, as if a link had been opened; what stands
    there already counts more."""
    state, found = st.session_state, scene(shot)
    given = st.query_params.to_dict()
    given |= {name: one for name, one in found.parameters().items() if one and name not in given}
    state.arrivals = state.get("arrivals", 0) + 1
    state.arrival = state.arrivals
    link.put(given)


def draw(shot: Shot, card: Card) -> None:
    """Draws the picture of that scene as the address bar says it stands."""
    state = st.session_state
    state.spot = {"only": card.only or shot.only, "light": card.light or shot.light}
    state.taught = f"{state.lesson_at} {shot.name}"
    try:
        DRAWN[shot.page]()
    finally:
        state.spot = state.taught = None


def _decode() -> None:
    asked = link.ask(Decode)
    trace = trace_of(asked)
    shown, _ = link.placed(asked, False, step=There(len(trace.path())))
    st.session_state.decode_shown = shown
    first = head.usual(shown.model)
    block = head.chosen(trace, first)
    link.write(replace(shown, head=head.parameter(trace, first=first)))
    drawn = loading.decoded(shown.model, shown.text, shown.whatif, block, st.session_state.lang)
    stage.draw("stage", drawn, shown.opens(), decoding.named(trace, block), _change)


def _change() -> None:
    """A candidate was chosen, or something was changed in the attention."""
    choice, shown = st.session_state.stage.pick, st.session_state.decode_shown
    if choice and shown:
        link.keep(following(shown, choice))


def _search() -> None:
    asked = link.ask(Search)
    runs = searching.runs(asked)
    depth = max(map(searching.depth, runs.values()))
    shown, _ = link.placed(
        asked, False, step=There(depth),
        node=There(lambda one: searching.is_node(runs["beam"], one)), run=There(tuple(runs)),
    )  # fmt: skip
    link.write(shown)
    block = head.chosen(runs["beam"], head.usual(shown.model))
    drawn = searching.drawn(shown, block, st.session_state.lang)
    opens = shown.opens()
    opens["shown"] = opens.pop("run")
    stage.draw("search", drawn, opens, "heed-search")


def _compare() -> None:
    asked = link.ask(Compare)
    shown = comparing.find(entries(), replace(asked, cell=None))
    longest = max(len(one.trace().path()) for one in shown.sides)
    asked, _ = link.placed(shown.asked, False, step=There(longest))
    link.write(asked)
    heads = tuple(one.head() for one in shown.sides)
    drawn = comparing.drawn(shown.sides, heads, shown.target, st.session_state.lang)
    stage.draw("compare", drawn, {**asked.opens(), "cell": None}, "heed-compare")


def _transformer() -> None:
    asked = link.ask(Transformer)
    st.session_state.transformer_turned = asked.part
    inside.every()[asked.part].show(asked.model, asked.text, asked)


def _alone() -> None:
    from pages.shared import alone

    asked = link.ask(Alone)
    found = alone.shown(asked)
    shown, _ = link.placed(found.asked, False, at=There(len(found.hidden)))
    link.write(shown)
    opens = shown.opens()
    opens["at"] = None if shown.at is None else shown.at - 1
    looked = (shown.head_reader or "", shown.head_writer or "")
    drawn = alone.drawn(found, st.session_state.lang, looked)
    stage.draw("alone", drawn, opens, "heed-alone", _hide)


def _hide() -> None:
    choice = st.session_state.alone.pick
    if choice and "hidden" in choice:
        link.take(replace(link.ask(Alone), hidden=tuple(choice["hidden"])))


def _predict() -> None:
    shown, _ = link.placed(link.ask(Predict))
    link.write(shown)
    exercises = predicting.drawn(shown, st.session_state.lang)
    stage.draw("predict", exercises, shown.opens(), "heed-predict", _predict_others)


def _predict_others() -> None:
    choice = st.session_state.predict.pick
    if choice:
        link.take(replace(link.ask(Predict), seed=int(choice["seed"]), step=None))


def _explain() -> None:
    from core.views import explain as view

    asked = link.ask(Explain)
    there = head.shape(asked.model)
    shown, drawn, _ = explaining.shown(asked, head.wanted(there) if there else head.MEAN)
    shown, _ = link.placed(shown, False, step=There(len(drawn.trace.path())))
    st.session_state.explain_shown = shown
    link.write(shown)
    name = view.named(drawn.trace, drawn.explained.block)
    stage.draw(
        "explain", view.payload(drawn, st.session_state.lang), shown.opens(), name, _search_for
    )


def _search_for() -> None:
    """A word was chosen to be searched for, or the farthest weights were asked for."""
    choice, shown = st.session_state.explain.pick, st.session_state.explain_shown
    if choice and choice["act"] == "find":
        link.take(replace(shown, word=(choice["step"], choice["id"])))
    elif choice and choice["act"] == "far":
        link.take(replace(shown, far=choice["step"], epsilon=choice["epsilon"]))


def _stories() -> None:
    from core.views import stories as view

    asked = link.ask(Stories)
    trace = telling.answered(asked.model, asked.story)
    shown, _ = link.placed(asked, False, step=There(trace.blocks["cross"].shape[0]))
    link.write(shown)
    drawn = view.payload(trace, st.session_state.lang)
    stage.draw("stories", drawn, shown.opens(), view.named(trace))


def _pictures() -> None:
    from core.views import pictures as view

    asked = link.ask(Pictures)
    trace = drawn.captioned(asked.model, asked.board)
    shown, _ = link.placed(asked, False, step=There(len(trace.path())))
    link.write(shown)
    picture = view.payload(trace, st.session_state.lang)
    stage.draw("pictures", picture, shown.opens(), view.named(trace))


def _training() -> None:
    """The film of a training: to press start is for the page itself."""
    from core.views import live as view

    link.write(link.ask(Live))
    task = say("live_page.of_strings", task=say("live_page.task_reverse"), least=5, most=8)
    language = st.session_state.lang
    film = view.payload(view.filmed(language), "", task, language)
    stage.draw("live", film, {}, "heed-training")


def _forcing() -> None:
    from core.views import forcing as view
    from pages.shared import forcing

    asked, trace, shown, _ = forcing.shown(link.ask(forcing.Forcing))
    asked, _ = link.placed(asked, False, step=There(shown.steps))
    link.write(asked)
    stage.draw("forcing", view.payload(trace, shown, st.session_state.lang), asked.opens(), "heed")


def _workbench() -> None:
    from pages.shared import working

    working.show()
    working.listen()


# The pages that a lesson can show.
DRAWN: dict[str, Callable[[], None]] = {
    "decode": _decode, "search": _search, "compare": _compare, "transformer": _transformer,
    "alone": _alone, "predict": _predict, "workbench": _workbench, "explain": _explain,
    "stories": _stories, "pictures": _pictures, "training": _training, "forcing": _forcing,
}  # fmt: skip
assert DRAWN.keys() <= PAGES.keys()
