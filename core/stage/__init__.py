"""The stage: the script and style that draw a trace in a browser, and pages made of them.

A trace goes to the browser once; the script steps through it without asking anybody again.
"""

from __future__ import annotations

import html
import json
from functools import cache
from pathlib import Path

from latex2mathml.converter import convert_to_element

from core.language import section
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
}
STYLES = {name: ("stage",) if name == "decode" else ("stage", name) for name in SCRIPTS}
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


def payload(trace: SearchTrace, language: str) -> dict:
    """What the script needs to draw `trace`: the trace, the words, the formula."""
    return {
        "stage": "decode",
        "trace": trace.to_json(),
        "strings": section(language, "stage"),
        "formula": mathml(trace.model.score.latex) if trace.model.score else None,
        "language": language,
    }


def search_payload(runs: dict[str, SearchTrace], titles: dict[str, str], language: str) -> dict:
    """What the script needs to draw searches of one sentence beside each other, by their names."""
    return {
        "stage": "search",
        "runs": [
            {"key": key, "title": titles[key], "trace": trace.to_json()}
            for key, trace in runs.items()
        ],
        "strings": {**section(language, "stage"), **section(language, "search")},
        "language": language,
    }


def page(
    trace: SearchTrace, language: str = "en", theme: str = "auto", step: int | None = None
) -> str:
    """One HTML file that steps through `trace` like the app, with nothing to fetch.

    `theme` is "auto" (the reader's), "light" or "dark"; `step`, counted from 0, is where it opens.
    """
    words = section(language, "stage")
    score = trace.model.score
    subtitle = words["subtitle" if score else "subtitle_alone"].format(
        model=trace.model.name, score=score and score.name
    )
    data = {
        **payload(trace, language),
        "theme": theme,
        "open": {"step": step},
        "exports": {"name": f"heed-{trace.model.name}"},
    }
    return whole_page(data, words["title"], trace.typed, subtitle)


def whole_page(payload: dict, title: str, typed: str, subtitle: str) -> str:
    """One HTML file that draws any stage's `payload` under a title, a sentence and a subtitle."""
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


def mathml(latex: str) -> list:
    """A formula as nested lists [tag, text or child, ...], for the script to build MathML from."""

    def plain(element) -> list:
        text = html.unescape(element.text or "")
        return [element.tag, *([text] if text else []), *map(plain, element)]

    return plain(convert_to_element(latex))
