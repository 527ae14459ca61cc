"""Sentence pairs from the first two columns of a TSV, or sentences, split by what is read."""

from __future__ import annotations

import gzip
import hashlib
import random
import unicodedata
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core import columns
from core.encodings import BadText, lines_of

if TYPE_CHECKING:
    from core.tokenisers import Tokeniser

COMPLAINTS = 10  # lines that are told one by one
MOST_LEFT_OUT = 0.1  # of the lines of a file that trains all the same
# Scripts that do not part words by spaces, as Unicode begins the names of their letters.
UNPARTED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
WANTED = "source, tab and target on each line"
SENTENCES = "a sentence on each line"
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"  # how such files begin, whatever they are called


class Pair(NamedTuple):
    source: str
    target: str


class Sentences(NamedTuple):
    """Sentences, of which no two parts share one."""

    train: list[str]
    valid: list[str]
    test: list[str]


class Split(NamedTuple):
    """`valid` and `test` hold, for each held-out source, all its targets in file order."""

    train: list[Pair]
    valid: dict[str, list[str]]
    test: dict[str, list[str]]


def read_pairs(path: Path, report: Callable[[str], None], numbers: bool = False) -> list[Pair]:
    """The pairs of a TSV, plain or packed by gzip, in an encoding that `core.encodings` knows.

    The first two columns count, and their names in the first line do not. Where every text that
    holds a quotation mark stands in such marks as a spreadsheet sets them, they are taken off, and
    what stands in them is one text, line breaks and all. What is left out, unquoted or taken with a
    third column goes to `report`: the first COMPLAINTS lines one by one, and totals. Raises
    ValueError when the file cannot be read, when its first two columns are no sentences, unless
    `numbers` are welcome too, and when more than MOST_LEFT_OUT of its lines are no pairs.
    """
    try:
        lines = lines_of(_bytes(path))
    except BadText as error:
        raise ValueError(f"{path} {error}") from error
    if not any(lines):
        raise ValueError(f"{path} is empty: it should have {WANTED}")
    lines = _records(path, lines, report)
    pairs: list[Pair] = []
    complaints, wider = [], 0
    for number, line in lines:
        cells = [cell.strip() for cell in (line or "").split("\t")]
        if len(cells) > 1 and all(cells[:2]):
            pairs.append(Pair(*cells[:2]))
            wider += len(cells) > 2
            continue
        filled = sum(map(bool, cells))
        told = f"expected two filled columns, found {filled} of {len(cells)}"
        complaints.append(
            f"{path.name}, line {number}: {'not UTF-8' if line is None else told}; left out"
        )
    for complaint in complaints[:COMPLAINTS]:
        report(complaint)
    if complaints:
        report(f"{path.name}: {len(complaints):,} of {len(lines):,} lines left out")
    if wider:
        report(f"{path.name}: {wider:,} lines have more than two columns; the first two are taken")
    _check(path, pairs, len(lines), any("\t" in (line or "") for _, line in lines))
    if not numbers:
        _check_sentences(path, pairs)
    return pairs


def read_sentences(path: Path, report: Callable[[str], None], column: int = 1) -> list[str]:
    """The sentences of a text file, one a line, or of one `column` (from 1, 0 for all of them) of a
    TSV, each once; plain or packed by gzip, and as a spreadsheet may have set them. Lines without
    one go to `report`, as a total. Raises ValueError when the file cannot be read, and when more
    than MOST_LEFT_OUT of its lines have none."""
    try:
        lines = lines_of(_bytes(path, SENTENCES))
    except BadText as error:
        raise ValueError(f"{path} {error}") from error
    if not any(lines):
        raise ValueError(f"{path} is empty: it should have {SENTENCES}")
    lines = _records(path, lines, report)
    wanted = slice(column - 1, column) if column else slice(None)
    cells = [(line or "").split("\t")[wanted] for _, line in lines]
    found = [cell.strip() for one in cells for cell in one if cell.strip()]
    without = sum(not any(map(str.strip, one)) for one in cells)
    if without > MOST_LEFT_OUT * len(lines):
        raise ValueError(
            f"{path}: {without:,} of {len(lines):,} lines have nothing in column {column}, more "
            f"than {MOST_LEFT_OUT:.0%}; it should have {SENTENCES}, or say with --column where"
        )
    if without:
        report(f"{path.name}: {without:,} of {len(lines):,} lines left out")
    return list(dict.fromkeys(found))


def read_all(
    paths: Iterable[Path], report: Callable[[str], None], turned: bool = False
) -> list[Pair]:
    """The pairs of all these files, to be read from the second column into the first where they are
    `turned`. Raises what `read_pairs` does."""
    pairs = [pair for path in paths for pair in read_pairs(path, report)]
    return [Pair(target, source) for source, target in pairs] if turned else pairs


def _check(path: Path, pairs: list[Pair], lines: int, tabs: bool) -> None:
    """Raises ValueError where too few lines are pairs, or where those are no sentences."""
    if not tabs:
        raise ValueError(
            f"{path} has no line of two tab-separated columns, for it has no tab at all: it should "
            f"have {WANTED}; a spreadsheet saves it as tab-separated text"
        )
    if not pairs:
        raise ValueError(f"{path} has no line of two tab-separated columns that are filled")
    if lines - len(pairs) > MOST_LEFT_OUT * lines:
        raise ValueError(
            f"{path}: {lines - len(pairs):,} of {lines:,} lines cannot be used, more than "
            f"{MOST_LEFT_OUT:.0%}; it should be UTF-8, with {WANTED}"
        )


def _check_sentences(path: Path, pairs: list[Pair]) -> None:
    """Raises ValueError where a column holds numbers: the wrong ones were taken."""
    for place, side in enumerate(("first", "second")):
        numbers = sum(pair[place].isdecimal() for pair in pairs)
        if 2 * numbers > len(pairs) > 1:
            raise ValueError(
                f"{path}: the {side} column should hold sentences, but {numbers:,} of "
                f"{len(pairs):,} are numbers; cut the columns of source and target out of it, as "
                f"in: cut -f2,4 {path.name} > pairs.tsv"
            )


def _bytes(path: Path, wanted: str = WANTED) -> bytes:
    """What is in a file, unpacked where it was packed by gzip. Raises ValueError otherwise."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder: give a file with {wanted}")
    if not path.exists():
        raise ValueError(f"there is no {path}: give a file with {wanted}")
    data = path.read_bytes()
    if data.startswith(ZIP):
        raise ValueError(
            f"{path} is a zip archive: unpack it, and give the text file in it with {wanted}"
        )
    if not data.startswith(GZIP):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path} cannot be unpacked ({error}): it is cut off or damaged"
        ) from error


def _records(
    path: Path, lines: list[str | None], report: Callable[[str], None]
) -> list[tuple[int, str | None]]:
    """The lines of cells with their numbers, without marks of a spreadsheet and a line of names."""
    found = columns.records(lines)
    if found.quoted:
        report(f"{path.name}: {found.quoted:,} texts stand in quotation marks, which are taken off")
    if found.broken:
        report(f"{path.name}: {found.broken:,} texts have a line break inside, read as a space")
    (number, first), *rest = found.lines
    cells = [cell.strip() for cell in (first or "").split("\t")][:2]
    if not (rest and len(cells) == 2 and columns.names(cells)):
        return found.lines
    report(f"{path.name}, line {number}: {' and '.join(cells)} name the columns; left out")
    return rest


def split_pairs(pairs: list[Pair], held_out: int, seed: int) -> Split:
    """Train, validation and test, disjoint in their source sentences.

    Test and validation each get `held_out` sources of 3 to 20 words, or a twentieth of the
    sources where that is less. Of a script that does not part its words by spaces they have 4 to 60
    characters. Sources that differ only in case, width or spacing are one.
    """
    targets: dict[str, list[Pair]] = {}
    for pair in pairs:
        targets.setdefault(_key(pair.source), []).append(pair)
    fit = sorted(filter(_fits, targets))
    random.Random(seed).shuffle(fit)
    count = min(held_out, len(targets) // 20)
    test, valid = fit[:count], fit[count : 2 * count]
    away = {*test, *valid}
    return Split(
        [pair for key, group in targets.items() if key not in away for pair in group],
        *(
            {targets[key][0].source: [pair.target for pair in targets[key]] for key in keys}
            for keys in (valid, test)
        ),
    )


def split_sentences(sentences: Iterable[str], held_out: int, seed: int) -> Sentences:
    """As `split_pairs` splits pairs that have these sources: of the same sources, alike."""
    split = split_pairs([Pair(sentence, "") for sentence in sentences], held_out, seed)
    return Sentences([pair.source for pair in split.train], [*split.valid], [*split.test])


def readable(held: dict[str, list[str]], vocabulary: Tokeniser) -> dict[str, list[str]]:
    """Of held-out sources those that decoding reads, with those of their targets that it writes;
    none without a target. Nobody can ask a model for the others."""

    def short(target: str) -> bool:
        return len(vocabulary.encode(target)) <= most_written(vocabulary)

    left = {
        source: list(filter(short, targets))
        for source, targets in held.items()
        if len(vocabulary.encode(source)) <= vocabulary.most
    }
    return {source: targets for source, targets in left.items() if targets}


def most_written(vocabulary: Tokeniser) -> int:
    """Tokens of the longest target to train on and to measure with."""
    return 2 * vocabulary.most


def fingerprint_of(held: Iterable[str]) -> str:
    """The SHA-256 of held-out sources, whatever their order: how a file is read decides them too,
    and another version of Heed may read it otherwise."""
    return hashlib.sha256("\n".join(sorted(held)).encode()).hexdigest()


def _fits(key: str) -> bool:
    """Whether a source may be held out, by its length."""
    if 3 <= len(key.split()) <= 20:
        return True
    letters = key.replace(" ", "")
    unparted = sum(unicodedata.name(letter, "").startswith(UNPARTED) for letter in letters)
    return 2 * unparted > len(letters) and 4 <= len(letters) <= 60


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
