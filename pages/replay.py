"""Replay: how the models of the box were trained, moment by moment, up to six in step."""

from __future__ import annotations

import streamlit as st

from core import manifest
from core.views import replay as view
from pages.shared import frame, link, loading, replaying, stage
from pages.shared.frame import say
from pages.shared.replaying import Replay


@st.fragment
def show() -> None:
    known, entries = replaying.films(), manifest.entries()
    st.multiselect(
        say("replay_page.models"), list(known), key="replay_models", max_selections=view.MOST,
        label_visibility="collapsed", placeholder=say("replay_page.models"),
    )  # fmt: skip
    asked = link.heard(Replay)
    for note in link.notes(Replay):
        st.info(note.told())
    chosen = [name for name in asked.models if name in known] or list(replaying.usual())
    together = replaying.alike(chosen, known)
    if len(together) < len(chosen):
        left = ", ".join(name for name in chosen if name not in together)
        st.info(say("replay_page.apart", models=left))
    link.write(asked)
    shown = [known[name] for name in together]
    drawn = view.payload(shown, replaying.labels(together, entries), st.session_state.lang)
    stage.draw("replay", drawn, {}, "heed-replay")
    for name, one in zip(together, shown, strict=True):
        st.markdown("- " + " ".join(replaying.told(name, one)))


frame.header(say("replay_page.title"), say("replay_page.subtitle"))
loading.models_or_stop()
if replaying.films():
    link.ask(Replay)
    show()
else:
    st.info(say("replay_page.none"))
for topic in ("reading", "holds"):
    with st.expander(say(f"replay_page.{topic}")):
        st.markdown(say(f"replay_page.{topic}_text"))
