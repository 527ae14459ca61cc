"""What surrounds every page: language, large type, and the few rules of style they share."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import streamlit as st

from core import words
from core.words.languages import language
from pages.shared import here, presenter, sharing
from pages.shared.arrival import arrive

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
NAME = "Heed"
ICON = str(Path(__file__).with_name("icon.svg"))
MARK = Path(__file__).with_name("mark.svg").read_text(encoding="utf-8")
# It waits for the script of a class, which the server brings that has such routes.
DOOR = '<button type="button" class="heed-class-door">%s</button>'
LARGE = """
html { font-size: 22px; }
.st-key-top, [data-testid="stTopNav"] {
  zoom: 0.8; --heed-bar: 3.75rem; --heed-after-menu: 6.9rem;
}
@media (max-width: 640px) {
  .st-key-top { zoom: 0.6; --heed-bar: 5rem; --heed-after-menu: 9rem; }
}
[data-testid="stTopNav"] { margin-right: 5.6rem; }
.st-key-title, .st-key-question, .stMain [data-testid="stButtonGroup"] { zoom: 0.8; }
.st-key-top [data-testid="stButtonGroup"] { zoom: 1 !important; }
"""
# The language is for screen readers. A page that is turned to makes one entry of the browser's
# history: Streamlit makes one of its address and one of its question, in either order, and the
# second takes the place of the first. What the stage wrote in between stays. Another language or
# size of type asks nothing anew, and makes none. A page that is opened makes none beside its own:
# its question takes the place of what was typed or followed. Where Streamlit wrote it before this
# script was there, whoever goes back passes by what was opened.
SCRIPT = """
<script>
document.documentElement.lang = "%s";
if (!window.heedClass) {
  window.heedClass = true;
  import("./api/class.js").then(
    (one) => one.default(),
    () => document.documentElement.classList.add("heed-no-class"),
  );
}
if (!window.heedHistory) {
  const asks = (url) => url.searchParams.has("lang"); // as every question does
  const manner = ["lang", "projector"];
  const asked = ({ searchParams }, own) =>
    JSON.stringify(
      [...searchParams].filter(([name]) => !manner.includes(name) && !own.has(name)).sort(),
    );
  const add = history.pushState.bind(history);
  const known = (window.heedHistory = { bare: !asks(new URL(location.href)) });
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => { known.touched = true; }, { capture: true, once: true });
  const opened = performance.getEntriesByType("navigation")[0]?.name;
  if (opened !== location.href) {
    let last = location.href;
    const change = history.replaceState.bind(history);
    history.replaceState = (...now) => { change(...now); last = location.href; };
    addEventListener("popstate", (event) => {
      if (location.href === opened) {
        event.stopImmediatePropagation();
        change(history.state, "", last);
        history.back();
      }
      last = location.href;
    }, { capture: true });
  }
  history.pushState = (state, title, to) => {
    const here = new URL(location.href), url = new URL(to, here);
    const turns = url.pathname !== here.pathname;
    const has = ([name, text]) => here.searchParams.get(name) === text;
    const own = window.heedOwn?.[here.pathname] ?? new Set(); // what the stage says: step, view, …
    const other = (name) => url.searchParams.get(name) !== here.searchParams.get(name);
    const alike = !turns && manner.some(other) && asked(url, own) === asked(here, own);
    const late = turns && asks(url) && [...url.searchParams].every(has);
    const second = turns ? late : known.bare || alike || !known.touched;
    if (late) url.search = here.search;
    for (const [name, text] of alike ? here.searchParams : [])
      if (own.has(name)) url.searchParams.set(name, text);
    known.bare = !asks(url);
    if (second) history.replaceState(state, title, url.href);
    else add(state, title, url.href);
  };
}
</script>
"""


def start() -> str:
    """Sets up the page and returns the language: the link's, the person's, or the browser's."""
    state, given = st.session_state, st.query_params.get("lang")
    st.set_page_config(page_title=state.get("tab", NAME), page_icon=ICON, layout="wide")
    if "lang" not in state:
        asked = (st.context.locale or "").lower().partition("-")[0]
        browser = asked if asked in words.LANGUAGES else words.FALLBACK
        state.lang = given if given in words.LANGUAGES else browser
        state.large = st.query_params.get("projector") == "1"
        state.language_note = given is not None and given not in words.LANGUAGES
    said = {name: say(f"frame.{name}") for name in ("enter", "menu", "upload")}
    named = " ".join(
        f"--heed-{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in said.items()
    )
    large = LARGE if state.large else ""
    st.html(f"<style>{STYLE}\n:root {{ {named} }}\n{large}</style>")
    with st.container(key="tongue"):
        st.html(SCRIPT % state.lang, unsafe_allow_javascript=True)
    return state.lang


def turn_to(title: str, address: str = "") -> None:
    """The page that is open, by its name in the menu and its address."""
    st.session_state.page_title, st.session_state.page_address = title, address


def name_tab(sentence: str) -> None:
    """Calls the browser's tab by the page and its sentence."""
    state = st.session_state
    tab = " · ".join(filter(None, (sentence.strip(), state.get("page_title"), NAME)))
    if tab != state.get("tab"):
        state.tab = tab
        st.set_page_config(page_title=tab)


def say(key: str, **values: object) -> str:
    """The string of the current language."""
    return words.say(st.session_state.lang, key, **values)


def verbatim(text: object) -> None:
    """A command, or what a program said, as it is. `st.code` would first load a highlighter of
    all programming languages, which takes a page seconds."""
    st.text(str(text))


def reads(tokeniser: str) -> str:
    """What a model reads that splits text so; one that the words do not know has its own name."""
    try:
        return say(f"models.tokens_{tokeniser}")
    except KeyError:
        return tokeniser


def literal(text: str) -> str:
    """Text of a link or of a person, to be filled into a sentence in Markdown: never markup."""
    return re.sub(r"([\\`*_~!#$&|:<>()\[\]{}])", r"\\\1", " ".join(text.split()))


def header(title: str, subtitle: str) -> None:
    """Begins a page: its title, and in the line of the menu the product's name, language and large
    type."""
    arrive()
    state = st.session_state
    with st.container(key="title", horizontal=True, vertical_alignment="bottom"):
        st.title(title, anchor=False, width="content")
        st.markdown(subtitle, width="content")
        small = here.drawing(state.get("page_address", ""), say("home.here"), state.lang)
        if small:
            st.html(small, width="content")
        st.html(DOOR % html.escape(say("classroom.door")), width="content")
    top = st.container(key="top", horizontal=True, vertical_alignment="center", gap="small")
    top.html(
        f'<a class="heed-name-of-all" href="./?lang={state.lang}" target="_self" '
        f'aria-label="{NAME}">'
        f'<img src="{here.pictured(MARK)}" alt="" width="26" height="26"><span>{NAME}</span></a>'
    )
    with top:
        presenter.button()
        sharing.button()
    names = {one: language(one, one) for one in words.LANGUAGES}
    top.segmented_control(
        say("frame.language"), list(names), format_func=names.get, default=state.lang,
        key="lang_choice", label_visibility="collapsed", on_change=_choose_language, required=True,
    )  # fmt: skip
    top.toggle(
        say("frame.projector"), value=state.large, key="large_choice",
        help=say("frame.projector_help"), on_change=_choose_type,
    )  # fmt: skip
    if state.get("language_note"):
        st.info(say("errors.language"))


def _choose_language() -> None:
    state = st.session_state
    state.lang = state.lang_choice or state.lang
    state.language_note, state.by_widget = False, True


def _choose_type() -> None:
    st.session_state.large, st.session_state.by_widget = st.session_state.large_choice, True
