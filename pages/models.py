"""Models: what is in the box, how it was trained, how good it is, and whether it is whole."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import streamlit as st

from core import manifest
from core.manifest import Entry, ModelError
from pages.shared import frame
from pages.shared.frame import say

# Both stand out from light and from dark paper, and by more than their colour.
BLEU, LOSS = {"color": "#21908c"}, {"color": "#8a8895", "dash": "dash"}


def course(record: dict) -> go.Figure:
    """Held-out BLEU and loss over the epochs of a training record."""
    measured = record["measured"]
    epochs = [round(entry["update"] / measured[0]["update"]) for entry in measured]
    figure = go.Figure(layout={"height": 300, "margin": {"l": 10, "r": 10, "t": 30, "b": 10}})
    for key, axis, line in (("bleu", "y", BLEU), ("held_out_loss", "y2", LOSS)):
        figure.add_scatter(
            x=epochs,
            y=[entry[key] for entry in measured],
            yaxis=axis,
            name=say(f"models.{key}"),
            line=line,
        )
    figure.update_layout(
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": say("models.epoch"), "dtick": 1},
        yaxis={"title": "BLEU", "rangemode": "tozero"},
        yaxis2={
            "title": say("models.nats"),
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "tickformat": ".2f",
        },
    )
    return figure


def show(entry: Entry) -> None:
    st.subheader(entry.name, anchor=False)
    st.markdown(f"{entry.score or say('decode.none')} · {entry.cell}")
    try:
        folder = manifest.check_files(entry)
    except ModelError as error:
        st.error(say("errors.damaged"))
        st.code(str(error), language=None, wrap_lines=True)
        return
    if "record.json" in entry.files:
        record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
        if record["measured"]:
            st.plotly_chart(
                course(record), config={"displaylogo": False}, key=f"course-{entry.name}"
            )
    if "card.md" in entry.files:
        with st.expander(say("models.card")):
            st.markdown((folder / "card.md").read_text(encoding="utf-8").partition("\n")[2])


frame.header(say("models.title"), say("models.subtitle"))
try:
    for model in manifest.entries().values():
        show(model)
except ModelError as error:
    st.error(say("errors.manifest"))
    st.code(str(error), language=None, wrap_lines=True)
