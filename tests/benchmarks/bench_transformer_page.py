"""How fast the maps of a Transformer are: python -m tests.benchmarks.bench_transformer_page

Six layers of eight heads in encoder and decoder, fifty tokens on either side, untrained: half as
deep again as the models in the box, and all maps at once. Figures hold for the machine they were
taken on; bytes hold anywhere.
"""

from __future__ import annotations

import json
import statistics
import time

import numpy as np
import torch

from core import manifest, stage
from core.models.transformer import TransformerConfig, TransformerModel
from core.stage.codec import quantised
from core.trace import Trace
from core.translator import Translator
from core.views import maps
from core.views.maps import cell
from tests.benchmarks.bench_app import percentile
from tests.benchmarks.bench_core import tell, translator
from tests.benchmarks.bench_search import seconds
from tests.browser.conftest import FLAGS, chromium, serving

TOKENS, LAYERS, HEADS = 50, 6, 8
WORDS = "the old man sat under a big red tree and looked at his black cat while it was raining"
# From a click on a tile to the frame after the map was drawn, tile after tile, block after block.
TILES = """async ([count]) => {
  const pixels = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const over = document.querySelector(".heed-mosaic-over"), times = [];
  over.scrollIntoView();
  for (let i = 0; i < count; i += 1) {
    const box = over.getBoundingClientRect();
    const at = { clientX: box.left + 60 + (i % 7) * box.width / 9, clientY: box.top + ((i * 5) % 18 + 0.6) * box.height / 18.5 };
    await pixels();
    const began = performance.now();
    over.dispatchEvent(new MouseEvent("click", { ...at, bubbles: true, composed: true }));
    await pixels();
    times.push(performance.now() - began);
  }
  return times;
}"""  # noqa: E501
STEPS = """async ([count]) => {
  const pixels = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const buttons = document.querySelectorAll(".heed-player .heed-button"), times = [];
  for (let i = 0; i < count; i += 1) {
    await pixels();
    const began = performance.now();
    buttons[i % 64 < 32 ? 1 : 3].click();
    await pixels();
    times.push(performance.now() - began);
  }
  return times;
}"""


def deep() -> tuple[Translator, Trace]:
    """An untrained model of six layers, and what it makes of fifty tokens in fifty steps."""
    vocabulary = translator()[0].vocabulary
    torch.manual_seed(0)
    config = TransformerConfig(len(vocabulary), encoder_layers=LAYERS, decoder_layers=LAYERS)
    model = TransformerModel(config).eval()
    with torch.no_grad():  # queries and keys as far apart as those of a trained model
        for attention in model.attentions().values():
            attention.W_Q.weight *= 2
            attention.W_K.weight *= 2
    deep = Translator("eng-fra-deep", "eng", "fra", model, vocabulary)
    words = (WORDS + " ") * 9
    text = next(
        text
        for text in (" ".join(words.split()[:count]) for count in range(70, 0, -1))
        if len(vocabulary.source_tokens(text)) <= TOKENS
    )
    forced = vocabulary.encode(words)[: TOKENS - 1]
    return deep, deep.translate(text, prefix=forced, limit=TOKENS)


def wire() -> None:
    """Bytes of JSON, for scores from -16 to 16: no trained head here has them further apart."""
    scores = np.random.default_rng(0).uniform(-16, 16, (LAYERS * HEADS, TOKENS, TOKENS))
    message = json.dumps(quantised(scores, np.ones((TOKENS, TOKENS), bool)))
    name = f"{LAYERS} x {HEADS} x {TOKENS} x {TOKENS} on the wire"
    tell(name, f"{len(message) / 1000:.0f} kB", "aim 300")


def page_of(browser, data: dict):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_content(stage.whole_page({**data, "theme": "light", "open": {}}, "Maps", "", ""))
    page.locator(".heed-mosaic-over").wait_for()
    page.wait_for_timeout(1000)
    return page


def enter(browser, address: str) -> list[float]:
    """Milliseconds from Enter to the maps of another sentence."""
    page = browser.new_context(
        bypass_csp=True, viewport={"width": 1400, "height": 1000}, locale="en-US"
    ).new_page()
    page.goto(f"{address}/transformer")
    page.locator(".heed-mosaic-over").wait_for()
    page.wait_for_timeout(6000)  # torch and a first model load in the background
    box, times = page.get_by_role("textbox", name="Sentence in English"), []
    for word in dict.fromkeys(WORDS.split()):
        box.fill(f"He wrote the word {word} today.")
        began = time.perf_counter()
        box.press("Enter")
        page.locator(".heed-tokens", has_text=f"word▁{word}▁").wait_for()
        times.append(1000 * (time.perf_counter() - began))
    return times[4:]  # the first ones also load the model


def main() -> None:
    torch.set_num_threads(1)
    wire()
    model, trace = deep()
    sizes = f"{len(trace.source)} source and {len(trace.path())} target tokens"
    data = maps.payload(trace, "en")
    packed = sum(len(block["data"]) for block in data["blocks"].values())
    tell("three attentions of it, with a causal triangle", f"{packed / 1000:.0f} kB", sizes)
    tell("packing them", f"{1000 * seconds(lambda: maps.payload(trace, 'en')):.0f} ms")
    one = seconds(lambda: cell.take_cell(model, trace, "cross.6.8", 30, 7))
    tell("one cell, all numbers", f"{1000 * one:.0f} ms")
    if not chromium():
        print("the page: skipped, no Chromium on the path")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = page_of(browser, data)
        tiles = page.evaluate(TILES, [60])
        tell("click on a map to pixels", f"{statistics.median(tiles):.0f} ms", "aim 150")
        steps = page.evaluate(STEPS, [128])
        tell("step with the full mosaic, median", f"{statistics.median(steps):.1f} ms", "aim 33")
        tell("the same, p95", f"{percentile(steps, 0.95):.1f} ms")
        page.close()
        if any(one.cell == "Transformer" for one in manifest.entries().values()):
            with serving() as address:
                times = enter(browser, address)
            tell("Enter to finished maps, p75", f"{percentile(times, 0.75):.0f} ms", "aim 300")
        browser.close()


if __name__ == "__main__":
    main()
