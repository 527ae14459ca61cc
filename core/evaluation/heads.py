"""What the loss of one attention head costs a Transformer, for every head it has.

A head is switched off, all others stay, and the same references are forced again: the rise of the
cross-entropy per piece in nats. Single heads were measured so, by BLEU, in Michel et al. 2019
(arXiv 1905.10650, section 3.2). A head that costs nothing alone may still be needed where another
one that does the same is missing too: costs do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from core.evaluation.bootstrap import estimate
from core.evaluation.forced import Forced, Pieces, force
from core.measurements.table import Row
from core.translator import Translator
from core.whatif import WhatIf

FIRST = 200  # sentences of the test part; every head reads them once


def head_names(translator: Translator) -> list[str]:
    """Every head, "encoder.1.1" and so on; none where the model is no Transformer."""
    return [
        f"{one.block}.{layer}.{head}"
        for one in (translator.facts.attentions if "heads" in translator.facts.has else ())
        for layer in range(1, one.layers + 1)
        for head in range(1, one.heads + 1)
    ]


def head_costs(
    translators: Mapping[str, Translator],
    pairs: Sequence[tuple[str, str]],
    seed: int,
    progress: Callable[[Iterable, str], Iterable] = lambda items, what: items,
) -> list[Row]:
    """A row for each head of each Transformer, on `pairs` of a source and its reference.

    The interval is that of the mean rise, sentences drawn again. End marks count as pieces.
    """
    rows = []
    like = Row("", "head_cost", 0.0, count=len(pairs), slice=f"first {len(pairs)} of test")
    for name, translator in translators.items():
        encode = translator.vocabulary.encode
        pieces = [Pieces(encode(source), encode(target)) for source, target in pairs]
        whole = None
        for head in progress(head_names(translator), f"heads of {name}"):
            whole = whole or force(translator.model, pieces, translator.vocabulary)
            without = force(translator.model, pieces, translator.vocabulary, WhatIf(heads=(head,)))
            found = estimate(_rise(whole, without), seed)
            rows.append(like._replace(model=name, block=head, **found._asdict()))
    return rows


def _rise(whole: Sequence[Forced], without: Sequence[Forced]) -> np.ndarray:
    """(N, 2): how many nats each sentence loses in all, over how many pieces."""
    return np.array(
        [
            (one.log_probs.sum() - other.log_probs.sum(), len(one.log_probs))
            for one, other in zip(whole, without, strict=True)
        ]
    )
