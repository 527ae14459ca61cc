"""Heed's core: `load` a model by name, `translate`, look at the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.translator import Translator


def load(name: str) -> Translator:
    """The model called `name`, such as "eng-fra-general".

    Raises UnknownModel, a KeyError that lists the names there are, or ModelError when its folder
    is damaged.
    """
    from core import manifest

    manifest.entry(name)  # a wrong name is told before torch is imported
    from core.translator import Translator

    return Translator.load(name)
