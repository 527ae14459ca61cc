"""The files of a Hugging Face folder, read only where they lie in it (no torch)."""

from __future__ import annotations

import os
from pathlib import Path

from core.plain import parsed
from core.refusals import Incomplete, ModelError

MOST_FILES = 10_000  # in a folder of a model, with all that is below it


def json_of(folder: Path, name: str) -> dict:
    """The JSON object in that file. Raises ModelError that says what is wrong with it."""
    path = inside(folder, name)
    try:
        found = parsed(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it is no JSON object")
        return found
    except FileNotFoundError as error:
        raise Incomplete(
            f"{folder / name} is missing: restore it, or save the model again"
        ) from error
    except (OSError, ValueError) as error:
        raise Incomplete(
            f"{folder / name} cannot be read ({error}): restore it, or save the model again"
        ) from error


def optional(folder: Path, name: str) -> dict:
    """As `json_of`; empty where there is no such file."""
    return json_of(folder, name) if (folder / name).exists() else {}


def inside(folder: Path, name: str) -> Path:
    """That file of the folder. Raises ModelError for one that lies elsewhere: a name that leads out
    of the folder, or a link that does, unless it is one of the hub's cache to its own blobs."""
    path = folder / name
    if Path(name).name != name:
        raise _elsewhere(path)
    _check(path, _places(folder))
    return path


def check_links(folder: Path) -> None:
    """Raises ModelError for whatever in the folder, or in a folder in it, is a link that leads out
    of it. What begins with a dot nobody reads."""
    places, count = _places(folder), 0
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *files):
            path, count = Path(here) / name, count + 1
            if path.is_symlink() and not name.startswith("."):
                _check(path, places)
        if count > MOST_FILES:
            raise ModelError(
                f"{folder} holds more than {MOST_FILES:,} files, so it is no folder of one model: "
                "put the model's files into one of their own"
            )


def _places(folder: Path) -> list[Path]:
    """Where what is read may lie: in the folder, and of one of the hub's cache in the folder of
    blobs that stands beside its snapshots, itself and no link."""
    found = [_real(folder)]
    model = folder.parent.parent
    if folder.parent.name == "snapshots" and not (model / "blobs").is_symlink():
        found.append(_real(model) / "blobs")
    return found


def _check(path: Path, places: list[Path]) -> None:
    if not any(place in _real(path).parents for place in places):
        raise _elsewhere(path)


def _real(path: Path) -> Path:
    """Where it lies, links followed. Raises ModelError for links that lead nowhere but round."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{path} is a link to itself: put the file itself there") from error


def _elsewhere(path: Path) -> ModelError:
    return ModelError(
        f"{path} leads out of the folder, and nothing outside it is read: put the file itself there"
    )
