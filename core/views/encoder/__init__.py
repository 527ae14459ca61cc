"""Where h̄ comes from: what a recurrent encoder reads at each word, its state before and after, and
how open its gates are; of a Transformer all words at once, layer by layer.

Shape letters: S source tokens, D size of a state.
"""

from __future__ import annotations

import numpy as np

from core.formulas import mathml
from core.remembered import Encoded, Swept
from core.stage import tongues, whole_page, worded
from core.views.encoder import wire
from core.wire import packed
from core.words import say

NEEDS = ("encoder",)

# As `core.models.unrolling` computes them.
EQUATIONS = {
    "LSTM": {
        "input": r"i = \sigma(W_i x + U_i h + b_i)",
        "forget": r"f = \sigma(W_f x + U_f h + b_f)",
        "output": r"o = \sigma(W_o x + U_o h + b_o)",
        "candidate": r"g = \tanh(W_g x + U_g h + b_g)",
        "cell": r"c' = f \odot c + i \odot g",
        "state": r"h' = o \odot \tanh(c')",
    },
    "GRU": {
        "update": r"z = \sigma(W_z x + U_z h + b_z)",
        "reset": r"r = \sigma(W_r x + U_r h + b_r)",
        "candidate": r"n = \tanh(W_n x + b_n + r \odot (U_n h + c_n))",
        "state": r"h' = z \odot h + (1 - z) \odot n",
    },
    "RNN": {"state": r"h' = \tanh(W x + U h + b)"},
}


def payload(encoded: Encoded, language: str) -> wire.Payload:
    """What the script needs to draw how a sentence was read. Raises ValueError for a model without
    an encoder."""
    trace = encoded.trace
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} has no encoder: it reads no source")
    equations = EQUATIONS.get(trace.model.cell, {}) if encoded.sweeps else {}
    return {
        "stage": "encoder",
        "model": trace.model.name,
        "cell": trace.model.cell,
        "typed": trace.typed,
        "source": trace.source,
        "embedded": _half(encoded.embedded),
        "sweeps": [_swept(one) for one in encoded.sweeps],
        "layers": [_half(one) for one in encoded.layers],
        "memory": _half(encoded.memory),
        "attends": "cross-attention" in trace.model.has,
        "formulas": {name: mathml(latex) for name, latex in equations.items()},
        "tongues": tongues(trace.model),
        "strings": worded(trace, language, "stage", "encoder"),
        "language": language,
    }


def _swept(one: Swept) -> wire.Swept:
    return {
        "layer": one.layer,
        "backward": one.backward,
        "given": _half(one.given) if one.layer > 1 else None,
        "states": _half(one.states),
        "cells": None if one.cells is None else _half(one.cells),
        "gates": {name: _half(values) for name, values in one.gates.items()},
        "candidate": _half(one.candidate),
    }


def _half(array: np.ndarray) -> dict:
    return packed(array.astype(np.float16))


def named(encoded: Encoded) -> str:
    """What a file about it is called, without its ending."""
    return f"heed-encoder-{encoded.trace.model.name}"


def page(encoded: Encoded, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that shows it like the app, with nothing to fetch. `theme` is "auto" (the
    reader's), "light" or "dark"."""
    trace = encoded.trace
    data = {
        **payload(encoded, language), "theme": theme, "exports": {"name": named(encoded)},
    }  # fmt: skip
    return whole_page(
        data, say(language, "encoder.title"), trace.typed,
        say(language, "encoder.about", model=trace.model.name),
    )  # fmt: skip
