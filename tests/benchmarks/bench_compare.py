"""How fast six models are compared, and what a score costs in memory.

Where fewer than six models are shipped, copies of one stand in for the others: they cost the same.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

import torch

from core import manifest
from core.models.recurrent import RecurrentConfig, RecurrentModel
from core.tokenisers.pieces import END_ID, START_ID
from core.translator import Translator
from tests.benchmarks.bench_app import CLICKS, percentile
from tests.browser.conftest import FLAGS, ROOT, chromium, serving

SIX, ROUNDS = 6, 12
SENTENCE = "I have never read {} of those long books about old trees."  # 12 words
NUMBERS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "twenty", "thirty", "forty",
)  # fmt: skip
PIECES = 60  # source pieces, and target pieces


def tell(name: str, value: str, aim: str = "") -> None:
    print(f"{name:<58}{value:>12}   {aim}", flush=True)


@contextmanager
def family():
    """The app in a folder of its own, with six models."""
    listed = json.loads((manifest.MODELS / "manifest.json").read_text(encoding="utf-8"))
    copied = next(name for name, entry in listed.items() if entry["score"])
    with tempfile.TemporaryDirectory() as folder:
        root, names = Path(folder), list(listed)[:SIX]
        for name in ("app.py", "core", "pages", ".streamlit"):
            (root / name).symlink_to(ROOT / name)
        for name in names:
            shutil.copytree(manifest.MODELS / name, root / "pretrained" / name)
        for number in range(SIX - len(names)):
            names.append(f"{copied}-{number}")
            listed[names[-1]] = listed[copied]
            shutil.copytree(manifest.MODELS / copied, root / "pretrained" / names[-1])
        chosen = {name: listed[name] for name in names}
        (root / "pretrained" / "manifest.json").write_text(json.dumps(chosen), encoding="utf-8")
        yield root, names


# Asked at every frame, so it looks no further than it must: the panels are drawn in one go.
SHOWN = """(word) => {
  window.stage ||= [...document.querySelectorAll('*')].map((e) => e.shadowRoot)
    .find((r) => r && r.querySelector('.heed-stage'));
  const title = window.stage.querySelector('.heed-one .heed-heads text:nth-child(5) title');
  return title && title.textContent === word;
}"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


def answers(page, sentences: list[str]) -> list[float]:
    """From Enter until all six panels show the sentence, in milliseconds."""
    box, times = page.get_by_role("textbox", name="Sentence in English"), []
    for sentence in sentences:
        box.fill(sentence)
        began = time.perf_counter()
        box.press("Enter")
        page.wait_for_function(SHOWN, arg=sentence.split()[4])
        page.evaluate(PAINTED)
        times.append(1000 * (time.perf_counter() - began))
    assert page.locator(".heed-one").count() == SIX
    return times


def browsing() -> None:
    if not chromium():
        tell("comparing in a browser", "skipped", "no Chromium on the path")
        return
    from playwright.sync_api import sync_playwright

    with (
        family() as (root, names),
        serving(root, PYTHONPATH=os.fspath(root)) as address,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_context(
            bypass_csp=True, viewport={"width": 1400, "height": 1000}, locale="en-US"
        ).new_page()
        query = urllib.parse.urlencode({"models": ",".join(names)})
        page.goto(f"{address}/compare?{query}")
        page.locator(".heed-one").nth(SIX - 1).wait_for()
        first = [SENTENCE.format(word) for word in NUMBERS[:2]]
        answers(page, first)  # loads torch and the six models
        fresh = [SENTENCE.format(word) for word in NUMBERS[2 : 2 + ROUNDS]]
        for name, aim in (("decoded", 600), ("cached", 60)):
            times = answers(page, fresh)
            tell(
                f"six models, 12 words, Enter to picture, {name}",
                f"{statistics.median(times):.0f} ms",
                f"aim {aim} ms; p75 {percentile(times, 0.75):.0f} ms",
            )
        for kind, target in (("free", ""), ("forced", names[0])):
            query = urllib.parse.urlencode(
                {"models": ",".join(names), "target": target, "text": fresh[0]}
            )
            page.goto(f"{address}/compare?{query}")
            page.locator(".heed-one").nth(SIX - 1).wait_for()
            page.wait_for_timeout(1500)
            times = page.evaluate(CLICKS, ["", 160])
            tell(
                f"step with six panels, click to pixels, {kind}",
                f"{statistics.median(times):.1f} ms",
                f"aim 33 ms; p95 {percentile(times, 0.95):.1f} ms",
            )
        browser.close()


def kilobytes(name: str) -> int:
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def peak(work) -> int:
    """By how many kilobytes this process is larger at its largest during `work` than before."""
    before = kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    work()
    return max(0, kilobytes("VmHWM") - before)


@torch.inference_mode()
def cost(score: str) -> None:
    """Prints the peaks of one score in this process: decoding a trace, and all steps at once."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    shipped = Translator.load("eng-fra-general")
    model = RecurrentModel(RecurrentConfig(len(shipped.vocabulary), score=score)).eval()
    translator = Translator(f"eng-fra-{score}", "eng", "fra", model, shipped.vocabulary)
    text = " ".join(["I"] * PIECES)
    source = shipped.vocabulary.source_tokens(text)
    assert len(source) == PIECES + 1
    prefix = [*[source[0].id] * (PIECES - 1), END_ID]
    ids = torch.tensor([[token.id for token in source]])
    target = torch.tensor([[START_ID, *prefix[:-1]]])
    translator.translate("I go.")  # what is needed once
    model.decode(target[:, :2], model.start(model.encode(ids[:, :3])))
    state = model.start(model.encode(ids))
    print(
        peak(lambda: translator.translate(text, prefix=prefix)),
        peak(lambda: model.decode(target, state)),
    )


def memory() -> None:
    found = {}
    for score in ("general", "concat"):
        done = subprocess.run(
            [sys.executable, "-m", __name__ if __name__ != "__main__" else __spec__.name, score],
            cwd=ROOT, capture_output=True, text=True, check=True,
            # What is freed goes back at once, so that the peak is that of what was in use.
            env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"},
        )  # fmt: skip
        found[score] = [int(number) for number in done.stdout.split()]
    for place, name in enumerate(
        ("greedy, 60 × 60, with its trace", "60 queries × 60 keys at once")
    ):
        general, concat = (found[score][place] for score in ("general", "concat"))
        tell(
            f"peak memory, concat beside general, {name}",
            f"{concat / general:.2f} ×",
            f"aim 1.5 ×; {concat / 1024:.1f} MB and {general / 1024:.1f} MB",
        )


def main() -> None:
    memory()
    browsing()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        cost(sys.argv[1])
    else:
        main()
