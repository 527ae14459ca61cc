"""What a page is asked, as a frozen type of typed fields: the state of its widgets, its link, the
notes about a wrong link and what pages share all come from the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, NamedTuple, Self

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

    def told(self, given: str) -> Note:
        """What a link asks for in vain."""
        return Note(self.note, {"given": literal(given)})


def asks(kind: Field) -> Any:
    """A field of a question."""
    return field(metadata={"asks": kind})


@dataclass(frozen=True)
class Choice(Field):
    """One of several values."""

    options: Any = ()  # they, or a function that says which there are
    of: Callable[[str], Any] = str

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


@dataclass(frozen=True)
class Flag(Field):
    """On or off; off by default."""

    usual: bool = False
    on: str = "true"

    def read(self, text: str) -> bool:
        return {self.on: True, "false": False, "0": False, "": False}[text.lower()]

    def write(self, value: bool) -> str:
        return self.on if value else ""


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

    def read(self, text: str) -> tuple[int, ...]:
        numbers = [number(one) for one in text.split(".")]
        if len(numbers) != self.count or not all(numbers):
            raise ValueError(f"{text} is not {self.count} places")
        return tuple(one - 1 for one in numbers)

    def write(self, value: tuple[int, ...] | None) -> str:
        return ".".join(str(one + 1) for one in value or ())


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


@dataclass(frozen=True)
class Question:
    """What one page, or one part of a page, is asked; each kind has fields made by `asks`."""

    widgets: ClassVar[str] = ""  # with what the keys of its widgets begin
    views: ClassVar[tuple[str, ...]] = ()  # what of the link is the browser's

    @classmethod
    def asked(cls) -> dict[str, Field]:
        """Its fields by attribute."""
        return {one.name: one.metadata["asks"] for one in fields(cls)}

    @classmethod
    def key(cls, attribute: str) -> str:
        """The key of a widget."""
        own = cls.asked().get(attribute)
        return own.key if own and own.key else f"{cls.widgets}{attribute}"

    @classmethod
    def keys(cls) -> dict[str, str]:
        """The keys of the widgets that hold it, by attribute."""
        return {name: cls.key(name) for name, one in cls.asked().items() if one.key is not None}

    @classmethod
    def usual(cls, **known: Any) -> Self:
        """The question that nobody asked, but for what is `known`."""
        return cls(**{name: one.default() for name, one in cls.asked().items()} | known)

    @classmethod
    def read(cls, given: Mapping[str, str], **known: Any) -> tuple[Self, list[Note]]:
        """What a link asks, what is `known` for what it does not say, and what it gets wrong."""
        values, notes = {}, []
        for name, one in cls.asked().items():
            try:
                if one.name in given:
                    values[name] = one.read(given[one.name])
            except (ValueError, LookupError):
                if one.note:
                    notes.append(one.told(given[one.name]))
        found = replace(cls.usual(**known), **values)
        if "text" not in given:
            found = found.suited() if "text" in known else found.opened()
        return found.settle(given, notes), notes

    def opened(self) -> Self:
        """Itself with the sentence that its model opens on."""
        return self

    def suited(self) -> Self:
        """Itself with a sentence that its model reads, where it has an example for another one."""
        return self

    def settle(self, given: Mapping[str, str], notes: list[Note]) -> Self:
        """Itself with fields that fit one another; what did not is added to the `notes`."""
        return self

    def follow(self, **values: Any) -> Self:
        """Itself with other values: where the sentence or the model is another, what belonged to
        it is as usual again."""
        found = replace(self, **values)
        if all(getattr(found, name, "") == getattr(self, name, "") for name in ("text", "model")):
            return found
        bound = {name: one.default() for name, one in self.asked().items() if one.bound}
        return replace(found, **bound)

    def parameters(self) -> dict[str, str]:
        """What stands in the link, empty for what does not: all that is not as usual."""
        return {
            one.name: one.write(getattr(self, name))
            if one.always or getattr(self, name) != one.default()
            else ""
            for name, one in self.asked().items()
        }
