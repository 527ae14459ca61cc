"""How fast the core is beside what must be paid anyway: python -m tests.benchmarks.bench_core

Figures hold for the machine they were taken on; ratios and bytes hold anywhere.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from core import manifest
from core.about import About
from core.corpus import read_pairs
from core.models.recurrent import RecurrentConfig, RecurrentModel
from core.tasks import Data
from core.tasks.recipe import Recipe
from core.tasks.translation import Translation
from core.tasks.translation.corpus import Corpus
from core.tokenisers.pieces import END_ID, START_ID, Vocabulary
from core.training.loop import Training
from core.translator import Translator

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HEED_DATA", ROOT / "../shared/data")) / "eng-fra.tsv.gz"
NAME = "eng-fra-general"
SENTENCES = (
    "I love you.",
    "He doesn't want to go to school.",
    "I'm not sure that this is a good idea.",
    "The old man who lives next door has three black cats.",
    "If I had known that you were coming, I would have baked a cake.",
)
ROUNDS, WARM = 60, 10
UPDATES = 20


def tell(name: str, value: str, aim: str = "") -> None:
    print(f"{name:<52}{value:>14}   {aim}", flush=True)


def translator() -> tuple[Translator, str]:
    """The shipped model, or a random one of its size."""
    try:
        return Translator.load(NAME), NAME
    except manifest.ModelError:
        torch.manual_seed(0)
        letters = ["".join(random.Random(i).choices("abcdefghij", k=6)) for i in range(3000)]
        vocabulary = Vocabulary.train([*letters, *SENTENCES], 4000)
        model = RecurrentModel(RecurrentConfig(len(vocabulary))).eval()
        return Translator("eng-fra-random", "eng", "fra", model, vocabulary), "a random model"


@torch.inference_mode()
def bare(model: RecurrentModel, source: torch.Tensor, count: int) -> None:
    """The forward passes that greedy decoding of `count` tokens cannot do without."""
    state, token = model.start(model.encode(source)), torch.full((1,), START_ID)
    for _ in range(count):
        prediction = model.step(token, state)
        token, state = prediction.logits.argmax(-1), prediction.state


def decoding(found: Translator) -> None:
    """Traced beside bare, taking turns, so that both see the same machine."""
    jobs = []
    for sentence in SENTENCES:
        trace = found.translate(sentence)
        source = torch.tensor([[token.id for token in trace.source]])
        jobs.append((sentence, source, len(trace.steps)))
    tokens = sum(count for *_, count in jobs)
    traced_times, bare_times = [], []
    for number in range(WARM + ROUNDS):
        began = time.perf_counter()
        for sentence, _, _ in jobs:
            found.translate(sentence)
        between = time.perf_counter()
        for _, source, count in jobs:
            bare(found.model, source, count)
        ended = time.perf_counter()
        if number >= WARM:
            traced_times.append((between - began) / tokens)
            bare_times.append((ended - between) / tokens)
    traced, least = statistics.median(traced_times), statistics.median(bare_times)
    ratio = statistics.median(t / b for t, b in zip(traced_times, bare_times, strict=True))
    tell("traced greedy, a token", f"{traced * 1e6:.0f} µs")
    tell("bare forward passes, a token", f"{least * 1e6:.0f} µs")
    tell("traced beside bare", f"{ratio:.2f} ×", "aim: at most 1.3 ×")


def size(found: Translator) -> None:
    """The bytes of a trace of 15 source and 12 target tokens, both with the end mark."""
    words = next(
        text
        for text in (" ".join(["I", "go", "home", "now", "."] * 8)[:cut] for cut in range(1, 400))
        if len(found.vocabulary.source_tokens(text)) == 15
    )
    prefix = [END_ID + 1 + i for i in range(11)]
    trace = found.translate(words, prefix=[*prefix, END_ID])
    assert (len(trace.source), len(trace.steps)) == (15, 12)
    count = len(trace.to_json().encode())
    tell("a trace of 15 × 12 tokens", f"{count / 1000:.1f} kB", "aim: at most 60 kB")
    times = []
    for _ in range(30):
        began = time.perf_counter()
        trace.to_json()
        times.append(time.perf_counter() - began)
    tell("writing it", f"{statistics.median(times) * 1e3:.2f} ms")


def training() -> None:
    """Target tokens that training goes through in a second, from the second update on."""
    if not DATA.exists():
        tell("training", "skipped", f"there is no {DATA}; set HEED_DATA")
        return
    pairs = random.Random(0).sample(read_pairs(DATA, print), 20_000)
    vocabulary = Vocabulary.train((side for pair in pairs for side in pair), 4000)
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe()
        run = Training(
            Path(folder), RecurrentConfig(len(vocabulary)), recipe, Translation(),
            Data(Corpus(pairs, vocabulary, recipe.tokens), vocabulary, {}, About()),
            torch.device("cpu"),
        )  # fmt: skip
        rates = []
        for ready in run._batches():
            began = time.perf_counter()
            _, tokens = run._train(ready)
            rates.append(tokens / (time.perf_counter() - began))
            run.update += 1
            if len(rates) > UPDATES:
                break
    tell(
        f"training, {torch.get_num_threads()} threads, {run.dtype}".replace("torch.", ""),
        f"{np.median(rates[1:]):,.0f} tokens/s",
    )


def main() -> None:
    found, name = translator()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the app does
    print(f"core, with {name}")
    decoding(found)
    size(found)
    torch.set_num_threads(threads)
    training()


if __name__ == "__main__":
    main()
