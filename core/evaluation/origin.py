"""What models were trained on, so that they are measured on sentences that none of them has seen.

It is read from what training wrote; what that does not say has to be given, and what is given must
not contradict it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from core.about import UNDETERMINED, About, fingerprint, read_about
from core.manifest import RECORD

HELD_OUT = 2000  # sources each, where nobody said


def origin(
    folders: Mapping[str, Path],
    held_out: int | None,
    languages: tuple[str, str] | None,
    tell: Callable[[str], None],
) -> About:
    """The one origin of all these models; `held_out` and `languages` are for those that do not
    say. Raises ValueError for models that were not trained alike, or for another value than theirs.
    """
    found = {name: _of(folder, held_out, languages, tell) for name, folder in folders.items()}
    (first, one), *others = found.items()
    for name, other in others:
        if (other.source, other.target, other.sha256, other.seed, other.held_out) != (
            one.source, one.target, one.sha256, one.seed, one.held_out,
        ):  # fmt: skip
            raise ValueError(
                f"{first} and {name} were not trained alike, so no sentences are new to both: "
                f"{_told(one)} and {_told(other)}; measure each by itself"
            )
    return one


def _of(
    folder: Path,
    held_out: int | None,
    languages: tuple[str, str] | None,
    tell: Callable[[str], None],
) -> About:
    about = read_about(folder)
    if about is None:
        source, target = languages or (UNDETERMINED, UNDETERMINED)
        about = About(source, target, seed=_seed(folder), held_out=held_out or HELD_OUT)
        tell(f"{folder} does not say what it was trained on; taken for {_told(about)}")
        return about
    if held_out is not None and held_out != about.held_out:
        raise ValueError(
            f"{folder} was trained with {about.held_out} sources held out, not {held_out}; leave "
            "--held-out away"
        )
    if languages and UNDETERMINED in (about.source, about.target):
        return replace(about, source=languages[0], target=languages[1])
    if languages and tuple(languages) != (about.source, about.target):
        raise ValueError(
            f"{folder} is {about.source}-{about.target}, not {'-'.join(languages)}; leave "
            "--languages away"
        )
    return about


def _seed(folder: Path) -> int:
    try:
        return int(json.loads((folder / RECORD).read_text(encoding="utf-8"))["recipe"]["seed"])
    except (OSError, ValueError, LookupError, TypeError):
        return About.seed


def check_data(about: About, data: Path) -> None:
    """Raises ValueError when `data` is not the file that the models were trained on, OSError when
    it cannot be read."""
    if about.sha256 and fingerprint(data) != about.sha256:
        raise ValueError(
            f"{data} is not the file that was trained on, {about.data} with the SHA-256 "
            f"{about.sha256[:12]}…: nobody could tell which of its sentences are new to the model; "
            "give that file with --data"
        )


def _told(about: About) -> str:
    data = f"{about.data} ({about.sha256[:12]}…)" if about.data else "unknown data"
    return (
        f"{about.source}-{about.target}, {data}, seed {about.seed}, {about.held_out} sources held "
        "out"
    )
