"""Your own: a model, a trace or an array that somebody brings, and what is supported."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import streamlit as st

from core.heads import head_name
from core.manifest import PLACES
from core.received import LIMIT, views_of
from core.refusals import NoTrace
from core.stage import whole_page
from pages.shared import allowed, frame, link, received, stage
from pages.shared.frame import literal, say, verbatim
from pages.shared.questions import Own

SIZES = Path(__file__).parent / "shared" / "sizes.toml"
WAYS = {
    "python": """
from core import load
trace = load("path/to/a/hugging-face/folder").read("The cat sat on the mat.")
trace  # in a notebook: the picture; trace.to_json() is the file to send
""",
    "folder": """
make app MODELS=path/to/my-models HUGGINGFACE=1
""",
    "array": """
from core import show
show(weights, queries=["The", "cat"], keys=["The", "cat"])  # weights: any array, rows sum to one
show(weights).save("attention.html")
""",
}


def open_trace() -> None:
    """The upload, and what was uploaded as a picture."""
    state = st.session_state
    most = LIMIT // 2**20
    given = allowed.upload(
        say("own.upload", most=most), type="json", key="own_file", help=say("own.upload_help")
    )
    if given is None:
        return
    try:
        trace = received.read(given.getvalue())
    except NoTrace as error:
        why = say(f"own.why_{error.why}", most=most)
        st.error(f"{say('own.no_trace', file=literal(given.name))} {why}")
        return
    views = views_of(trace)
    line = st.container(key="own_line", horizontal=True, vertical_alignment="center")
    if state.get("own_view") not in views:
        state.own_view = views[0]
    if len(views) > 1:
        line.segmented_control(
            say("own.view"), views, key="own_view", required=True,
            format_func=lambda one: say(f"own.view_{one}"), label_visibility="collapsed",
        )  # fmt: skip
    there, block = received.heads(trace), received.usual(trace)
    if there and state.own_view != "maps":
        if state.get("own_head") not in there:
            state.own_head = block
        block = line.selectbox(
            say("head.choose"), there, key="own_head", label_visibility="collapsed", width=220,
            format_func=lambda one: head_name(one, state.lang),
        )  # fmt: skip
    tell(trace)
    drawn = received.drawn(trace, state.own_view, state.lang, block)
    # Each file has a picture of its own: nothing of the one before stays.
    key = hashlib.sha256(given.getvalue()).hexdigest()[:12]
    stage.draw(f"own_{state.own_view}_{key}", drawn, {}, "heed-trace")
    name = trace.model.name if trace.model else ""
    stage.take(
        "own", "heed-trace", trace.typed,
        lambda: whole_page(
            {"exports": {"name": "heed-trace"}, **drawn}, say("own.opened"), trace.typed, name
        ),
    )  # fmt: skip


def tell(trace) -> None:
    """Whose trace it is."""
    model = trace.model
    told = say("own.of_model", model=literal(model.name)) if model else say("own.of_nobody")
    st.caption(f"{told} {say('own.not_here')}")


def ways() -> None:
    """How to bring what, in three lines each."""
    for name, text in WAYS.items():
        st.markdown(f"**{say(f'own.{name}')}**")
        verbatim(text.strip())
        st.markdown(say(f"own.{name}_text", places=PLACES))


def sizes() -> None:
    """How large a model is sensible, as it was measured."""
    told = tomllib.loads(SIZES.read_text(encoding="utf-8"))
    st.markdown(say("own.sizes_text", command=told["command"]))
    columns = ("layers", "weights", "memory", "step", "trace", "sent")
    rows = [
        {say(f"own.size_{name}", unit=told["units"][name]): one[name] for name in columns}
        for one in told["measured"]
    ]
    st.dataframe(rows, hide_index=True)


frame.header(say("own.title"), say("own.subtitle"))
link.ask(Own)
link.write(link.heard(Own))
st.subheader(say("own.open"), anchor=False)
st.markdown(say("own.open_text"))
open_trace()
st.subheader(say("own.ways"), anchor=False)
ways()
for topic in ("supported", "not_supported", "large"):
    with st.expander(say(f"own.{topic}"), expanded=topic == "supported"):
        st.markdown(say(f"own.{topic}_text"))
        if topic == "large":
            sizes()
