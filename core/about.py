"""Where a model comes from: `about.json` in its folder (no torch).

`python -m core.training` writes it. A folder without one holds a model of which nobody has said it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

ABOUT = "about.json"
TRANSLATION = "translation"
UNDETERMINED = "und"  # ISO 639-3 for a language that nobody has named


@dataclass(frozen=True)
class About:
    """Languages and data of a model. Raises ValueError for what is no code of a language."""

    source: str = UNDETERMINED  # ISO 639 code of the language that is read
    target: str = UNDETERMINED  # and of the one that is written
    data: str = ""  # name of the file of pairs
    sha256: str = ""  # its fingerprint
    seed: int = 1  # with which it was split, see `core.corpus.split_pairs`
    held_out: int = 0  # sources each to test and validate that were asked for
    vocabulary: int = 0  # tokens that were asked for
    test: str = ""  # of the test's sources, see `core.corpus.fingerprint_of`; "" where not recorded
    task: str = TRANSLATION  # what it was trained for: the name of a folder in `core/tasks`
    turned: bool = False  # whether the file has what is written first, and then what is read

    def __post_init__(self):
        for code in (self.source, self.target):
            if not re.fullmatch("[a-z]{2,3}", code):
                raise ValueError(f"a language is an ISO 639 code like eng or ko, not {code!r}")


def languages(told: str) -> tuple[str, str]:
    """Source and target of a pair like "eng-fra". Raises ValueError for what is none."""
    source, mark, target = told.partition("-")
    if not mark:
        raise ValueError(f"languages are two ISO 639 codes like eng-fra, not {told!r}")
    About(source, target)
    return source, target


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_about(about: About, folder: Path) -> None:
    text = json.dumps(asdict(about), ensure_ascii=False, indent=2)
    (folder / ABOUT).write_text(text + "\n", encoding="utf-8")


def read_about(folder: Path) -> About | None:
    """What stands in `folder`, None where nothing does. Raises ValueError that names the file
    when it is broken."""
    path = folder / ABOUT
    try:
        return About(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{path} cannot be read ({error})") from error
