"""The fields of a question: how each is read from a link and written into it, and what is told
where that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pages.shared.frame import literal, say

TYPED = "typed"  # a target: words that the person types


class Word(str):
    """The key of a string, in a note: it is said when the note is told."""


class Note(NamedTuple):
    """A string, and what to fill in: it is told in the language that is chosen then."""

    key: str
    values: Mapping[str, object] = {}

    def told(self) -> str:
        values = {
            name: say(one) if isinstance(one, Word) else one for name, one in self.values.items()
        }
        return say(self.key, **values)


@dataclass(frozen=True)
class Field:
    """One thing that can be asked. `read` and `write` are each other's inverse."""

    name: str  # in the link
    usual: Any = ""  # what stands there when nothing is asked, or a function that says so
    note: str = ""  # the string that tells that what was asked cannot be; none: it is left out
    key: str | None = ""  # of its widget; "" for the page's own and its name, None without one
    shared: bool = False  # what is asked on one page holds on the others
    bound: bool = False  # to one sentence and model: of another it is what is usual
    always: bool = False  # in the link, even when it is as usual
    seen: bool = False  # the browser's: where in its picture one is, which it says without asking
    beside: bool = False  # what it adds to a picture, which stays as it is

    def default(self) -> Any:
        return self.usual() if callable(self.usual) else self.usual

    def read(self, text: str) -> Any:
        """The value. Raises ValueError."""
        return text

    def write(self, value: Any) -> str:
        """As it stands in the link; nothing leaves it out."""
        return str(value)

    def hear(self, value: Any) -> Any:
        """The value, as a widget has it."""
        return value

    def holds(self, value: Any) -> bool:
        """Whether what was asked on another page can be asked here."""
        return True

    def within(self, value: Any, there: Any) -> bool:
        """Whether a picture has that, `there` being what it has."""
        return value in there

    def sent(self, value: Any) -> Any:
        """The value, as a stage is told it."""
        return None if value is None else self.write(value)

    def told(self, given: str) -> Note:
        """What a link asks for in vain."""
        return Note(self.note, {"given": literal(given)})


@dataclass(frozen=True)
class Choice(Field):
    """One of several values."""

    options: Any = ()  # they, or a function that says which there are
    of: Callable[[str], Any] = str
    first: bool = False  # a stage is told the first of them where none is asked for

    def every(self) -> tuple:
        return tuple(self.options() if callable(self.options) else self.options)

    def read(self, text: str) -> Any:
        value = self.of(text)
        if value not in self.every():
            raise ValueError(f"{text} is none of {self.every()}")
        return value

    def holds(self, value: Any) -> bool:
        return value in self.every()

    def write(self, value: Any) -> str:
        return format(value, "g") if self.of is float else str(value)

    def sent(self, value: Any) -> Any:
        return super().sent(self.every()[0] if value is None and self.first else value)

    def told(self, given: str) -> Note:
        return Note(
            self.note, {"given": literal(given), "names": ", ".join(map(self.write, self.every()))}
        )


@dataclass(frozen=True)
class Number(Field):
    """A number, whole where its ends are; None where it may be left open."""

    low: float = 0
    high: float = 0
    label: str = ""  # the string that names it
    open: str = ""  # the string for None

    def read(self, text: str) -> float:
        value = type(self.low)(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{text} is not from {self.low} to {self.high}")
        return value

    def write(self, value: float | None) -> str:
        return "" if value is None else str(value)

    def told(self, given: str) -> Note:
        usual = self.default()
        return Note(self.note, {
            "given": literal(given), "low": self.low, "high": self.high, "most": self.high,
            "name": Word(self.label) if self.label else self.name,
            "shown": Word(self.open) if usual is None else usual,
        })  # fmt: skip


@dataclass(frozen=True)
class Counted(Number):
    """A whole number in plain digits alone."""

    def read(self, text: str) -> int:
        value = number(text)
        if value is None or not self.low <= value <= self.high:
            raise ValueError(f"{text} is not from {self.low} to {self.high}")
        return value

    def within(self, value: int, there: int) -> bool:
        return value <= there


@dataclass(frozen=True)
class Step(Counted):
    """A step of a picture, from 1 in the link and from 0 here; None for the one it opens with."""

    name: str = "step"
    usual: Any = None
    note: str = "errors.step"
    key: str | None = None
    bound: bool = True
    seen: bool = True
    high: float = 999_999_998

    def read(self, text: str) -> int:
        return super().read(str((number(text) or 0) - 1))

    def write(self, value: int | None) -> str:
        return "" if value is None else str(value + 1)

    def within(self, value: int, there: int) -> bool:
        return value < there

    def sent(self, value: int | None) -> int | None:
        return value


@dataclass(frozen=True)
class Flag(Field):
    """On or off; off by default."""

    usual: bool = False
    on: str = "true"

    def read(self, text: str) -> bool:
        return {self.on: True, "false": False, "0": False, "": False}[text.lower()]

    def write(self, value: bool) -> str:
        return self.on if value else ""

    def sent(self, value: bool) -> bool:
        return value


@dataclass(frozen=True)
class On(Flag):
    """On by default, and in the link where it is off."""

    usual: bool = True
    on: str = "1"

    def write(self, value: bool) -> str:
        return self.on if value else "0"


@dataclass(frozen=True)
class Pieces(Field):
    """Ids of pieces, between points."""

    usual: tuple[int, ...] = ()

    def read(self, text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in text.split(".") if part)

    def write(self, value: tuple[int, ...]) -> str:
        return ".".join(map(str, value))


@dataclass(frozen=True)
class Places(Field):
    """So many places, from 1 in the link and from 0 here, between points; None for none."""

    usual: Any = None
    count: int = 1
    between: str = "."

    def read(self, text: str) -> tuple[int, ...]:
        numbers = [number(one) for one in text.split(self.between)]
        if len(numbers) != self.count or not all(numbers):
            raise ValueError(f"{text} is not {self.count} places")
        return tuple(one - 1 for one in numbers)

    def write(self, value: tuple[int, ...] | None) -> str:
        return self.between.join(str(one + 1) for one in value or ())

    def within(self, value: tuple[int, ...], there: tuple[int, ...]) -> bool:
        return all(one < most for one, most in zip(value, there, strict=True))


@dataclass(frozen=True)
class Names(Field):
    """Several names, each once, between commas; a comma within one is written %2C."""

    usual: Any = ()

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_bare(name) for name in text.split(",") if name))

    def write(self, value: tuple[str, ...]) -> str:
        return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in value)

    def hear(self, value: list[str]) -> tuple[str, ...]:
        return tuple(value)


def _bare(name: str) -> str:
    return name.replace("%2C", ",").replace("%25", "%")


def number(given: str) -> int | None:
    """A whole number of at most nine plain digits, or None: nothing else can be meant."""
    plain = given.isascii() and given.isdecimal() and len(given) <= 9
    return int(given) if plain else None


TABLE = Flag("table", key=None, seen=True, on="1")  # whether the numbers stand there to be read
# Whether there are glosses under what was written.
GLOSSES = On("glosses", shared=True, beside=True)


def choice(name: str, options: tuple[str, ...], note: str = "", first: bool = False) -> Choice:
    """One of several ways to look at a picture; None for the one it opens with."""
    return Choice(name, None, note, key=None, seen=True, options=options, first=first)


def shown_head(note: str, name: str = "head") -> Field:
    """A head that a picture shows; None for the one it opens with."""
    return Field(name, None, note, key=None, seen=True)


def counted(name: str, note: str, low: int = 1, bound: bool = False) -> Counted:
    """A place in a picture by number, from `low`; None for the one it opens with."""
    return Counted(name, None, note, key=None, bound=bound, seen=True, low=low, high=999_999_999)


def places(layers: int, heads: int) -> tuple[str, ...]:
    """Every head as a link says it: "2.5" is the fifth of the second layer."""
    return tuple(f"{one}.{other}" for one in range(1, layers + 1) for other in range(1, heads + 1))
