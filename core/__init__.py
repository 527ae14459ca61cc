"""Heed's core: `load` a model by name, `translate`, look at the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.trace import Trace

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


def _picture(trace: Trace) -> str:
    from core.views.decode import notebook

    return notebook(trace)


# A notebook shows a trace as the interactive picture. The trace stands below the stage that draws
# it and must not know it; here, at the front door, the two meet.
Trace._repr_html_ = _picture
