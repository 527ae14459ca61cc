"""What surrounds every page: language, large type, and the few rules of style they share."""

from __future__ import annotations

import re

import streamlit as st

from core import words
from core.words.languages import language
from pages.shared.arrival import arrive

STYLE = """
<style>
/* A Korean word is broken only where it has no room on a line of its own. */
body { overflow-wrap: break-word; }
body, body * { word-break: keep-all !important; }
[data-testid="stMainBlockContainer"] {
  padding: 4.2rem clamp(0.6rem, 2.5vw, 2.4rem) 3rem;
  max-width: 1480px;
}
h3 { font-size: 1.15rem !important; }
h1 { font-size: 1.45rem !important; padding: 0 !important; letter-spacing: -0.01em; }
[data-testid="stMultiSelect"] [data-tag] { background: none !important; border: 1px solid; }
[data-testid="stMultiSelect"] :is([data-tag], [data-tag] *) { color: inherit !important; }
/* A command or a message as it is; a click takes the whole of it. */
[data-testid="stText"], [data-testid="stText"] * {
  font-family: "Source Code Pro", monospace; font-size: 0.875rem; white-space: pre-wrap;
  overflow-wrap: anywhere; user-select: all;
}
[data-testid="stText"] {
  padding: 0.8rem 1rem; border-radius: 10px;
  background: color-mix(in srgb, currentcolor 6%%, transparent);
}
[data-stale="true"] { opacity: 1 !important; }
.st-key-working { position: fixed; top: 0.9rem; right: 5.5rem; width: auto; z-index: 1000000; }
[data-testid="stLayoutWrapper"]:has(> .st-key-tongue) { display: none; }
/* Between a field and what is under it: inside it would lie over a long sentence. */
[data-testid="InputInstructions"] { font-size: 0; line-height: 0; top: 0.15rem; bottom: auto; }
[data-testid="InputInstructions"]::after { content: "%s"; font-size: 0.75rem; line-height: 1; }
%s
</style>
"""
NAME = "Heed"
LARGE = "html { font-size: 22px; }"
# The language is for screen readers. A page that is turned to makes one entry of the browser's
# history: Streamlit makes one of its address and one of its question, in either order, and the
# second takes the place of the first. What the stage wrote in between stays. Another language or
# size of type asks nothing anew, and makes none. A page that is opened makes none beside its own:
# its question takes the place of what was typed or followed. Where Streamlit wrote it before this
# script was there, whoever goes back passes by what was opened.
SCRIPT = """
<script>
document.documentElement.lang = "%s";
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
    st.set_page_config(page_title=state.get("tab", NAME), page_icon="👁️", layout="wide")
    if "lang" not in state:
        asked = (st.context.locale or "").lower().partition("-")[0]
        browser = asked if asked in words.LANGUAGES else words.FALLBACK
        state.lang = given if given in words.LANGUAGES else browser
        state.large = st.query_params.get("projector") == "1"
        state.language_note = given is not None and given not in words.LANGUAGES
    st.html(STYLE % (say("frame.enter"), LARGE if state.large else ""))
    with st.container(key="tongue"):
        st.html(SCRIPT % state.lang, unsafe_allow_javascript=True)
    return state.lang


def turn_to(title: str) -> None:
    """The page that is open, by its name in the menu."""
    st.session_state.page_title = title


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
    """Begins a page: its title, and beside it language and large type."""
    arrive()
    state = st.session_state
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    with row.container():
        st.title(title, anchor=False)
        st.markdown(subtitle)
    row = row.container(horizontal=True, width="content", vertical_alignment="center", gap="medium")
    names = {one: language(one, one) for one in words.LANGUAGES}
    row.segmented_control(
        say("frame.language"), list(names), format_func=names.get, default=state.lang,
        key="lang_choice", label_visibility="collapsed", on_change=_choose_language, required=True,
    )  # fmt: skip
    row.toggle(
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
