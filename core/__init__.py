"""Heed's core: `load` a model by name or folder, `translate`, look at the trace; or `show` any
attention."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core.trace import Trace

if TYPE_CHECKING:
    from core.translator import Translator
    from core.views.show import Shown


def load(name: str | Path) -> Translator:
    """The model called `name`, such as "eng-fra-general", or the one in a folder that training
    wrote, such as "runs/my-model". A name goes before a folder of the same name.

    Raises UnknownModel, a KeyError that lists the names there are, or ModelError when its folder
    is damaged.
    """
    from core import manifest

    folder, known = Path(name), {}
    with suppress(manifest.ModelError):  # an own model needs no box
        known = manifest.entries()
    if str(name) in known or not folder.is_dir():
        manifest.entry(str(name))  # a wrong name is told before torch is imported
        from core.translator import Translator

        return Translator.load(str(name))
    from core.translator import Translator

    about = manifest.about_of(folder)
    return Translator.read(folder.resolve(), about.source, about.target)


def show(
    weights, queries=None, keys=None, *, scores=None, visible=None, title="", language="en"
) -> Shown:
    """Attention from anywhere as the interactive picture: in a notebook it shows itself, and
    `.save("attention.html")` makes a page of it.

    `weights` is an array of numpy or torch, or nested lists: (queries, keys), (heads, queries,
    keys) or (layers, heads, queries, keys); what a Hugging Face model returns for one sentence as
    `attentions` fits as it is. `queries` and `keys` are labels, `scores` what went into the
    softmax, `visible` False where a mask was, `language` that of the picture in a notebook.

    Raises ValueError for what does not fit; it says what would. See `core.arrays`.
    """
    from core.arrays import trace_of
    from core.views.show import Shown

    return Shown(trace_of(weights, queries, keys, scores, visible, title), language)


def _picture(trace: Trace) -> str:
    if trace.tree is None:
        from core.views.show import notebook
    else:
        from core.views.decode import notebook

    return notebook(trace)


def _bundle(trace: Trace, include=None, exclude=None) -> dict[str, str]:
    """What a notebook keeps of a trace: the interactive picture, and what stands for it where no
    script may run: a still one, and a line of text."""
    from core.figures.still import still

    return {
        "text/plain": repr(trace), "text/html": _picture(trace), "image/svg+xml": still(trace)
    }  # fmt: skip


# A notebook shows a trace as the interactive picture. The trace stands below the stage that draws
# it and must not know it; here, at the front door, the two meet.
Trace._repr_html_ = _picture
Trace._repr_mimebundle_ = _bundle
