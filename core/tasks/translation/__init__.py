"""Translation: pairs of sentences from a file, split by what is read."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.about import UNDETERMINED, About, Part, fingerprint, languages, together
from core.corpus import Pair, Split, fingerprint_of, read_all, readable, split_pairs
from core.models import Model
from core.search import Writable, search
from core.tasks import Data, Measure, Task
from core.tasks.recipe import Recipe
from core.tasks.translation.corpus import Corpus, batch
from core.tasks.vocabularies import kept
from core.tokenisers import Tokeniser, tokeniser, tokenisers

WEIGHED, TRANSLATED, SHOWN = 200, 300, 3  # held-out sources that are looked at


class Translation(Task):
    """From one language into another, by any model that reads and then writes."""

    name = "translation"
    usual = "recurrent"
    headline = "bleu"

    def options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "data", type=Path, nargs="+", help="source, tab, target on each line; plain or .gz"
        )
        parser.add_argument(
            "--languages",
            nargs="+",
            default=[f"{UNDETERMINED}-{UNDETERMINED}"],
            help="ISO 639 codes of source and target, like eng-fra; or one such pair for each "
            "file, whose targets are one language: then one model learns to read all of them",
        )
        parser.add_argument(
            "--turned", action="store_true", help="the file has the target first, then the source"
        )
        parser.add_argument(
            "--tokeniser", choices=sorted(tokenisers()), default="pieces", help="how text is split"
        )
        parser.add_argument(
            "--vocabulary", type=int, default=4000, help="tokens, of both languages"
        )
        parser.add_argument(
            "--held-out", type=int, default=2000, help="sources each to test, validate"
        )

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        for name, value, least in (
            ("held-out", options.held_out, 0), ("vocabulary", options.vocabulary, 1),
        ):  # fmt: skip
            if value < least:
                raise ValueError(f"{name}: expected {least} or more, not {value}")
        split, parts = self._read(options, recipe.seed)
        whole = together(parts)
        if UNDETERMINED in (whole.source, whole.target):
            print(
                "The languages are not said: --languages eng-fra would name them", file=sys.stderr
            )
        if not split.test:
            print("No sentence is held out: this model cannot be measured", file=sys.stderr)
        about = About(
            whole.source, whole.target, whole.data, whole.sha256, recipe.seed, options.held_out,
            options.vocabulary, whole.test, self.name, options.turned,
            tuple(parts) if len(parts) > 1 else (),
        )  # fmt: skip
        splits = tokeniser(options.tokeniser)
        vocabulary = kept(options.out, splits, about)
        if vocabulary is None:
            text = (side for pair in split.train for side in pair)
            vocabulary = splits.train(text, options.vocabulary)
        corpus = Corpus(split.train, vocabulary, recipe.tokens, recipe.longest)
        valid = readable(split.valid, vocabulary)
        told = (
            f"{len(split.train) - corpus.too_long:,} pairs to train on ({corpus.too_long:,} are "
            f"longer than {corpus.longest} {vocabulary.kind} and left out), {len(valid):,} sources "
            f"to validate, {len(split.test):,} to test, {len(vocabulary):,} {vocabulary.kind}"
        )
        return Data(corpus, vocabulary, valid, about, told)

    def _read(self, options: argparse.Namespace, seed: int) -> tuple[Split, list[Part]]:
        """All pairs, split, and what each pair of languages has of them: what is held out of one
        does not depend on which others are learnt with it."""
        files: dict[tuple[str, str], list[Path]] = {}
        told = options.languages * (len(options.data) if len(options.languages) == 1 else 1)
        if len(told) != len(options.data):
            raise ValueError(
                f"--languages: expected one pair, or one for each of the {len(options.data)} "
                f"files, not {len(told)}"
            )
        for pair, path in zip(told, options.data, strict=True):
            files.setdefault(languages(pair), []).append(path)
        if len({target for _, target in files}) > 1:
            raise ValueError(
                "one model writes one language, for nothing tells it which is wanted: train one "
                "model for each target"
            )
        whole, parts = Split([], {}, {}), []
        for (source, target), paths in files.items():
            pairs = read_all(paths, lambda line: print(line, file=sys.stderr), options.turned)
            split = split_pairs(self.chosen(pairs, source), options.held_out, seed)
            whole.train.extend(split.train)
            whole.valid.update(split.valid)
            whole.test.update(split.test)
            names = ", ".join(path.name for path in paths)
            parts.append(
                Part(source, target, names, fingerprint(*paths), fingerprint_of(split.test))
            )
        return whole, parts

    def chosen(self, pairs: list[Pair], source: str) -> list[Pair]:
        """Those of the pairs that are learnt from and measured on."""
        return pairs

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Held-out loss, BLEU and the attention of a few fixed sentences."""
        valid, vocabulary = data.held, data.vocabulary
        if not valid:
            return {}
        held = [
            ([*vocabulary.encode(s), vocabulary.end], vocabulary.encode(t[0]))
            for s, t in list(valid.items())[:WEIGHED]
        ]
        parts = [loss(batch([pair], vocabulary)) for pair in held]
        shown = [translated(model, vocabulary, source) for source in list(valid)[:TRANSLATED]]
        import sacrebleu  # heavy, and only training needs it here

        bleu = sacrebleu.corpus_bleu(
            [text for text, _ in shown], [[t[0] for t in list(valid.values())[:TRANSLATED]]]
        )
        return {
            "held_out_loss": round(sum(p for p, _ in parts) / sum(n for _, n in parts), 4),
            "bleu": round(bleu.score, 2),
            "attention": [
                {"source": source, "target": text, "weights": weights}
                for source, (text, weights) in list(zip(valid, shown))[:SHOWN]
            ],
        }


def translated(model: Model, vocabulary: Tokeniser, source: str) -> tuple[str, list[list[float]]]:
    """The greedy translation, and its weights (T, S)."""
    device = next(model.parameters()).device
    ids = torch.tensor([[*vocabulary.encode(source), vocabulary.end]], device=device)
    writable = Writable.of(vocabulary, device)
    found = search(model, ids, writable, limit=2 * ids.shape[1] + 10)
    weights = [
        one.all("weights")[0].flatten(0, 2).mean(0)  # (S,), over layers and heads
        for depth in found.depths
        for one in depth.prediction.attentions
        if one.name == "cross"
    ]
    return vocabulary.decode([node.token for node in found.nodes]), [
        np.round(row.cpu().float().numpy().astype(float), 3).tolist() for row in weights
    ]
