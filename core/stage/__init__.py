"""The stage: the script and style that draw a trace in a browser, and pages made of them.

A trace goes to the browser once; the script steps through it without asking anybody again.
"""

from __future__ import annotations

import html
import json
from functools import cache
from pathlib import Path

from latex2mathml.converter import convert_to_element

from core.trace import Trace
from core.words import say, section

# What each stage is made of, in this order in one scope. Streamlit sends a component's script again
# with every change of its data, so each stage has no more than it needs.
COMMON = (
    "trace", "colours", "dom", "frame", "heatmap", "formulas", "player", "table", "sheet",
    "download",
)  # fmt: skip
SCRIPTS = {
    "decode": (*COMMON, "decode/pair", "decode/flow", "decode/picture", "decode/decode", "hosts"),
    "search": (
        *COMMON, "search/tree", "search/branches", "search/node", "search/ranking", "search/runs",
        "search/search", "hosts",
    ),
    "compare": (
        *COMMON, "compare/panel", "compare/agreement", "compare/comparison", "compare/compare",
        "hosts",
    ),
    "apart": (*COMMON, "apart/terms", "apart/apart", "hosts"),
    "workbench": (*COMMON, "workbench/plane", "workbench/board", "workbench/workbench", "hosts"),
    "maps": (
        *COMMON, "grid", "sight", "plates", "maps/attentions", "maps/mosaic", "maps/cell",
        "maps/maps", "hosts",
    ),
    "mask": (
        *COMMON, "grid", "sight", "plates", "cover", "powers", "picker", "mask/mask", "hosts",
    ),
    "padding": (
        *COMMON, "grid", "sight", "plates", "cover", "powers", "picker", "padding/padding",
        "hosts",
    ),
    "positions": (
        *COMMON, "powers", "overflow", "plates", "positions/waves", "positions/positions", "hosts",
    ),
    "bridge": (
        *COMMON, "grid", "sight", "plates", "bridge/sides", "bridge/crossing", "bridge/bridge",
        "hosts",
    ),
    "layers": (
        *COMMON, "overflow", "plates", "layers/stream", "layers/lens", "layers/layers", "hosts",
    ),
    "heads": (
        *COMMON, "grid", "overflow", "plates", "heads/switchboard", "heads/outcome", "heads/costs",
        "heads/headmaps", "heads/heads", "hosts",
    ),
}  # fmt: skip
STYLED = ("grid", "picker", "overflow")  # parts of several stages that have a style of their own
STYLES = {
    name: (
        "stage",
        *(one for one in STYLED if one in parts),
        *(f"{one}/{one}" for one in {name} - {"decode"}),
    )
    for name, parts in SCRIPTS.items()
}
FOLDER = Path(__file__).parent
VIEWS = FOLDER.parent / "views"


def path(part: str, ending: str) -> Path:
    """The file of a part: "view/name" of one view, a plain name of what views share."""
    return (VIEWS if "/" in part else FOLDER) / f"{part}.{ending}"


@cache
def script(name: str) -> str:
    """The script of one stage, an ES module whose default export a Streamlit component calls."""
    return "\n".join(path(one, "js").read_text(encoding="utf-8") for one in SCRIPTS[name])


@cache
def courier() -> str:
    """The script that carries questions and answers for a stage that asks the server often."""
    return (FOLDER / "courier.mjs").read_text(encoding="utf-8")


@cache
def style(name: str) -> str:
    return "\n".join(path(one, "css").read_text(encoding="utf-8") for one in STYLES[name])


MEAN = "cross"  # the mean of all heads, or the only attention that there is


def head_name(block: str, language: str) -> str:
    """What a person calls a block of `Trace.attention` to the source: "layer 2, head 5"."""
    place = dict(zip(("layer", "head"), block.split(".")[1:]))
    return say(language, f"head.{('mean', 'layer', 'one')[len(place)]}", **place)


def words_for(trace: Trace, language: str) -> dict[str, str]:
    """The words of a stage that draws `trace`; some are others for a Transformer."""
    others = section(language, "stage_transformer") if trace.model.wiring == "transformer" else {}
    return {**section(language, "stage"), **others}


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


@cache
def mathml(latex: str) -> list:
    """A formula as nested lists [tag, text or child, ...], for the script to build MathML from."""

    def plain(element) -> list:
        text = html.unescape(element.text or "")
        return [element.tag, *([text] if text else []), *map(plain, element)]

    return plain(convert_to_element(latex))
