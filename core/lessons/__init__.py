"""Courses as data: a folder of lessons, each one TOML file a language, made of scenes and cards.

`<order>-<name>.<language>.toml` is a lesson. One of its languages says everything; another says
what it has to say otherwise, which is mostly texts, and takes the rest from the first. What a scene
asks of a page is checked where pages are known, in `pages.shared.teaching`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "course"
PLACE = "HEED_LESSONS"  # the variable that names a folder with a course of one's own
FIRST = "en"  # the language that says everything, where a lesson has it
MOST_WORDS = 60  # on a card
NAME = re.compile(r"(?:(\d+)-)?([a-z][a-z0-9-]*)\.([a-z]{2,3})\.toml")
MARKS = re.compile(r"[\[\]{}*~]")  # of a card's text


class LessonError(ValueError):
    """What is wrong with a lesson, with its file and line."""

    def __init__(self, path: Path, line: int, told: str):
        super().__init__(f"{path}, line {line}: {told}")
        self.path, self.line, self.told = path, line, told


@dataclass(frozen=True)
class Shot:
    """A scene of a lesson: a page, what it is asked, and how the picture opens."""

    name: str
    page: str
    asked: tuple[tuple[str, str], ...]  # as they stand in a link
    label: str = ""  # where the learner chooses among several
    only: tuple[str, ...] = ()  # the parts of the picture that are there; empty: all
    light: tuple[str, ...] = ()  # the parts that are lit; empty: all


@dataclass(frozen=True)
class Card:
    """What is read beside the picture, and what the learner does in it."""

    name: str
    title: str
    text: str
    scenes: tuple[str, ...]
    task: str = ""
    done: tuple[tuple[str, tuple[str, ...]], ...] = ()  # see core/views/card/done.js
    then: str = ""  # said when it is done
    only: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    notes: str = ""  # for whoever teaches it; the presenter shows them


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language."""

    name: str
    title: str
    about: str
    minutes: int
    references: tuple[str, ...]
    scenes: Mapping[str, Shot] = field(hash=False)
    cards: tuple[Card, ...]
    path: Path  # the file that says everything

    def card(self, name: str) -> Card:
        """Raises LookupError."""
        for one in self.cards:
            if one.name == name:
                return one
        raise LookupError(f"no card {name!r} in {self.path}; {[one.name for one in self.cards]}")


def place() -> Path:
    """The folder of the course that is taught."""
    return Path(os.environ.get(PLACE) or FOLDER)


def course(language: str) -> dict[str, Lesson]:
    """The lessons by name, in their order. Raises LessonError."""
    folder = place()
    files = tuple(sorted((one, one.stat().st_mtime_ns) for one in folder.glob("*.toml")))
    if not files:
        raise LessonError(folder, 1, "there is no lesson, a file such as 1-attention.en.toml")
    return dict(_course(files, language))


@lru_cache(maxsize=16)
def _course(files: tuple[tuple[Path, int], ...], language: str) -> dict[str, Lesson]:
    found: dict[tuple[int, str], dict[str, Path]] = {}
    for path, _ in files:
        match = NAME.fullmatch(path.name)
        if not match:
            raise LessonError(path, 1, "a lesson is called like 1-attention.en.toml")
        order, name, spoken = match.groups()
        found.setdefault((int(order or 0), name), {})[spoken] = path
    return {
        name: read(spoken.get(FIRST) or next(iter(spoken.values())), spoken.get(language))
        for (_, name), spoken in sorted(found.items())
    }


def read(path: Path, other: Path | None = None) -> Lesson:
    """The lesson in the file `path`, as the file `other` says it. Raises LessonError."""
    told = _File(path)
    if other and other != path:
        told.overlay(_File(other))
    match = NAME.fullmatch(path.name)
    lesson = Lesson(
        match[2] if match else path.stem, told.text("title"), told.text("about", ""),
        told.number("minutes", 5), told.list("references"),
        {name: told.shot(name) for name in told.tables("scenes")},
        tuple(told.card(name) for name in told.tables("cards")), path,
    )  # fmt: skip
    if not lesson.cards:
        raise LessonError(path, 1, "a lesson has cards, each a table such as [cards.first]")
    return lesson


def words(text: str) -> int:
    """How many words a card's text has."""
    return len(MARKS.sub("", text).split())


class _File:
    """A TOML file that knows where in it something stands."""

    SHOT = {"page", "label", "only", "light", "asks"}
    CARD = {"title", "text", "task", "done", "then", "scene", "scenes", "only", "light", "notes"}
    LESSON = {"title", "about", "minutes", "references", "scenes", "cards"}

    def __init__(self, path: Path):
        self.path = path
        try:
            self.lines = path.read_text(encoding="utf-8").splitlines()
            self.data = tomllib.loads("\n".join(self.lines))
        except (OSError, UnicodeDecodeError) as error:
            raise LessonError(path, 1, f"cannot be read: {error}") from error
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            at = int(line[1]) if line else len(self.lines)
            raise LessonError(path, at, f"is no TOML: {error}") from error
        self._known("", self.data, self.LESSON)
        for kind, known in (("scenes", self.SHOT), ("cards", self.CARD)):
            for name in self.tables(kind):
                self._known(f"{kind}.{name}", self.data[kind][name], known)

    def overlay(self, other: _File) -> None:
        """What another language says takes the place of what stands here."""
        for key in ("title", "about", "references"):
            if key in other.data:
                self.data[key] = other.data[key]
        for kind in ("scenes", "cards"):
            for name, entries in other.data.get(kind, {}).items():
                if name not in self.data.get(kind, {}):
                    raise other.wrong(f"{kind}.{name}", "", f"{self.path.name} has no such one")
                self.data[kind][name].update(entries)
                self.others = {**getattr(self, "others", {}), f"{kind}.{name}": other}

    def wrong(self, table: str, key: str, told: str) -> LessonError:
        """With the line where it stands, in whichever file that is."""
        at, inside = 1, not table
        for number, line in enumerate(self.lines, 1):
            if line.strip().startswith("["):
                inside = line.strip() == f"[{table}]"
                at = number if inside else at
            if inside and key and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return LessonError(self.path, number, f"{key}: {told}")
        return LessonError(self.path, at, f"{key}: {told}" if key else told)

    def _known(self, table: str, entries: object, known: set[str]) -> None:
        if not isinstance(entries, dict):
            raise self.wrong("", table.split(".")[0], f"{table} is to be a table")
        for key in entries.keys() - known:
            raise self.wrong(table, key, f"is not known; known are {', '.join(sorted(known))}")

    def tables(self, kind: str) -> list[str]:
        found = self.data.get(kind, {})
        if not isinstance(found, dict):
            raise self.wrong("", kind, f"is to be tables such as [{kind}.first]")
        return list(found)

    def _of(self, table: str) -> dict:
        found = self.data
        for name in filter(None, table.split(".")):
            found = found[name]
        return found

    def text(self, key: str, usual: str | None = None, table: str = "") -> str:
        value = self._of(table).get(key, usual)
        if value is None:
            raise self.wrong(table, "", f"{key!r} is missing")
        if not isinstance(value, str):
            raise self.wrong(table, key, f"is to be a text, not {value!r}")
        return value.strip()

    def number(self, key: str, usual: int) -> int:
        value = self.data.get(key, usual)
        if not isinstance(value, int) or value < 1:
            raise self.wrong("", key, f"is to be a number of minutes, not {value!r}")
        return value

    def list(self, key: str, table: str = "") -> tuple[str, ...]:
        value = self._of(table).get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(table, key, f"is to be a list of texts, not {value!r}")
        return tuple(value)

    def shot(self, name: str) -> Shot:
        table = f"scenes.{name}"
        asks = self._of(table).get("asks", {})
        if not isinstance(asks, dict) or not all(isinstance(one, str) for one in asks.values()):
            raise self.wrong(table, "asks", 'says everything as text, like { step = "4" }')
        return Shot(
            name, self.text("page", table=table), tuple(asks.items()),
            self.text("label", "", table), self.list("only", table), self.list("light", table),
        )  # fmt: skip

    def card(self, name: str) -> Card:
        table = f"cards.{name}"
        scenes = self.list("scenes", table) or self.list("scene", table)
        for one in scenes or ("",):
            if one not in self.data.get("scenes", {}):
                told = f"there is no scene {one!r}" if one else "a card has a scene"
                raise self.wrong(table, "scenes" if len(scenes) > 1 else "scene", told)
        text = self.text("text", table=table)
        if words(text) > MOST_WORDS:
            where = getattr(self, "others", {}).get(table, self)
            told = f"has {words(text)} words; a card has at most {MOST_WORDS}"
            raise where.wrong(table, "text", told)
        done = self._of(table).get("done", {})
        if not isinstance(done, dict):
            raise self.wrong(table, "done", 'is to be a table like { step = "5" }')
        wanted = tuple((key, self.list(key, f"{table}.done")) for key in done)
        return Card(
            name, self.text("title", table=table), text, scenes, self.text("task", "", table),
            wanted, self.text("then", "", table), self.list("only", table),
            self.list("light", table), self.text("notes", "", table),
        )  # fmt: skip
