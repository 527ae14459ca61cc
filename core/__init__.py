"""Heed's core: `load` a model by name or folder, `translate`, look at the trace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.trace import Trace

if TYPE_CHECKING:
    from core.translator import Translator


def load(name: str | Path) -> Translator:
    """The model called `name`, such as "eng-fra-general", or the one in a folder that training
    wrote, such as "runs/my-model". A name goes before a folder of the same name.

    Raises UnknownModel, a KeyError that lists the names there are, or ModelError when its folder
    is damaged.
    """
    from core import manifest
    from core.about import About, read_about

    folder = Path(name)
    if str(name) in manifest.entries() or not folder.is_dir():
        manifest.entry(str(name))  # a wrong name is told before torch is imported
        from core.translator import Translator

        return Translator.load(str(name))
    from core.translator import Translator

    about = read_about(folder) or About()
    return Translator.read(folder.resolve(), about.source, about.target)


def _picture(trace: Trace) -> str:
    from core.views.decode import notebook

    return notebook(trace)


# A notebook shows a trace as the interactive picture. The trace stands below the stage that draws
# it and must not know it; here, at the front door, the two meet.
Trace._repr_html_ = _picture
