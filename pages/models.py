"""Models: what is in the box, how it was trained, how good it is, and whether it is whole."""

from __future__ import annotations

import streamlit as st

from core import manifest
from core.facts import TRANSLATES
from core.figures.measurements import course
from core.manifest import Entry, ModelError
from core.record import read_record
from core.untrained import untrained
from pages.shared import box, frame, head, link
from pages.shared.frame import literal, reads, say, verbatim
from pages.shared.questions import Models


def show(entry: Entry, opened: bool) -> None:
    """One model; `opened` with its card unfolded."""
    st.subheader(literal(entry.name), anchor=False)
    does, score = entry.facts.does, entry.score or say("decode.none")
    if does != TRANSLATES:
        score = say(f"models.tells_{does}")
    if box.has(entry, "attends-first"):
        score = say("models.bahdanau", score=score)
    own = say("models.own") if entry.own else ""
    told = [
        box.languages(*box.pair(entry)),
        own,
        score,
        box.kind_of(entry),
        reads(entry.facts.tokeniser),
    ]
    if there := head.shape(entry.name):
        told.append(say("head.count", layers=there[0], heads=there[1]))
    st.markdown(" · ".join(filter(None, told)))
    if entry.facts.unheeded:
        names = ", ".join(f"`{name}`" for name in entry.facts.unheeded)
        st.caption(say("models.unheeded", names=names))
    try:
        folder = manifest.check_files(entry)
    except ModelError as error:
        st.error(say("errors.damaged"))
        verbatim(error)
        return
    try:
        record = read_record(folder)
    except ValueError as error:
        record = None
        verbatim(error)
    if record and record.measured:
        st.plotly_chart(
            course(record._asdict(), st.session_state.lang),
            config={"displaylogo": False, "displayModeBar": False},
            key=f"course-{entry.name}",
        )
    if (folder / "card.md").exists():
        with st.expander(say("models.card"), expanded=opened):
            st.markdown((folder / "card.md").read_text(encoding="utf-8").partition("\n")[2])


frame.header(say("models.title"), say("models.subtitle"))
try:
    (models, refused), asked = manifest.found(), link.ask(Models)
    if refused:
        st.warning(say("models.refused"))
        verbatim("\n".join(refused))
    for note in link.notes(Models):
        st.info(note.told())
    link.write(asked)
    # The one that a link asks for stands first.
    for model in sorted(models.values(), key=lambda entry: entry.name != asked.model):
        show(model, opened=model.name == asked.model)
    for score in untrained(models):
        st.markdown(f"**{say('compare.untrained', score=score)}**")
        st.markdown(say("compare.train_it", score=score))
        verbatim(box.training(score, models))
except ModelError as error:
    st.error(say("errors.manifest"))
    verbatim(error)
