"""Workbench: a query and a few keys to move, and what every score function makes of them."""

from __future__ import annotations

import streamlit as st

from pages.shared import frame, link, working
from pages.shared.bench import Workbench
from pages.shared.frame import say


def origins() -> None:
    """Every score function with its formula and its source."""
    from core.views import workbench

    st.markdown(say("workbench_page.formulas_text"))
    for one in workbench.work(link.ask(Workbench).setting).scored:
        st.markdown(f"- **{one.name}**: $\\displaystyle {one.latex}$  \n  {one.source}")


frame.header(say("workbench_page.title"), say("workbench_page.subtitle"))
picture = st.container()  # filled last: the words under it can be read meanwhile
for topic in ("reading", "why"):
    with st.expander(say(f"workbench_page.{topic}")):
        st.markdown(say(f"workbench_page.{topic}_text"))
link.ask(Workbench)
frame.name_tab("")
with picture:
    for note in link.notes(Workbench):
        st.info(note.told())
    working.show()
with st.expander(say("workbench_page.formulas")):
    origins()
working.listen()
