"""Which models there are, without loading any (no torch).

The models in the box are folders beside `pretrained/manifest.json`, whose entry for each has the
SHA-256 of every file and a golden sentence with the translation that the model must give. Own
models are folders that training wrote, in the places that the environment variable HEED_MODELS
names: each is such a folder, or one of Hugging Face, or holds some.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from core.about import TRANSLATION, About, read_about
from core.digests import digest_at
from core.facts import FILE as FACTS
from core.facts import Facts
from core.foreign import CONFIG, is_huggingface
from core.huggingface import look
from core.huggingface.facts import facts_of, languages_of
from core.opening import WEIGHTS, Opening, first, read_opening
from core.plain import parsed
from core.record import examples
from core.refusals import ModelError

MODELS = Path(__file__).parents[1] / "pretrained"
PLACES = "HEED_MODELS"


# Models besides those, which only whoever asks now may see: an app that knows its visitors puts a
# function here that says which.
besides: Callable[[], Mapping[str, Entry]] = dict


class UnknownModel(ModelError, KeyError):
    """A name that no model has."""

    __str__ = Exception.__str__  # KeyError would quote the message


@dataclass(frozen=True)
class Entry:
    """One model. `folder` and `own` are where it was found; the rest is what stands there."""

    name: str
    source: str  # ISO 639-3 code of the language it reads, "und" where nobody said
    target: str  # and of the one it writes
    facts: Facts
    sentence: str  # the golden sentence, or for an own model the first of its examples
    translation: str | None = None  # what greedy decoding must make of it; None for an own model
    opens: Opening | None = None  # None where there is one attention, or none
    files: dict[str, str] = field(default_factory=dict, repr=False)  # name of each -> its SHA-256
    folder: Path = Path()
    own: bool = False
    examples: tuple[str, ...] = ()  # sentences to begin with, of an own model
    task: str = TRANSLATION  # what it was trained for: the name of a folder in `core/tasks`
    stamp: str = ""  # which weights they are, where that is told by other than their digest

    @property
    def score(self) -> str | None:
        return self.facts.score

    @property
    def cell(self) -> str:
        return self.facts.cell

    @property
    def digest(self) -> str:
        """Which weights it has, by their SHA-256 or otherwise; empty where they cannot be read."""
        return self.stamp or self.digest_of(WEIGHTS)

    def digest_of(self, file: str) -> str:
        """The SHA-256 of that file of its folder; empty where it cannot be read."""
        return digest_at(self.folder / file) if self.own else self.files.get(file, "")


class Found(NamedTuple):
    """All models by name, and a sentence about each own one that is left out."""

    entries: dict[str, Entry]
    refused: tuple[str, ...]


def entries(models: Path = MODELS) -> dict[str, Entry]:
    """The models by name: those in the box, then own ones. Raises ModelError when the manifest is
    missing or broken, and no place of own ones is named."""
    return found(models).entries


def found(models: Path = MODELS) -> Found:
    """As `entries`, with what is left out: a broken own folder, a name that is there already, all
    of the box where its manifest cannot be read."""
    known, refused = {}, []
    try:
        known = shipped(models)
    except ModelError as error:
        if PLACES not in os.environ:
            raise
        refused.append(str(error))
    for place in filter(None, os.environ.get(PLACES, "").split(os.pathsep)):
        folders = _folders(Path(place), refused)
        for folder in folders:
            try:
                _add(folder, known)
            except ModelError as error:
                refused.append(str(error))
            except Exception as error:  # one odd folder is no reason for pages to show none
                refused.append(
                    f"{folder} is left out: it cannot be read ({type(error).__name__}); restore "
                    "it, or save the model again"
                )
        if not folders:
            refused.append(
                f"{place} holds no model, but {PLACES} names it: it should be a folder that "
                "python -m core.training or Hugging Face wrote, or one with such folders in it"
            )
    return Found({**known, **besides()}, tuple(refused))


def _folders(place: Path, refused: list[str]) -> list[Path]:
    """The folders of models at a place: itself, or those in it. What may not be looked into is
    told."""
    found = []
    try:
        for folder in [place, *(sorted(place.iterdir()) if place.is_dir() else [])]:
            try:
                found += [folder] * (folder / CONFIG).is_file()
            except OSError as error:
                refused.append(f"{folder} cannot be looked into ({error.strerror}): it is left out")
    except OSError as error:
        refused.append(f"{place} cannot be looked into ({error.strerror}): it is left out")
    return found


def _add(folder: Path, known: dict[str, Entry]) -> None:
    """Adds the model in a folder to those that are known. Raises ModelError where it cannot be
    read, and where another has its name."""
    name = folder.resolve().name
    if name not in known:
        known[name] = own(folder)
    elif known[name].own or known[name].digest != digest_at(folder / WEIGHTS):
        raise ModelError(  # else it is the very model, once it was put into the box
            f"{folder} is left out: {known[name].folder} has a model called {name} too; rename one "
            "of the folders"
        )


def shipped(models: Path = MODELS) -> dict[str, Entry]:
    """The models in the box. Raises ModelError when the manifest is missing or broken."""
    path = models / "manifest.json"
    try:
        status = path.stat()
        return dict(_shipped(models, status.st_size, status.st_mtime_ns))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(
            f"{path} cannot be read ({error}); restore it from the repository"
        ) from error


@lru_cache(maxsize=4)
def _shipped(models: Path, size: int, modified: int) -> dict[str, Entry]:
    """As the manifest lists them; size and time are there so that a changed one is read again."""
    listed = json.loads((models / "manifest.json").read_text(encoding="utf-8"))
    return {name: _read(name, dict(plain), models) for name, plain in listed.items()}


def _read(name: str, plain: dict, models: Path) -> Entry:
    facts, opens = Facts.read(plain.pop("facts")), plain.pop("opens")
    return Entry(
        name=name, facts=facts, opens=opens and Opening(**opens), folder=models / name, **plain
    )


def own(folder: Path) -> Entry:
    """The model in a folder that training or Hugging Face wrote. Raises ModelError that names the
    file at fault."""
    if is_huggingface(folder):
        return _foreign(folder)
    if not (folder / WEIGHTS).is_file():
        raise ModelError(f"{folder / WEIGHTS} is missing: the model is left out; train it again")
    try:
        facts = Facts.read(parsed((folder / FACTS).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder / FACTS} is missing: an earlier version of Heed wrote this model; measuring "
            f"it adds the file: python -m core.evaluation {folder} --data PAIRS"
        ) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{folder / FACTS} cannot be read ({error}); train it again") from error
    about = about_of(folder)
    sentences = tuple(examples(folder)) or ("?",)
    return Entry(
        folder.resolve().name, about.source, about.target, facts, sentences[0],
        opens=read_opening(folder, facts), folder=folder, own=True, examples=sentences,
        task=about.task,
    )  # fmt: skip


def _foreign(folder: Path) -> Entry:
    """The model of another library in a folder, as far as its settings say what it is."""
    return _looked(folder, tuple(
        (path.name, told.st_size, told.st_mtime_ns)
        for path in sorted(folder.iterdir())
        for told in [path.stat() if path.exists() else path.lstat()]  # or a link to nowhere
    ))  # fmt: skip


@lru_cache(maxsize=64)
def _looked(folder: Path, files: tuple[tuple[str, int, int], ...]) -> Entry:
    """Sizes and times of its files are there so that a changed folder is looked at again."""
    described = look(folder)
    facts, (source, target) = facts_of(described), languages_of(folder, described)
    sentences = (described.example,)
    return Entry(
        folder.resolve().name, source, target, facts, sentences[0],
        opens=first(facts), folder=folder, own=True, examples=sentences, stamp=described.stamp,
    )  # fmt: skip


def about_of(folder: Path) -> About:
    """What stands in the folder of an own model, or that nobody said. Raises ModelError where that
    is broken."""
    try:
        return read_about(folder) or About()
    except ValueError as error:
        raise ModelError(f"{error}; train the model again") from error


def entry(name: str, models: Path = MODELS) -> Entry:
    """The entry called `name`. Raises UnknownModel, which lists the names there are."""
    known = entries(models)
    if name not in known:
        there = ", ".join(known) or "none"
        raise UnknownModel(f"no model {name!r}; there are {there}, and any folder of a model")
    return known[name]


def check_files(found: Entry) -> Path:
    """The folder of a model whose files are all there and unaltered, as far as the manifest knows.

    Raises ModelError that names the first file that is not.
    """
    for name, digest in found.files.items():
        path = found.folder / name
        there = digest_at(path)
        if not there:
            raise ModelError(f"{path} is missing or cannot be read; restore it from the repository")
        if there != digest:
            raise ModelError(
                f"{path} is not the file that the manifest describes: it was cut off or altered; "
                f"restore it from the repository"
            )
    return found.folder


def write_entry(found: Entry, models: Path = MODELS) -> None:
    """Adds the entry to the manifest, or replaces the one of that name."""
    path = models / "manifest.json"
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    listed[found.name] = {
        "source": found.source,
        "target": found.target,
        "facts": found.facts.plain(),
        "opens": found.opens and asdict(found.opens),
        "sentence": found.sentence,
        "translation": found.translation,
        "task": found.task,
        "files": found.files,
    }
    _write(path, listed)


def drop_entry(name: str, models: Path = MODELS) -> None:
    """Takes the entry out of the manifest. Raises UnknownModel for a name that is not in it."""
    path = models / "manifest.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    if listed.pop(name, None) is None:
        raise UnknownModel(f"no model {name!r} is in the box; there are {', '.join(listed)}")
    _write(path, listed)


def _write(path: Path, listed: dict) -> None:
    text = json.dumps(dict(sorted(listed.items())), ensure_ascii=False, indent=2)
    new = path.with_suffix(".new")  # or a cut while it is written would take all models away
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(path)
