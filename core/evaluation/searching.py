"""What a search is worth: BLEU and probability against beam width and length penalty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import torch

from core.evaluation.bootstrap import estimate
from core.evaluation.quality import HeldOut, compared
from core.measurements.table import Row, setting
from core.penalties import Penalty
from core.search import search
from core.translator import Translator, room

FIRST = 500  # test sentences
WIDTHS = (1, 2, 4, 8)
ALPHAS = (0.2, 0.6, 1.0, 1.4)  # of Wu et al. 2016; 0 is no penalty
ALPHA_WIDTH = 4
SEARCHES = {
    **{setting(width): (width, Penalty()) for width in WIDTHS},
    **{setting(ALPHA_WIDTH, alpha): (ALPHA_WIDTH, Penalty("wu", alpha)) for alpha in ALPHAS},
}


class Best(NamedTuple):
    """The best translation that a search found."""

    text: str
    total: float  # log-probability in nats
    length: int  # pieces, the end mark included


def searching(
    translators: Mapping[str, Translator], held: HeldOut, seed: int, progress
) -> Iterator[Row]:
    """BLEU, mean log-probability and mean length of each model's translations by each search.

    On the first FIRST test sentences, against the first translation of each; BLEU is compared with
    that of the model's own greedy translations.
    """
    sources = list(held.test)[:FIRST]
    references = [[held.test[source][0] for source in sources]]
    like = Row("", "", 0.0, slice=f"first {len(sources)} of test", count=len(sources))
    for model, translator in translators.items():
        texts = {}
        for name, (width, penalty) in SEARCHES.items():
            bar = progress(sources, f"{model} {name}")
            found = [best(translator, source, width, penalty) for source in bar]
            texts[name] = [one.text for one in found]
            here = like._replace(model=model, setting=name)
            for measure, values in (
                ("log_prob", [one.total for one in found]),
                ("length", [one.length for one in found]),
            ):
                parts = np.array([(value, 1.0) for value in values])
                yield here._replace(measure=measure, **estimate(parts, seed)._asdict())
        greedy = setting(1)
        for name in texts:
            both = {name: texts[name], greedy: texts[greedy]}
            for row in compared(both, references, seed, like, ["bleu"]):
                if row.model == name:
                    yield row._replace(model=model, setting=name)


def best(translator: Translator, source: str, width: int, penalty: Penalty) -> Best:
    """The best translation of `source` by a beam of that `width`, as `Translator.translate` finds
    it, without a trace."""
    tokens = translator.vocabulary.source_tokens(source)
    found = search(
        translator.model,
        torch.tensor([[token.id for token in tokens]]),
        translator.writable,
        beam=width,
        best=1,
        penalty=penalty,
        limit=room(len(tokens)),
    )
    path = found.best()
    text = translator.vocabulary.decode([node.token for node in path]).strip()
    return Best(text, path[-1].total, len(path))
