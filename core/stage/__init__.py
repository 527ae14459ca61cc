"""The stage: the script and style that draw a trace in a browser, and pages made of them.

A trace goes to the browser once; the script steps through it without asking anybody again.
"""

from __future__ import annotations

import html
import json
from functools import cache
from pathlib import Path

from latex2mathml.converter import convert_to_element

from core.language import say, section
from core.trace import SearchTrace

# What each stage is made of, in this order in one scope. Streamlit sends a component's script again
# with every change of its data, so each stage has no more than it needs.
COMMON = (
    "trace", "colours", "dom", "frame", "heatmap", "formulas", "player", "table", "sheet",
    "download",
)  # fmt: skip
SCRIPTS = {
    "decode": (*COMMON, "pair", "flow", "picture", "stage", "hosts"),
    "search": (*COMMON, "tree", "branches", "node", "ranking", "runs", "search", "hosts"),
    "compare": (*COMMON, "panel", "agreement", "comparison", "compare", "hosts"),
    "apart": (*COMMON, "terms", "apart", "hosts"),
    "workbench": (*COMMON, "plane", "board", "workbench", "hosts"),
    "maps": (
        *COMMON, "grid", "sight", "plates", "attentions", "mosaic", "cell", "maps", "hosts",
    ),
    "mask": (*COMMON, "grid", "sight", "plates", "cover", "powers", "picker", "mask", "hosts"),
    "padding": (
        *COMMON, "grid", "sight", "plates", "cover", "powers", "picker", "padding", "hosts",
    ),
    "order": (*COMMON, "powers", "overflow", "plates", "waves", "order", "hosts"),
    "bridge": (*COMMON, "grid", "sight", "plates", "sides", "crossing", "bridge", "hosts"),
    "layers": (*COMMON, "overflow", "plates", "stream", "lens", "layers", "hosts"),
    "heads": (
        *COMMON, "grid", "overflow", "plates", "switchboard", "outcome", "costs", "headmaps",
        "heads", "hosts",
    ),
}  # fmt: skip
STYLED = ("grid", "picker", "overflow")  # parts of several stages that have a style of their own
STYLES = {
    name: ("stage", *(one for one in STYLED if one in parts), *({name} - {"decode"}))
    for name, parts in SCRIPTS.items()
}
FOLDER = Path(__file__).parent


@cache
def script(name: str) -> str:
    """The script of one stage, an ES module whose default export a Streamlit component calls."""
    return "\n".join((FOLDER / f"{one}.js").read_text(encoding="utf-8") for one in SCRIPTS[name])


@cache
def courier() -> str:
    """The script that carries questions and answers for a stage that asks the server often."""
    return (FOLDER / "courier.mjs").read_text(encoding="utf-8")


@cache
def style(name: str) -> str:
    return "\n".join((FOLDER / f"{one}.css").read_text(encoding="utf-8") for one in STYLES[name])


MEAN = "cross"  # the mean of all heads, or the only attention that there is


def head_name(block: str, language: str) -> str:
    """What a person calls a block of `SearchTrace.attention` to the source: "layer 2, head 5"."""
    place = dict(zip(("layer", "head"), block.split(".")[1:]))
    return say(language, f"head.{('mean', 'layer', 'one')[len(place)]}", **place)


def words_for(trace: SearchTrace, language: str) -> dict[str, str]:
    """The words of a stage that draws `trace`; some are others for a Transformer."""
    others = section(language, "stage_transformer") if trace.model.cell == "Transformer" else {}
    return {**section(language, "stage"), **others}


def payload(trace: SearchTrace, language: str, head: str = MEAN) -> dict:
    """What the script needs to draw `trace`: the trace, the words, the formula.

    Of several heads it draws the one that `head` names, or the mean of a layer or of all. Raises
    LookupError when there is no such head.
    """
    several = trace.heads() is not None
    return {
        "stage": "decode",
        "trace": (trace.through(head) if several else trace).to_json(),
        "head": head_name(head, language) if several else None,
        "strings": words_for(trace, language),
        "formula": mathml(trace.model.score.latex) if trace.model.score else None,
        "language": language,
    }


def search_payload(
    runs: dict[str, SearchTrace], titles: dict[str, str], language: str, head: str = MEAN
) -> dict:
    """What the script needs to draw searches of one sentence beside each other, by their names.

    `head` as in `payload`.
    """
    first = next(iter(runs.values()))
    several = first.heads() is not None
    shown = {key: trace.through(head) for key, trace in runs.items()} if several else runs
    return {
        "stage": "search",
        "runs": [
            {"key": key, "title": titles[key], "trace": trace.to_json()}
            for key, trace in shown.items()
        ],
        "head": head_name(head, language) if several else None,
        "strings": {**words_for(first, language), **section(language, "search")},
        "language": language,
    }


def named(trace: SearchTrace, head: str = MEAN) -> str:
    """What a file about `trace` is called, without its ending."""
    chosen = "" if head == MEAN or trace.heads() is None else f"-{head}"
    return f"heed-{trace.model.name}{chosen}"


def page(
    trace: SearchTrace,
    language: str = "en",
    theme: str = "auto",
    step: int | None = None,
    head: str = MEAN,
) -> str:
    """One HTML file that steps through `trace` like the app, with nothing to fetch.

    `theme` is "auto" (the reader's), "light" or "dark"; `step`, counted from 0, is where it opens;
    `head` as in `payload`.
    """
    words = words_for(trace, language)
    score = trace.model.score
    several = trace.heads() is not None
    subtitle = words["subtitle" if score else "subtitle_alone"].format(
        model=trace.model.name, score=score and score.name,
        head=head_name(head, language) if several else say(language, "head.some"),
    )  # fmt: skip
    data = {
        **payload(trace, language, head),
        "theme": theme,
        "open": {"step": step},
        "exports": {"name": named(trace, head)},
    }
    return whole_page(data, words["title"], trace.typed, subtitle)


def whole_page(payload: dict, title: str, typed: str, subtitle: str) -> str:
    """One HTML file that draws any stage's `payload` under a title, a sentence and a subtitle, with
    nothing to fetch."""
    payload = {"theme": "auto", "open": {}, **payload}
    data = json.dumps(payload)
    # Inside a script element only these could end it, or open a comment.
    for character in "<>&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    plain = script(payload["stage"]).replace("export default ", "")
    return f"""<!doctype html>
<html lang="{payload["language"]}" data-theme="{html.escape(payload["theme"])}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; \
base-uri 'none'; form-action 'none'">
<title>{_text(title + " · " + typed)}</title>
<style>{style(payload["stage"])}</style>
</head>
<body class="heed-page">
<main>
<h1>{_text(title)}</h1>
<p dir="auto"><b>{_text(typed)}</b></p>
<p>{_text(subtitle)}</p>
<div id="heed"></div>
</main>
<script type="application/json" id="heed-data">{data}</script>
<script type="module">{plain}
const data = JSON.parse(document.getElementById("heed-data").textContent);
standalone(document.getElementById("heed"), data);
</script>
</body>
</html>
"""


def _text(words: str) -> str:
    """Words as text of a page; what no encoding knows becomes a question mark."""
    return html.escape(words.encode("utf-8", "replace").decode())


def notebook(trace: SearchTrace, language: str = "en") -> str:
    """The page in a frame of its own, for the output cell of a notebook."""
    height = 1010 + 24 * max(0, min(12, len(trace.source) - 10))
    return (
        f'<iframe srcdoc="{html.escape(page(trace, language))}" title="Heed" '
        f'style="width:100%;height:{height}px;border:0" sandbox="allow-scripts allow-downloads">'
        "</iframe>"
    )


@cache
def mathml(latex: str) -> list:
    """A formula as nested lists [tag, text or child, ...], for the script to build MathML from."""

    def plain(element) -> list:
        text = html.unescape(element.text or "")
        return [element.tag, *([text] if text else []), *map(plain, element)]

    return plain(convert_to_element(latex))
