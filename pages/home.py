"""Home: what Heed is, a sentence that plays, three ways in, and the map of the whole."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core import lessons, manifest
from core.manifest import ModelError
from core.trace import Trace
from core.views import home as ways
from core.views import lines as view
from pages.shared import box, frame, front, link, loading, sentence, stage
from pages.shared.entrance import Home
from pages.shared.frame import say
from pages.shared.scene import Scene

# The pages, each with its words and the kind of its small picture.
PAGES = {
    "decode": ("frame.decode", "heat"),
    "search": ("frame.search", "tree"),
    "predict": ("predict_page.menu", ""),
    "compare": ("frame.compare", "three"),
    "encoder": ("encoder_page.menu", ""),
    "explain": ("explain.menu", ""),
    "transformer": ("transformer.page", "heads"),
    "alone": ("alone.menu", "two"),
    "stories": ("stories_page.menu", "looks"),
    "pictures": ("pictures_page.menu", ""),
    "dialogue": ("dialogue_page.menu", ""),
    "training": ("live_page.menu", ""),
    "replay": ("replay_page.menu", ""),
    "forcing": ("forcing_page.menu", ""),
    "workbench": ("workbench_page.menu", "plane"),
    "measurements": ("measurements.page", "bars"),
    "models": ("frame.models", "bars"),
    "own": ("own.menu", ""),
}
# What pages are asked that open best on something else than what is usual there: Compare on one
# target for all, the Transformer on the head that aligns best.
BEST = {
    "compare": {"target": "eng-fra-general"},
    "transformer": {"part": "maps", "head": "cross.2.5"},
}
# Where each part of the map is shown: a page, and what it is asked.
DOORS: dict[str, tuple[str, dict[str, str]]] = {
    "words": ("decode", {"view": "pieces-weights"}),
    "encoder": ("encoder", {}),
    "states": ("decode", {"view": "words-scores"}),
    "score": ("compare", BEST["compare"]),
    "softmax": ("workbench", {"situation": "cold"}),
    "context": ("workbench", {}),
    "combine": ("decode", {}),
    "next": ("search", {}),
    "embedded": ("transformer", {"part": "positions"}),
    "self": ("transformer", {"part": "maps", "head": "encoder.1.1"}),
    "forward": ("transformer", {"part": "layers", "side": "encoder"}),
    "keys": ("transformer", {"part": "bridge"}),
    "written": ("decode", {"model": "eng-fra-transformer"}),
    "masked": ("transformer", {"part": "mask"}),
    "cross": ("transformer", BEST["transformer"]),
    "heads": ("transformer", {"part": "heads", "off": "cross.2.5"}),
    "inner": ("transformer", {"part": "layers", "side": "decoder"}),
    "stream": ("transformer", {"part": "layers", "at": "embedding"}),
    "out": ("search", {"model": "eng-fra-transformer"}),
}


def address(page: str, **asked: str) -> str:
    """A link to a page of the app, in the language of this one."""
    return f"{page}?{urlencode({'lang': st.session_state.lang, **asked})}"


def pick() -> None:
    """A sentence was typed."""
    choice = st.session_state.lines.pick
    if choice:
        link.keep(Home(choice["text"].strip()))


def find(text: str) -> Trace | None:
    """The translation of `text`; where it cannot be, the page says why, and the stored one stands
    there. None where there is no model that translates."""
    names = box.preferred(manifest.entries())
    stored = front.front().trace
    if stored and stored.model.name in names and text in ("", stored.typed):
        return stored
    try:
        for name in names[:1]:
            return loading.translate(name, text or manifest.entry(name).sentence, ())
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        loading.tell_damage(error)
    return stored


@st.fragment
def play() -> None:
    asked = link.ask(Home)
    link.write(asked)
    trace = find(asked.text)
    if trace is None:
        return
    if trace.typed != front.SENTENCE:
        sentence.hint(trace)
    onward = address("decode", text=trace.typed, model=trace.model.name)
    drawn = view.payload(trace, st.session_state.lang)
    stage.draw(
        "lines", drawn, {}, f"heed-{trace.model.name}", pick,
        auto=True, decode=f"{onward}&step={{step}}",
    )  # fmt: skip


def three_ways() -> dict:
    """What the stage below draws."""
    pictures, language = front.front().pictures, st.session_state.lang
    try:
        course = lessons.course(language)
    except lessons.LessonError:  # the page of the lessons says it
        course = {}
    return ways.payload(
        {name: address(page, **asked) for name, (page, asked) in DOORS.items()},
        [_way(one.title, address("lessons", lesson=one.name)) for one in course.values()],
        [
            _way(
                say(title), address(page, **BEST.get(page, {})), say(f"home.{page}"),
                kind if page in pictures else "", pictures.get(page),
            )
            for page, (title, kind) in PAGES.items()
        ],
        [
            _way(say("home.share"), "", say("home.share_line")),
            _way(say("home.present"), "", say("home.present_line")),
            _way(say("home.order"), address("lessons"), say("home.order_line")),
            _way(say("home.large"), "", say("home.large_line")),
        ],
        language,
    )  # fmt: skip


def _way(title: str, href: str, line: str = "", kind: str = "", picture: object = None) -> dict:
    return {"title": title, "href": href, "line": line, "kind": kind, "picture": picture}


# An old link to this address asks for a decoding, and goes where that is now.
given = st.query_params.to_dict()
if Scene.read("", given).page == "decode":
    st.switch_page("pages/decode.py", query_params=given)
frame.header(say("home.title"), say("home.line"))
loading.models_or_stop()
link.ask(Home)
with st.container(key="front"):
    play()
    stage.draw("home", three_ways(), {}, "heed")
loading.warm_up()
