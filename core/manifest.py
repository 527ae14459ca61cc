"""What `pretrained/manifest.json` says: which models there are, without loading any (no torch).

Each model is a folder beside the manifest; its entry has the SHA-256 of every file and a golden
sentence with the translation that the model must give.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

MODELS = Path(__file__).parents[1] / "pretrained"
SCORES = Path(__file__).with_name("scores")


class ModelError(Exception):
    """A model that cannot be used; the message names the file and what to do."""


class UnknownModel(ModelError, KeyError):
    """A name that no model has."""

    __str__ = Exception.__str__  # KeyError would quote the message


@dataclass(frozen=True)
class Entry:
    """One model of the manifest."""

    name: str
    source: str  # ISO 639-3 code of the language it reads
    target: str  # and of the one it writes
    score: str | None
    cell: str
    sentence: str  # the golden sentence
    translation: str  # what greedy decoding must make of it
    files: dict[str, str] = field(repr=False)  # name of each file -> its SHA-256


def entries(models: Path = MODELS) -> dict[str, Entry]:
    """The models by name. Raises ModelError when the manifest is missing or broken."""
    path = models / "manifest.json"
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        return {name: Entry(name=name, **entry) for name, entry in listed.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path} cannot be read ({error}); restore it from the repository"
        ) from error


def entry(name: str, models: Path = MODELS) -> Entry:
    """The entry called `name`. Raises UnknownModel, which lists the names there are."""
    known = entries(models)
    if name not in known:
        raise UnknownModel(f"no model {name!r}; there are {', '.join(known) or 'none'}")
    return known[name]


def check_files(found: Entry, models: Path = MODELS) -> Path:
    """The folder of a model whose files are all there and unaltered.

    Raises ModelError that names the first file that is not.
    """
    folder = models / found.name
    for name, digest in found.files.items():
        path = folder / name
        try:
            status = os.stat(path)
        except OSError as error:
            raise ModelError(
                f"{path} is missing or cannot be read; restore it from the repository"
            ) from error
        if _digest(str(path), status.st_size, status.st_mtime_ns) != digest:
            raise ModelError(
                f"{path} is not the file that the manifest describes: it was cut off or altered; "
                f"restore it from the repository"
            )
    return folder


@cache
def _digest(path: str, size: int, modified: int) -> str:
    """SHA-256; the size and time are there so that a changed file is read again."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def write_entry(found: Entry, models: Path = MODELS) -> None:
    """Adds the entry to the manifest, or replaces the one of that name."""
    path = models / "manifest.json"
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    plain = asdict(found)
    listed[plain.pop("name")] = plain
    path.write_text(
        json.dumps(dict(sorted(listed.items())), ensure_ascii=False, indent=2) + "\n",
        encoding="utf-8",
    )


def untrained(known: dict[str, Entry]) -> list[str]:
    """The score functions that no recurrent model of these has: a Transformer's heads have theirs
    by nature, and say nothing of how it compares with the others.

    Their names are read from their files: to load them would load torch.
    """
    trained = {entry.score for entry in known.values() if entry.cell != "Transformer"}
    return [name for name in _scores() if name not in trained]


def training(score: str) -> str:
    """The commands that train a model with that score and put it into the box."""
    return (
        f"python -m core.training eng-fra.tsv.gz --score {score} --out runs/eng-fra-{score}\n"
        f"python -m core.evaluation runs/eng-fra-{score} --data eng-fra.tsv.gz --publish"
    )


@cache
def _scores() -> list[str]:
    return [
        ast.literal_eval(line.value)
        for path in sorted(SCORES.glob("[!_]*.py"))
        for item in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(item, ast.ClassDef)
        for line in item.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "name"
    ]
