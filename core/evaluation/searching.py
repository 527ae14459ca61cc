"""What the search is worth: BLEU and probability against the beam's width and the length penalty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch

from core.evaluation.bootstrap import estimate
from core.evaluation.quality import HeldOut, compared
from core.evaluation.table import Row
from core.search import Penalty, search
from core.translator import Translator, room

FIRST = 500  # test sentences
WIDTHS = (1, 2, 4, 8)
ALPHAS = (0.2, 0.6, 1.0, 1.4)  # of Wu et al. 2016; 0 is no penalty
ALPHA_WIDTH = 4


def settings() -> dict[str, tuple[int, Penalty]]:
    """The searches that are measured, by what the table calls them."""
    found = {setting(width): (width, Penalty()) for width in WIDTHS}
    for alpha in ALPHAS:
        found[setting(ALPHA_WIDTH, alpha)] = (ALPHA_WIDTH, Penalty("wu", alpha))
    return found


def setting(width: int, alpha: float = 0.0) -> str:
    return f"beam={width} alpha={alpha:g}"


def searching(
    translators: Mapping[str, Translator], held: HeldOut, seed: int, progress
) -> Iterator[Row]:
    """BLEU, mean log-probability and mean length of each model's translations by each search.

    On the first FIRST test sentences, against the first translation of each.
    """
    sources = list(held.test)[:FIRST]
    references = [[held.test[source][0] for source in sources]]
    like = Row("", "", 0.0, slice=f"first {len(sources)} of test", count=len(sources))
    for name, (width, penalty) in settings().items():
        here = like._replace(setting=name)
        texts: dict[str, list[str]] = {}
        for model, translator in translators.items():
            found = [
                translation(translator, source, width, penalty)
                for source in progress(sources, f"{model} {name}")
            ]
            texts[model] = [text for text, _, _ in found]
            for measure, values in (
                ("log_prob", [total for _, total, _ in found]),
                ("length", [length for _, _, length in found]),
            ):
                parts = np.array([(value, 1.0) for value in values])
                yield here._replace(
                    model=model, measure=measure, **estimate(parts, seed)._asdict()
                )
        yield from compared(texts, references, seed, here, ["bleu"])


def translation(
    translator: Translator, source: str, width: int, penalty: Penalty
) -> tuple[str, float, int]:
    """The best translation that a search finds, its log-probability and its length in pieces."""
    tokens = translator.vocabulary.source_tokens(source)
    found = search(
        translator.model,
        torch.tensor([[token.id for token in tokens]]),
        beam=width,
        best=1,
        penalty=penalty,
        limit=room(len(tokens)),
    )
    node = found.nodes[found.leaves[0]]
    ids, index = [], found.leaves[0]
    while index is not None:
        ids.append(found.nodes[index].token)
        index = found.nodes[index].parent
    return translator.vocabulary.decode(ids[::-1]).strip(), node.total, len(ids)
