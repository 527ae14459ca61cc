"""Heed beside BertViz on one attention: python -m tests.benchmarks.bench_bertviz

The same 6 layers × 12 heads × 50 tokens as a page of their own: bytes of the HTML, and the time
from opening it to the first picture, in a real browser. Beside it 12 × 12 × 128 in Heed: the first
picture, and a step. Weights are random, unless HEED_HF names the folder of a BERT that was trained.

BertViz fetches its libraries (require.js, d3, jQuery) when its page is opened; they are not among
its bytes. Where there is no network, HEED_CDN names a folder with require.min.js, d3.min.js and
jquery.min.js.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, Route, sync_playwright

from core.facts import READS
from core.stage import whole_page
from core.trace import SOURCE, TEXT, Attention, Axis, Model, Trace
from core.tree import Token
from core.views import maps
from tests.benchmarks.bench_core import tell
from tests.browser.conftest import FLAGS, chromium

SHAPE = (6, 12, 50)  # layers, heads, tokens
LARGE = (12, 12, 128)
ROUNDS, STEPS = 3, 20
# A step: a key, and the frame after the one in which it is painted.
STEP = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const took = [];
  for (let i = 0; i < %d; i += 1) {
    await frame();
    const began = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    took.push(performance.now() - began);
  }
  return took;
}"""


def trace_of(layers: int, heads: int, tokens: int) -> Trace:
    """What a model that reads both sides makes of so many tokens; random unless one is named."""
    if os.environ.get("HEED_HF") and (layers, heads, tokens) == SHAPE:
        from core import load

        words = "The cat sat on the mat because it was tired, and the dog slept beside it. " * 6
        model, text = load(os.environ["HEED_HF"]), words.split()
        while len(model.read(" ".join(text)).source) > tokens:
            text.pop()
        return model.read(" ".join(text))
    draws = np.random.default_rng(0)
    scores = draws.normal(scale=3, size=(layers, heads, tokens, tokens)).astype(np.float32)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    items = tuple(Token(i, f"word{i}", f"word{i}", i) for i in range(tokens))
    there = np.ones((1, 1, 1, tokens), bool)
    model = Model(
        "random", "und", "und", "Transformer", None, 1, ("heads", "encoder-attention"), READS
    )
    return Trace(
        model, " ".join(token.text for token in items), (Axis(SOURCE, TEXT, items),),
        (Attention("encoder", SOURCE, SOURCE, scores, weights, there),),
    )  # fmt: skip


def heeds(trace: Trace) -> str:
    data = {**maps.payload(trace, "en", whole=True), "exports": {"name": "heed"}}
    return whole_page(data, "All maps", trace.typed, trace.model.name)


def theirs(trace: Trace) -> str:
    import torch
    from bertviz import model_view

    attention = [torch.tensor(layer)[None] for layer in trace.attentions[0].weights]
    labels = list(trace.labels(SOURCE))
    shown = model_view(attention, labels, html_action="return").data
    return f"<!doctype html><html><body>{shown}</body></html>"


def served(route: Route) -> None:
    """A library of BertViz, from the folder that holds them."""
    name = route.request.url.rpartition("/")[2].removesuffix(".js") + ".js"
    found = Path(os.environ["HEED_CDN"]) / name
    route.fulfill(path=found) if found.exists() else route.abort()


def first_picture(page: Page, file: Path, drawn: str) -> float:
    """Milliseconds from opening the page to its picture, the median of some times."""
    found = []
    for _ in range(ROUNDS):
        page.goto("about:blank")
        began = page.evaluate("Date.now()")
        page.goto(file.as_uri(), wait_until="commit")
        page.wait_for_function(drawn, polling="raf", timeout=120_000)
        found.append(page.evaluate("Date.now()") - began)
    return statistics.median(found)


def main() -> None:
    if not chromium():
        print("no Chromium on the path")
        return
    small, large = trace_of(*SHAPE), trace_of(*LARGE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        # Asked from outside whether its picture is there, a page of ours would forbid it.
        page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        if os.environ.get("HEED_CDN"):
            page.route("https://cdnjs.cloudflare.com/**", served)
        tiles = "document.querySelector('.heed-mosaic-tiles')?.width > 0"
        for name, text, drawn in (
            ("Heed", heeds(small), tiles),
            ("BertViz", _or_none(theirs, small), "document.querySelectorAll('svg line').length"),
            ("Heed, 12 × 12 × 128", heeds(large), tiles),
        ):
            if text is None:
                continue
            file = Path(folder) / "page.html"
            file.write_text(text, encoding="utf-8")
            tell(f"{name}: bytes of the page, kB", f"{len(text.encode()) / 1000:.0f}")
            try:
                tell(f"{name}: first picture, ms", f"{first_picture(page, file, drawn):.0f}")
            except Exception as error:
                print(f"{name}: no picture ({type(error).__name__})")
                continue
            if name.startswith("Heed"):
                took = page.evaluate(STEP % STEPS)
                tell(f"{name}: a step, ms", f"{statistics.median(took):.1f}")
                tell(f"{name}: the longest step, ms", f"{max(took):.1f}")
        browser.close()
    sent = maps.payload(large, "en")
    size = sum(len(str(block["data"])) for block in sent["blocks"].values())
    tell("12 × 12 × 128 in the app: sent at first, kB", f"{size / 1000:.0f}")


def _or_none(make, trace: Trace) -> str | None:
    try:
        return make(trace)
    except ImportError as error:
        print(f"BertViz is not here ({error}): pip install -r requirements-bench.txt")
        return None


if __name__ == "__main__":
    main()
