"""A folder of each family, saved once, and both readings of it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from core import load
from core.translator import Translator
from tests import tolerance
from tests.huggingface import making

LANGUAGES = {"m2m_100": {"source": "en", "target": "fr"}}


class Both(NamedTuple):
    """A model as Heed reads it, and as transformers does."""

    ours: Translator
    theirs: object
    tokeniser: object
    family: str


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory):
    """The folder of a family."""
    return cache(lambda family: making.save(family, tmp_path_factory.mktemp(family) / family))


@pytest.fixture(scope="session")
def both(folder_of):
    """Both readings of a family."""

    @cache
    def found(family: str) -> Both:
        folder = folder_of(family)
        ours = load(folder, **LANGUAGES.get(family, {}))
        theirs, tokeniser = making.read(family, folder)
        if family in LANGUAGES:
            tokeniser.src_lang = "en"
        return Both(ours, theirs, tokeniser, family)

    return found


def check_matrices(model, found, stream, block: str, layer: int) -> None:
    """What a layer's heads read and add is made by the matrices that the model names."""
    own, head = model.projections(block, layer), found.attentions[block]
    sub = next(one for one in stream.sublayers if one.name == f"{block}.{layer}")
    W, b, mixing, last = (
        part.detach().numpy() for part in (own.W_Q, own.b_Q, own.W_O, own.b_O)
    )  # fmt: skip
    queries = np.einsum("hde,qe->hqd", W, sub.given) + b[:, None]
    assert queries == pytest.approx(head.queries[layer - 1], abs=1e-4)
    read = sub.given if block != "cross" else found.memory
    W, b = own.W_K.detach().numpy(), own.b_K.detach().numpy()
    keys = np.einsum("hde,ke->hkd", W, read) + b[:, None]
    assert keys == pytest.approx(head.keys[layer - 1], abs=1e-4)
    added = np.einsum("hed,hqd->qe", mixing, head.context[layer - 1]) + last
    assert added == pytest.approx(sub.added, abs=1e-4)


def check_alike(trace, other) -> None:
    """Two traces tell the same search, up to how their numbers were summed."""
    assert trace.leaves == other.leaves and trace.text == other.text
    for one, same in zip(trace.steps, other.steps, strict=True):
        assert (one.token, one.parent, one.fate) == (same.token, same.parent, same.fate)
        assert (one.log_prob, one.total, one.score) == tolerance.log_prob(
            (same.log_prob, same.total, same.score)
        )
    for one, same in zip(trace.attentions, other.attentions, strict=True):
        assert one.weights == tolerance.weights(same.weights)


@pytest.fixture
def trained_folder() -> Path:
    """A BERT of 6 × 12 heads that was trained, where HEED_HF names the folder of one."""
    place = os.environ.get("HEED_HF")
    if not place:
        pytest.skip("HEED_HF names no folder of a trained model")
    return Path(place)
