"""Heed's core: `load` a model by name or folder, or `wrap` one that you have; `translate`, `read`
or `write`, and look at the trace; or `show` any attention."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.facts import ANSWERS, CAPTIONS
from core.trace import Trace

if TYPE_CHECKING:
    from core.translator import Translator
    from core.views.show import Shown


def load(name: str | Path, *, source: str | None = None, target: str | None = None) -> Translator:
    """The model called `name`, such as "eng-fra-general", or the one in a folder: one that training
    wrote, such as "runs/my-model", or one of Hugging Face, by its path or as the hub calls it
    ("google-t5/t5-small", which may use the network and says so before; of some, such as
    "Helsinki-NLP/opus-mt-en-fr", the hub has a pickle alone, and how to convert it is said). A name
    goes before a folder of the same name, and a folder before a name of the hub.

    What a model can be asked is its verb: `translate`, `read`, `write`, `answer` or `caption`. Of a
    Hugging Face model `source` and `target` are the languages, for which one of many has to be
    told.

    Raises UnknownModel, a KeyError that lists the names there are, or ModelError when a folder
    cannot be read or the library that it needs is missing.
    """
    from core import loader

    return loader.load(name, source=source, target=target)


def wrap(
    model, tokenizer, *, name: str = "", source: str | None = None, target: str | None = None
) -> Translator:
    """A model of transformers and its tokenizer that you have loaded yourself, to be asked by its
    verb: `translate`, `read` or `write`. Nothing of either is changed, and no weight is copied.

    `name` is what pictures call it; `source` and `target` are as in `load`. Raises ModelError for a
    model that Heed does not read, ValueError for languages that do not fit.
    """
    from core import loader

    return loader.wrap(model, tokenizer, name=name, source=source, target=target)


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
    elif trace.model and trace.model.does == ANSWERS:
        from core.views.stories import notebook
    elif trace.model and trace.model.does == CAPTIONS:
        from core.views.pictures import notebook
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
