"""A folder of each family, saved once, and both readings of it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from core import load
from core.translator import Translator
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


@pytest.fixture
def trained_folder() -> Path:
    """A BERT of 6 × 12 heads that was trained, where HEED_HF names the folder of one."""
    place = os.environ.get("HEED_HF")
    if not place:
        pytest.skip("HEED_HF names no folder of a trained model")
    return Path(place)
