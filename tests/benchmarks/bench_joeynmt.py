"""Updates a second of training beside JoeyNMT 2.3.0, on the same sizes and batches.

JoeyNMT wants versions of its own, so it gets an environment of its own:

python3 -m venv joey && joey/bin/pip install -r requirements.txt joeynmt==2.3.0
joey/bin/python -m tests.benchmarks.bench_joeynmt

Both get the same random batches; an update is loss, gradient, clipping and Adam, as each trains.
Of JoeyNMT that is what its TrainManager does with a batch, in single precision as its examples are.
Ours is measured in the precision that it trains in on this processor, and in single precision.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from core.about import About
from core.models import kinds
from core.tasks import Data
from core.tasks.recipe import Recipe
from core.tasks.translation import Translation
from core.tasks.translation.corpus import Batch
from core.tokenisers import END, START
from core.training.loop import Training

VOCABULARY, SIZE, HEADS, LAYERS, INNER = 4000, 256, 8, 3, 1024
ROWS, SOURCE, TARGET = 100, 12, 13  # of a batch; the longest target
ROUNDS, UPDATES = 3, 2  # each takes its turn, so that other work on the machine hits both
UNKNOWN, PAD, FIRST, LAST = 0, 1, 2, 3  # ids, in the order that JoeyNMT has them in
SMOOTHING, RATE, CLIP = 0.1, 1e-3, 1.0


def batches() -> list[Batch]:
    """Random ids; sources of one length, as our corpora group them, and targets of several."""
    rng, found = np.random.default_rng(0), []
    for _ in range(UPDATES):
        source = rng.integers(LAST + 1, VOCABULARY, (ROWS, SOURCE))
        source[:, -1] = LAST
        target = rng.integers(LAST + 1, VOCABULARY, (ROWS, TARGET))
        lengths = rng.integers(TARGET // 2, TARGET + 1, ROWS)
        lengths[0] = TARGET
        places = np.arange(TARGET)
        real = places < lengths[:, None]
        wanted = np.where(real, np.where(places == lengths[:, None] - 1, LAST, target), PAD)
        given = np.concatenate([np.full((ROWS, 1), FIRST), target[:, :-1]], 1)
        found.append(Batch(source, np.where(real, given, PAD), wanted, real))
    return found


class Repeated:
    """A corpus of these batches."""

    def batches(self, rng) -> Iterator[Batch]:
        return iter(batches())


def ours(kind: str, single: bool) -> Callable[[Batch], object]:
    sizes = {
        "recurrent": {"encoder_layers": 2, "decoder_layers": 2},
        "transformer": {
            "encoder_layers": LAYERS, "decoder_layers": LAYERS, "heads": HEADS, "inner": INNER,
        },
    }[kind]  # fmt: skip
    config = kinds()[kind].Config(VOCABULARY, size=SIZE, **sizes)
    recipe = Recipe(rate=RATE, smoothing=SMOOTHING, clip=CLIP)
    data = Data(Repeated(), None, {}, About())
    run = Training(
        Path(tempfile.gettempdir()) / "heed-bench", config, recipe, Translation(), data,
        torch.device("cpu"), updates=10**6,
    )  # fmt: skip
    if single:
        run.dtype = torch.float32
    return run._train


def joeys(kind: str) -> Callable[[Batch], object]:
    from joeynmt import batch as joey
    from joeynmt.builders import build_gradient_clipper, build_optimizer
    from joeynmt.model import build_model
    from joeynmt.vocabulary import Vocabulary

    marks = SimpleNamespace(
        unk_token="<unk>", pad_token="<pad>", bos_token=START, eos_token=END, sep_token=None,
        lang_tags=[], unk_id=UNKNOWN, pad_id=PAD, bos_id=FIRST, eos_id=LAST, sep_id=None,
    )  # fmt: skip
    vocabulary = Vocabulary([*map(str, range(LAST + 1, VOCABULARY))], marks)
    side = {"embeddings": {"embedding_dim": SIZE}, "dropout": 0.2}
    if kind == "recurrent":
        like = {"type": "recurrent", "rnn_type": "lstm", "num_layers": 2, **side}
        encoder = {**like, "hidden_size": SIZE // 2, "bidirectional": True}
        decoder = {**like, "hidden_size": SIZE, "attention": "luong", "input_feeding": False}
        tied = {}
    else:
        like = {
            "type": "transformer", "num_layers": LAYERS, "num_heads": HEADS, "hidden_size": SIZE,
            "ff_size": INNER, **side,
        }  # fmt: skip
        encoder, decoder, tied = like, like, {"tied_embeddings": True, "tied_softmax": True}
    model = build_model({"encoder": encoder, "decoder": decoder, **tied}, vocabulary, vocabulary)
    model.loss_function = ("crossentropy", SMOOTHING)
    settings = {
        "optimizer": "adam", "learning_rate": RATE, "adam_betas": (0.9, 0.98),
        "clip_grad_norm": CLIP, "clip_grad_val": None,
    }  # fmt: skip
    optimiser = build_optimizer(settings, model.parameters())
    clip = build_gradient_clipper(settings)

    def update(ready: Batch) -> float:
        model.train()
        target = np.concatenate([ready.given[:, :1], ready.wanted], 1)
        one = joey.Batch(
            torch.from_numpy(ready.source), torch.full((ROWS,), SOURCE), None,
            torch.from_numpy(target), None, torch.arange(ROWS), torch.device("cpu"), PAD, LAST,
        )  # fmt: skip
        one.sort_by_src_length()
        loss = one.normalize(model(return_type="loss", **vars(one))[0], "tokens")
        loss.backward()
        clip(parameters=model.parameters())
        optimiser.step()
        optimiser.zero_grad()
        return loss.item()

    return update


def main() -> None:
    torch.set_num_threads(1)  # so that time of the processor is time of work
    ready = batches()
    told = f"{ROWS} × {SOURCE} to at most {TARGET} tokens, {VOCABULARY} in the vocabulary"
    print(f"updates a second, one thread, {told}")
    for kind in ("recurrent", "transformer"):
        ways = {
            "Heed": ours(kind, False), "Heed, single": ours(kind, True), "JoeyNMT": joeys(kind)
        }  # fmt: skip
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(1 + ROUNDS):  # the first is not counted
            for name, update in ways.items():
                began = time.process_time()
                for one in ready:
                    update(one)
                times[name].append((time.process_time() - began) / UPDATES)
        each = {name: statistics.median(one[1:]) for name, one in times.items()}
        for name, seconds in each.items():
            ratio = each["JoeyNMT"] / seconds
            print(f"{kind:<12}{name:<14}{1 / seconds:6.2f} updates a second of the processor"
                  f"   {ratio:.2f} x   aim: 2", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
