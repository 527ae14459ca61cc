"""Where a model comes from: `about.json` in its folder (no torch).

`python -m core.training` writes it. A folder without one holds a model of which nobody has said it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from core.plain import parsed

ABOUT = "about.json"
TRANSLATION = "translation"
UNDETERMINED = "und"  # ISO 639-3 for a language that nobody has named
SEVERAL = "mul"  # and ISO 639-2 for more than one


class Part(NamedTuple):
    """What a model of several languages learnt of one pair of them."""

    source: str
    target: str
    data: str
    sha256: str
    test: str


@dataclass(frozen=True)
class About:
    """Languages and data of a model. Raises ValueError for what is no code of a language."""

    source: str = UNDETERMINED  # ISO 639 code of the language that is read
    target: str = UNDETERMINED  # and of the one that is written
    data: str = ""  # name of the file of pairs, or names with commas between
    sha256: str = ""  # its fingerprint, or that of them all
    seed: int = 1  # with which it was split, see `core.corpus.split_pairs`
    held_out: int = 0  # sources each to test and validate that were asked for
    vocabulary: int = 0  # tokens that were asked for
    test: str = ""  # of the test's sources, see `core.corpus.fingerprint_of`; "" where not recorded
    task: str = TRANSLATION  # what it was trained for: the name of a folder in `core/tasks`
    turned: bool = False  # whether the file has what is written first, and then what is read
    parts: tuple[Part, ...] = ()  # of each pair of languages, where there are several
    columns: tuple[int, ...] = (1,)  # of each file of sentences alone, from 1; 0 for all of them
    fit: bool = False  # whether sentences that one would not show to a class were left out

    def __post_init__(self):
        object.__setattr__(self, "parts", tuple(Part(*one) for one in self.parts))  # JSON has lists
        object.__setattr__(self, "columns", tuple(self.columns))
        for code in (self.source, self.target):
            if not re.fullmatch("[a-z]{2,3}", code):
                raise ValueError(f"a language is an ISO 639 code like eng or ko, not {code!r}")

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files of its data."""
        return tuple(filter(None, self.data.split(", ")))

    def of(self, source: str, target: str) -> About:
        """The same as a model of that pair alone. Raises LookupError where it has learnt none."""
        for part in self.parts:
            if part[:2] == (source, target):
                return replace(self, **part._asdict(), parts=())
        known = ", ".join(f"{part.source}-{part.target}" for part in self.parts)
        raise LookupError(f"it has learnt {known}, not {source}-{target}")


def together(parts: Iterable[Part]) -> Part:
    """Of several pairs of languages, what can be said of all."""
    parts = tuple(parts)
    if len(parts) == 1:
        return parts[0]
    sides = ({part[side] for part in parts} for side in (0, 1))
    source, target = (side.pop() if len(side) == 1 else SEVERAL for side in sides)
    data, sha256, test = zip(*(part[2:] for part in parts))
    return Part(source, target, ", ".join(data), _digest(sha256), _digest(test))


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def languages(told: str) -> tuple[str, str]:
    """Source and target of a pair like "eng-fra". Raises ValueError for what is none."""
    source, mark, target = told.partition("-")
    if not mark:
        raise ValueError(f"languages are two ISO 639 codes like eng-fra, not {told!r}")
    About(source, target)
    return source, target


def fingerprint(*paths: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits; of several, that of theirs."""
    if len(paths) > 1:
        return _digest(fingerprint(path) for path in paths)
    with paths[0].open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_about(about: About, folder: Path) -> None:
    text = json.dumps(asdict(about), ensure_ascii=False, indent=2)
    (folder / ABOUT).write_text(text + "\n", encoding="utf-8")


def read_about(folder: Path) -> About | None:
    """What stands in `folder`, None where nothing does. Raises ValueError that names the file
    when it is broken."""
    path = folder / ABOUT
    try:
        told = parsed(path.read_text(encoding="utf-8"))
        if "column" in told:  # as it was written while there was one file
            told["columns"] = [told.pop("column")]
        return About(**told)
    except FileNotFoundError:
        return None
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{path} cannot be read ({error})") from error
