"""From the name of a model, its folder, or the model itself, to what can be asked: the facade whose
verb it knows. What is heavy is imported when a model is opened."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core import manifest
from core.facts import ANSWERS, CAPTIONS, READS, WRITES
from core.foreign import is_huggingface

if TYPE_CHECKING:
    from core.translator import Translator

HUB = re.compile(r"[\w.-]+/[\w.-]+")  # how the hub of Hugging Face calls a model


def load(name: str | Path, *, source: str | None = None, target: str | None = None) -> Translator:
    """See `core.load`."""
    folder, called, entries = Path(name), Path(name).resolve().name, {}
    with suppress(manifest.ModelError):  # an own model needs no box
        entries = manifest.entries()
    if str(name) in entries and not (source or target):
        return opened(entries[str(name)])
    elsewhere = not folder.is_dir() and not folder.parent.is_dir()
    if str(name) in entries:
        folder = entries[str(name)].folder
    elif elsewhere and HUB.fullmatch(str(name)):
        from core.models.huggingface import fetched

        folder = fetched(str(name))
    if is_huggingface(folder):
        from core.models.huggingface import open_folder

        return _asked(called, open_folder(folder, source, target))
    if source or target:
        raise ValueError(f"the languages of {name} are its own: leave source and target out")
    if not folder.is_dir():
        manifest.entry(str(name))  # a wrong name is told before torch is imported
    about = manifest.about_of(folder)
    return _read(folder.resolve(), about.source, about.target)


def opened(entry: manifest.Entry) -> Translator:
    """A model that pages know. Raises ModelError for a folder that is damaged, and for one that the
    memory of this machine or its libraries do not do for."""
    if is_huggingface(entry.folder):
        from core.about import UNDETERMINED
        from core.models.huggingface import open_folder

        told = (None if code == UNDETERMINED else code for code in (entry.source, entry.target))
        return _asked(entry.name, open_folder(entry.folder, *told))
    return _read(manifest.check_files(entry), entry.source, entry.target)


def wrap(
    model, tokenizer, *, name: str = "", source: str | None = None, target: str | None = None
) -> Translator:
    """See `core.wrap`."""
    from core.models.huggingface import adapt

    found = adapt(model, tokenizer, source, target)
    return _asked(name or found.called, found)


def _read(folder: Path, source: str, target: str) -> Translator:
    """What training wrote into a folder."""
    from core.checkpoint import load_model

    model, vocabulary = load_model(folder)
    return _facade(model.facts().does)(folder.name, source, target, model, vocabulary)


def _asked(name: str, found) -> Translator:
    """The facade of what the adapter opened."""
    facade = _facade(found.model.does)
    return facade(name, found.source, found.target, found.model, found.tokens)


def _facade(does: str) -> type[Translator]:
    """The facade of models that do that: one of DOES."""
    from core.answerer import Answerer
    from core.captioner import Captioner
    from core.reader import Reader
    from core.translator import Translator
    from core.writer import Writer

    own = {READS: Reader, WRITES: Writer, ANSWERS: Answerer, CAPTIONS: Captioner}
    return own.get(does, Translator)
