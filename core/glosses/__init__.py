"""Glosses: what each written word most likely means, in a language that the reader knows.

A dictionary of words was learnt from training pairs (`python -m core.glosses`), and no number of a
model is in it: a trace knows nothing of glosses, and they nothing of a trace's numbers. A line of
the file `<written>-<reader>.tsv` has a word and its translations, the surest first, each with its
confidence in percent; beside it, `<written>-<reader>.json` says where it comes from, its SHA-256
and how often it was right on held-out sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from core.digests import digest_at
from core.glosses.cutting import cut
from core.glosses.korean import stem
from core.plain import parsed
from core.words.languages import tag

FOLDER = Path(__file__).parents[2] / "pretrained" / "glosses"
PIVOT = "eng"  # through which a word is glossed where no dictionary is of the two languages
SURE, SECOND = 0.4, 0.2  # confidence of a gloss that is shown, and of one beside it
CLEAR, ALONE = 4, 0.3  # one that is so many times as sure as the next is shown from here on
THERE = 0.1  # and of one that stands in the sentence that was read
UNSURE = "…"  # a part of a word that has no sure gloss


class Meaning(NamedTuple):
    text: str
    confidence: float


class Dictionary(NamedTuple):
    """The words of one language with their meanings in another, the surest first."""

    written: str  # ISO 639-3 codes
    reader: str
    words: dict[str, tuple[Meaning, ...]]

    def part(self, word: str) -> str:
        """The entry that a part of a word stands under: of a Korean one without an entry, that of
        its stem."""
        return stem(word, self.words) if self.written == "kor" else word

    def meanings(self, word: str, read: Collection[str] = ()) -> tuple[str, ...]:
        """What a part of a word means, where that is sure: one meaning, or two that are both sure.

        `read` are the words of the sentence that was read. Where one of them is a meaning, it is
        meant: so a gloss tells the meaning that stands in the sentence, and not whether the word
        was the right one to write.
        """
        known = self.words.get(self.part(word), ())
        for text, confidence in known:
            if confidence >= THERE and text.lower() in read:
                return (text,)
        first, second = (*known, *[Meaning("", 0.0)] * 2)[:2]
        if second.confidence >= SECOND and first.confidence + second.confidence >= SURE + SECOND:
            return first.text, second.text
        alone = first.confidence >= max(ALONE, CLEAR * second.confidence)
        return (first.text,) if first.confidence >= SURE or alone else ()


class Glosses(NamedTuple):
    """What glosses a language: a dictionary, or one into PIVOT and another from there."""

    steps: tuple[Dictionary, ...]

    def gloss(self, word: str, read: Collection[str] = ()) -> str:
        """What a word means, part by part; empty where no part has a sure meaning."""
        found = [self._part(part, read) for part in cut(self.steps[0].written, word)]
        told = [" / ".join(one) if one else UNSURE for one in found]
        while told and told[-1] == UNSURE and len(told) > 1:
            told.pop()
        return " ".join(told) if any(found) else ""

    def _part(self, part: str, read: Collection[str]) -> tuple[str, ...]:
        first, *more = self.steps
        found = first.meanings(part, read)
        for one in more:
            further = [one.meanings(text.lower()) for text in found]
            found = tuple(dict.fromkeys(texts[0] for texts in further if texts))
        return found

    def under(self, words: Iterable[str], typed: str, source: str) -> dict[str, str]:
        """The glosses of these words, of those that have one, by the words as they are written;
        `typed` is what was read, in the language `source`."""
        first = self.steps[0]
        read = frozenset(cut(source, typed)) if source == first.reader else frozenset()
        if source == "kor":
            known = {one.text for meanings in first.words.values() for one in meanings}
            read = frozenset(stem(word, known) for word in read)
        found = {word: self.gloss(word, read) for word in dict.fromkeys(words)}
        return {word: gloss for word, gloss in found.items() if gloss}


def glosses(written: str, language: str, folder: Path = FOLDER) -> Glosses | None:
    """What glosses the language `written`, an ISO 639-3 code, in the `language` of an interface,
    such as "ko"; None where nothing does. Raises ValueError, which names the file, where one is
    broken."""
    there = {tuple(file.stem.split("-")): file for file in sorted(folder.glob("*-*.tsv"))}
    reader = next((one for _, one in there if tag(one) == language), written)
    for way in ([(written, reader)], [(written, PIVOT), (PIVOT, reader)]):
        if written != reader and all(one in there for one in way):
            return Glosses(tuple(read(there[one]) for one in way))
    return None


def abouts(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Of each dictionary where it comes from and what was measured. Raises ValueError, which names
    the file, where one cannot be read."""
    found = []
    for path in sorted(folder.glob("*-*.json")):
        try:
            found.append(parsed(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ValueError(f"{path} cannot be read ({error})") from error
    return found


def read(file: Path) -> Dictionary:
    """The dictionary in a file. Raises ValueError, which names the file, where it is broken."""
    about = file.with_suffix(".json")
    return _read(file, about, digest_at(file), digest_at(about))


@lru_cache(maxsize=8)
def _read(file: Path, about: Path, digest: str, told_by: str) -> Dictionary:
    """The digests of both files are there so that changed ones are read again."""
    try:
        told = parsed(about.read_text(encoding="utf-8"))
        if told["sha256"] != digest:
            raise ValueError("it is not the file that was learnt: its SHA-256 is another")
        lines = file.read_text(encoding="utf-8").splitlines()
        return Dictionary(told["written"], told["reader"], dict(map(_entry, lines)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{file} cannot be read ({error}); restore it from the repository, or learn it again: "
            "python -m core.glosses"
        ) from error


def _entry(line: str) -> tuple[str, tuple[Meaning, ...]]:
    word, *meanings = line.split("\t")
    cells = [one.rsplit(" ", 1) for one in meanings]
    return word, tuple(Meaning(text, int(percent) / 100) for text, percent in cells)


def written(dictionary: Dictionary) -> str:
    """The text of its file."""
    lines = [
        "\t".join([word, *(f"{text} {100 * sure:.0f}" for text, sure in meanings)])
        for word, meanings in sorted(dictionary.words.items())
    ]
    return "\n".join([*lines, ""])
