"""What a page is asked, as a frozen type of typed fields: the state of its widgets, its link, the
notes about a wrong link, where in its picture one is and what pages share all come from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, NamedTuple, Self

from pages.shared.fields import Field, Note
from pages.shared.frame import literal


def asks(kind: Field, **more: Any) -> Any:
    """A field of a question. Where in a picture one is, and what stands beside it, makes it no
    other question."""
    return field(metadata={"asks": kind}, compare=not (kind.seen or kind.beside), **more)


class There(NamedTuple):
    """What a picture has of a field: as in `Field.within`, or a function that says of a value
    whether it is there; None for all. And what a note tells."""

    has: Any = None
    values: Mapping[str, object] = {}


@dataclass(frozen=True)
class Question:
    """What one page, or one part of a page, is asked; each kind has fields made by `asks`."""

    widgets: ClassVar[str] = ""  # with what the keys of its widgets begin

    @classmethod
    def asked(cls) -> dict[str, Field]:
        """Its fields by attribute."""
        return {one.name: one.metadata["asks"] for one in fields(cls)}

    @classmethod
    def views(cls) -> dict[str, Field]:
        """What of it is the browser's, by attribute."""
        return {name: one for name, one in cls.asked().items() if one.seen}

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
                if one.note and not one.seen:  # what is seen is told when there is a picture
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

    def placed(
        self, given: Mapping[str, str], moved: bool, **there: There
    ) -> tuple[Self, list[Note]]:
        """Itself at the place that a link says, as far as `there` is one, and what of it there is
        not. Where the picture has `moved` to another question, what was bound to the last is as
        usual again, without a word."""
        values, notes = {}, []
        for name, one in self.views().items():
            values[name], picture = one.default(), there.get(name, There())
            if one.name not in given or (moved and one.bound):
                continue
            try:
                value = one.read(given[one.name])
                has = picture.has
                if has is not None and not (
                    has(value) if callable(has) else one.within(value, has)
                ):
                    raise ValueError(f"the picture has no {one.name} {value}")
                values[name] = value
            except (ValueError, LookupError):
                if one.note:
                    told = {"given": literal(given[one.name]), **picture.values}
                    notes.append(Note(one.note, told))
        return replace(self, **values), notes

    def opens(self) -> dict[str, Any]:
        """How its picture opens, as a stage is told it: by the names in the link."""
        return {one.name: one.sent(getattr(self, name)) for name, one in self.views().items()}

    def parameters(self) -> dict[str, str]:
        """What stands in the link, empty for what does not: all that is not as usual."""
        return {
            one.name: one.write(getattr(self, name))
            if one.always or getattr(self, name) != one.default()
            else ""
            for name, one in self.asked().items()
        }
