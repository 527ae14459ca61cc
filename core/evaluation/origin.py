"""What models were trained on, so that they are measured on sentences that none of them has seen.

It is read from what training wrote; what that does not say has to be given, and what is given must
not contradict it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.about import UNDETERMINED, About, fingerprint, read_about
from core.corpus import Sentences, Split, fingerprint_of
from core.record import read_record


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
        if key(other) != key(one):
            raise ValueError(
                f"{first} and {name} were not trained alike, so no sentences are new to both: "
                f"{_told(one)} and {_told(other)}; measure each by itself"
            )
    return one


def key(about: About) -> tuple:
    """What has to be equal in models that are compared: it decides which sentences are new."""
    return about.source, about.target, about.sha256, about.seed, about.held_out, about.turned


def _of(
    folder: Path,
    held_out: int | None,
    languages: tuple[str, str] | None,
    tell: Callable[[str], None],
) -> About:
    about = read_about(folder)
    if about is None:
        if held_out is None:
            raise ValueError(
                f"{folder} does not say what it was trained on, so nobody could tell which "
                "sentences are new to it; give what the training was given: --data, --languages "
                "and --held-out"
            )
        source, target = languages or (UNDETERMINED, UNDETERMINED)
        about = About(source, target, seed=_seed(folder), held_out=held_out)
        tell(f"{folder} does not say what it was trained on; taken for {_told(about)}")
        return about
    if held_out is not None and held_out != about.held_out:
        raise ValueError(
            f"{folder} was trained with {about.held_out} sources held out, not {held_out}; leave "
            "--held-out away"
        )
    if about.parts:
        if languages is None:
            known = ", ".join(f"{part.source} {part.target}" for part in about.parts)
            raise ValueError(
                f"{folder} has learnt several pairs of languages; say with --languages which is "
                f"measured: {known}"
            )
        try:
            return about.of(*languages)
        except LookupError as error:
            raise ValueError(f"{folder}: {error}") from error
    if languages and UNDETERMINED in (about.source, about.target):
        return replace(about, source=languages[0], target=languages[1])
    if languages and tuple(languages) != (about.source, about.target):
        raise ValueError(
            f"{folder} is {about.source}-{about.target}, not {'-'.join(languages)}; leave "
            "--languages away"
        )
    return about


def _seed(folder: Path) -> int:
    record = read_record(folder)
    return int(record.recipe.get("seed", About.seed)) if record else About.seed


def check_data(about: About, data: Sequence[Path], models: Iterable[str]) -> None:
    """Raises ValueError when there is no such file, or when `data` is not what the `models` were
    trained on."""
    for path in data:
        if path.is_file():
            continue
        raise ValueError(
            f"there is no {path}: give the file that {', '.join(models)} learned from with --data, "
            "or its folder as HEED_DATA; or name other models to measure"
        )
    if about.sha256 and fingerprint(*data) != about.sha256:
        raise ValueError(
            f"{named(data)} is not the file that was trained on, {about.data} with the SHA-256 "
            f"{about.sha256[:12]}…: nobody could tell which of its sentences are new to the model; "
            "give that file with --data"
        )


def named(data: Iterable[Path]) -> str:
    """The files, as they are told."""
    return ", ".join(map(str, data))


def check_split(about: About, data: Sequence[Path], split: Split | Sentences) -> None:
    """Raises ValueError when nothing was held out, or when training held other sentences out."""
    if about.held_out == 0:
        raise ValueError(
            "the training held nothing out (--held-out 0), so there is no sentence that is new to "
            "the model; train with some held out to measure it"
        )
    if not split.test:
        raise ValueError(
            f"{named(data)} is too small to hold sentences out of it: one of twenty sources is, "
            "and those have 3 to 20 words"
        )
    if about.test and fingerprint_of(split.test) != about.test:
        raise ValueError(
            f"these are not the sentences of {named(data)} that training held out: another version "
            "of Heed read the file otherwise; train the model again with this one"
        )


def _told(about: About) -> str:
    data = f"{about.data} ({about.sha256[:12]}…)" if about.data else "unknown data"
    return (
        f"{about.source}-{about.target}, {data}, seed {about.seed}, {about.held_out} sources held "
        "out"
    )
