"""How often glosses are right, as a section of the page of measurements."""

from __future__ import annotations

import streamlit as st

from core.glosses import abouts
from pages.shared import box
from pages.shared.frame import say, verbatim


def section() -> None:
    """One row a dictionary; nothing where there are none."""
    try:
        found = abouts()
    except ValueError as error:
        st.subheader(say("glosses.title"), anchor=False)
        st.info(say("glosses.damaged"))
        verbatim(error)
        return
    if not found:
        return
    st.subheader(say("glosses.title"), anchor=False)
    st.markdown(say("glosses.text"))
    rows = []
    for about in found:
        measured = about["measured"]
        of = {"pair": box.languages(about["written"], about["reader"]), "entries": about["words"]}
        shares = {
            name: 100 * measured[part] / max(1, measured[whole])
            for name, part, whole in (
                ("glossed", "glossed", "words"), ("coverage", "shown", "places"),
                ("right", "right", "shown"), ("chance", "chance", "shown"),
            )
        }  # fmt: skip
        rows.append({**of, **shares, "places": measured["places"]})
    percent = {name: st.column_config.NumberColumn(
        say(f"glosses.{name}"), help=say(f"glosses.{name}_help"), format="%.1f%%"
    ) for name in ("glossed", "coverage", "right", "chance")}  # fmt: skip
    counts = {
        name: st.column_config.NumberColumn(say(f"glosses.{name}"), format="localized")
        for name in ("entries", "places")
    }
    st.dataframe(
        rows, hide_index=True, key="glossaries", alt=say("glosses.title"),
        column_config={"pair": st.column_config.TextColumn(say("glosses.pair"), pinned=True),
                       **counts, **percent},
    )  # fmt: skip
    commands = " · ".join(f"`{about['command']}`" for about in found)
    st.caption(say("glosses.caption", commands=commands))
