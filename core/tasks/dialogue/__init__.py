"""Dialogue: a turn is read, and an answer to it written, in the same language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.corpus import Pair
from core.models import Model
from core.tasks import Asked, Data, Evaluated, Measure
from core.tasks.dialogue.fit import fit, unfit
from core.tasks.translation import SHOWN, TRANSLATED, WEIGHED, Translation, translated
from core.tasks.translation.corpus import batch
from core.translator import Translator


class Dialogue(Translation):
    """From a turn to an answer, as pairs of a file have them."""

    name = "dialogue"
    headline = "different"
    recipe = {"epochs": 10, "smoothing": 0.0}
    model = {"size": 256, "encoder_layers": 1, "decoder_layers": 1, "dropout": 0.3}

    def chosen(self, pairs: list[Pair], source: str) -> list[Pair]:
        """Those that one may show to a class, and a turn's own answer to each once: see `fit`."""
        return list(dict.fromkeys(pair for pair in pairs if fit(pair, source)))

    def withheld(self, text: str, language: str) -> bool:
        """Whether a turn holds a word that is kept out of training: an answer to it would be noise,
        and might hurt."""
        return unfit(text, language)

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Held-out loss, the share of different greedy answers, that of the commonest one, and the
        attention of a few fixed turns. How like a reference an answer is tells nothing: there are
        many right ones (Liu et al. 2016, arXiv 1603.08023)."""
        valid, vocabulary = data.held, data.vocabulary
        if not valid:
            return {}
        pairs = [
            ([*vocabulary.encode(turn), vocabulary.end], vocabulary.encode(answers[0]))
            for turn, answers in list(valid.items())[:WEIGHED]
        ]
        parts = [loss(batch([pair], vocabulary)) for pair in pairs]
        turns = list(valid)[:TRANSLATED]
        shown = [translated(model, vocabulary, turn) for turn in turns]
        times = Counter(text for text, _ in shown)
        return {
            "held_out_loss": round(sum(p for p, _ in parts) / sum(n for _, n in parts), 4),
            "different": round(len(times) / len(shown), 4),
            "commonest": round(max(times.values()) / len(shown), 4),
            "attention": [
                {"source": turn, "target": text, "weights": weights}
                for turn, (text, weights) in list(zip(turns, shown))[:SHOWN]
            ],
        }

    def evaluate(
        self, facade: Translator, folder: Path, data: Sequence[Path], asked: Asked
    ) -> Evaluated:
        from core.tasks.dialogue.evaluation import evaluate

        return evaluate(facade, folder, data, asked)
