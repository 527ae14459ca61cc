"""The stage: the script and style that draw a trace in a browser, and pages made of them.

A trace goes to the browser once; the script steps through it without asking anybody again.
"""

from __future__ import annotations

import base64
import html
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.about import UNDETERMINED
from core.stage.linker import Linked, link
from core.trace import SOURCE, TEXT
from core.words import Text, known, say, section
from core.words.languages import tag

if TYPE_CHECKING:
    from core.trace import Model, Trace

FOLDER = Path(__file__).parent
VIEWS = FOLDER.parent / "views"
# What all stages look like, each after what it may overrule; the last after all that views say.
*STYLES, PAPER = (
    "page", "root", "bar", "pair", "map", "flow", "numbers", "player", "table", "narrow", "foot",
    "media",
)  # fmt: skip
# What a view's folder draws is the default of the script that has the folder's name.
STAGES = tuple(sorted(one.name for one in VIEWS.iterdir() if (one / f"{one.name}.js").is_file()))


def _linked(name: str, asked: str, text: str) -> Linked:
    """A module text that uses `draw` of a view and what is `asked` of stage.js."""
    imports = (
        f'import {{ {asked} }} from "./stage.js";\nimport draw from "../views/{name}/{name}.js";\n'
    )
    return link(imports + text, FOLDER)


@cache
def _component(name: str) -> Linked:
    text = "const component = componentOf(draw);\nexport default component;\n"
    return _linked(name, "componentOf", text)


def script(name: str) -> str:
    """The script of one stage, an ES module whose default export a Streamlit component calls.

    Streamlit sends it again with every change of its data: it holds no more than the stage needs.
    """
    return _component(name).text


def modules(name: str) -> tuple[Path, ...]:
    """The files of one stage's script, each after what it imports."""
    return _component(name).modules


def _shared(name: str) -> Path:
    return FOLDER / "styles" / f"{name}.css"


@cache
def style(name: str) -> str:
    """The styles of one stage: those of all, then each module brings the one that stands beside it,
    and last comes what holds for all on paper and under forced colours."""
    beside = filter(Path.is_file, (path.with_suffix(".css") for path in modules(name)))
    found = [*map(_shared, STYLES), *beside, _shared(PAPER)]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


@cache
def courier() -> str:
    """The script that carries questions and answers for a stage that asks the server often."""
    return link('import courier from "./courier.js";\nexport default courier;\n', FOLDER).text


@cache
def taker() -> tuple[str, str]:
    """The script and the style of the button that takes a page home."""
    text = link('import taker from "./taker.js";\nexport default taker;\n', FOLDER).text
    return text, (FOLDER / "taker.css").read_text(encoding="utf-8")


@cache
def presenter() -> tuple[str, str]:
    """The script and the style of the presenter, which shows one panel of a page at a time."""
    text = link('import presenter from "./presenter.js";\nexport default presenter;\n', FOLDER).text
    return text, (FOLDER / "presenter.css").read_text(encoding="utf-8")


@cache
def sharer() -> tuple[str, str]:
    """The script and the style of the button that gives a page away."""
    text = link('import sharer from "./sharer.js";\nexport default sharer;\n', FOLDER).text
    return text, (FOLDER / "sharer.css").read_text(encoding="utf-8")


def plain_script(name: str) -> str:
    """The script of one stage as a plain file, which hands it over to a page of `site_script`."""
    text = _linked_plain(f'import draw from "../views/{name}/{name}.js";', f"stages.{name} = draw")
    return f"{text}heedSite.styles.{name} = {json.dumps(style(name))};\n"


def plain_presenter() -> str:
    """The same of the presenter."""
    asked = 'import presenter from "./presenter.js";'
    styled = json.dumps(presenter()[1])
    return f"{_linked_plain(asked, 'presenter = presenter')}heedSite.styles.presenter = {styled};\n"


def site_script() -> str:
    """The script of the pages of a course that stand as plain files."""
    begin = "globalThis.heedSite = { stages: {}, styles: {}, data: {} };\n"
    return (
        begin
        + "(() => {\n"
        + link('import begin from "./site.js";\nbegin();\n', FOLDER).text
        + "\n})();\n"
    )


def site_style() -> str:
    return (FOLDER / "site.css").read_text(encoding="utf-8")


def _linked_plain(imported: str, handed: str) -> str:
    text = link(f"{imported}\nheedSite.{handed};\n", FOLDER).text
    return "(() => {\n" + text + "\n})();\n"


def tongues(model: Model | None) -> dict[str, str]:
    """The languages of what a model reads and of what it writes, as `lang` has them."""
    sides = (model.source, model.target) if model else (UNDETERMINED, UNDETERMINED)
    return dict(zip(("source", "target"), map(tag, sides)))


def words_for(trace: Trace, language: str, *own: str) -> dict[str, Text]:
    """The words of a stage that draws `trace`, and of the sections `own`; some are others for heads
    and residual streams, where nothing but what was written is read, and where tokens are no
    pieces."""
    names = ["stage"]
    for capability, others in (("heads", "stage_heads"), ("residual-stream", "stage_stream")):
        if capability in trace.model.has:
            names.append(others)
    return worded(trace, language, *names, *own)


def worded(trace: Trace, language: str, *names: str) -> dict[str, Text]:
    """The words of these sections about `trace`, said of such tokens as it has, and of what its
    model does with a text: `stage_write` has what of `stage` is otherwise where a model writes on.
    Below all stands what has to be said of the numbers of that model."""
    kind = trace.axis(SOURCE).kind if trace.reads_source else TEXT
    words: dict[str, Text] = {}
    for name in names:
        words |= section(language, name, kind)
    for name in names:
        if known(f"{name}_{trace.model.does}"):
            words |= section(language, f"{name}_{trace.model.does}")
    return words | remarked(trace.model, language)


def remarked(model: Model | None, language: str) -> dict[str, Text]:
    """What has to be said of the numbers of a model, as the string `remarks` of a stage, which
    stands below its picture; nothing where there is nothing to say."""
    told = [say(language, f"remarks.{name}") for name in (model.remarks if model else ())]
    return {"remarks": " ".join(told)} if told else {}


STANDALONE = """\
const data = JSON.parse(document.getElementById("heed-data").textContent);
standalone(draw, document.getElementById("heed"), data);
"""


def whole_page(payload: dict, title: str, typed: str, subtitle: str) -> str:
    """One HTML file that draws any stage's `payload` under a title, a sentence (if any) and a
    subtitle, with nothing to fetch."""
    payload = {"theme": "auto", "open": {}, **payload}
    data = json.dumps(payload)
    # Inside a script element only these could end it, or open a comment.
    for character in "<>&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    stage = _linked(payload["stage"], "standalone", STANDALONE)
    tongue = payload.get("tongues", {}).get("source", UNDETERMINED)
    sentence = f'<p dir="auto" lang="{tongue}"><b>{_text(typed)}</b></p>\n' if typed else ""
    return f"""<!doctype html>
<html lang="{payload["language"]}" data-theme="{html.escape(payload["theme"])}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; \
base-uri 'none'; form-action 'none'">
<title>{_text(" · ".join(filter(None, (title, typed))))}</title>
<style>{style(payload["stage"])}</style>
</head>
<body class="heed-page">
<main>
<h1>{_text(title)}</h1>
{sentence}<p>{_text(subtitle)}</p>
<div id="heed"></div>
</main>
<script type="application/json" id="heed-data">{data}</script>
<script type="module">{stage.text}</script>
</body>
</html>
"""


@cache
def _output() -> str:
    """The script of a notebook around the frames in it."""
    return link('import listen from "./output.js";\nlisten();\n', FOLDER).text


def framed(page: str, still: str, told: str, language: str) -> str:
    """A page in a frame of its own, for the output cell of a notebook, where it is as tall as what
    it shows. Under it lies a `still` picture in SVG, which `told` says in words: a notebook that is
    not trusted shows only that."""
    data = base64.b64encode(still.encode()).decode()
    return (
        '<div style="position:relative;min-height:320px"><div>'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(told)}" '
        f'style="max-width:100%"><p>{_text(say(language, "figures.still"))}</p></div>'
        f'<iframe srcdoc="{html.escape(page)}" title="Heed" '
        'style="position:absolute;top:0;left:0;width:100%;height:100%;border:0" '
        'sandbox="allow-scripts allow-downloads"></iframe></div>'
        f"<script>(() => {{\n{_output()}\n}})();</script>"
    )


def _text(words: str) -> str:
    """Words as text of a page; what no encoding knows becomes a question mark."""
    return html.escape(words.encode("utf-8", "replace").decode())
