"""The types of what travels, written for the scripts: every `Payload` of a view's `wire.py` as
TypeScript in core/stage/wire.d.ts.

    python -m core.views.wiretypes
"""

from __future__ import annotations

import importlib
import types
import typing
from collections.abc import Iterator
from pathlib import Path

from core import stage
from core.stage import message

FILE = stage.FOLDER / "wire.d.ts"
HEAD = "// What travels to each stage: written by `python -m core.views.wiretypes`.\n"
PLAIN = {
    str: "string", int: "number", float: "number", bool: "boolean", types.NoneType: "null",
    object: "any", list: "any[]",
}  # fmt: skip


def views() -> tuple[str, ...]:
    """Those that say what travels to them."""
    return tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/wire.py")))


def named(kind: type) -> str:
    """What a type is called in TypeScript: of a view with the view's name before its own."""
    *_, folder, file = kind.__module__.split(".")
    return f"{folder.capitalize()}{kind.__name__}" if file == "wire" else kind.__name__


def written() -> str:
    """The text of the file."""
    found: dict[str, str] = {}

    def of(kind: object) -> str:
        """A type as TypeScript; what it names is among those found."""
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin in (types.UnionType, typing.Union):
            return " | ".join(map(of, inner))
        if origin is list or (origin is tuple and inner[-1] is Ellipsis):
            text = of(inner[0])
            return f"({text})[]" if " | " in text else f"{text}[]"
        if origin is tuple:
            return f"[{', '.join(map(of, inner))}]"
        if origin is dict:
            return f"Record<{', '.join(map(of, inner))}>"
        if kind in PLAIN:
            return PLAIN[kind]
        return declared(kind)

    def declared(kind: type) -> str:
        """A named type, which is written where it has not been."""
        name = named(kind)
        if name not in found:
            found[name] = ""  # for a type that names itself
            hints = typing.get_type_hints(kind)
            if typing.is_typeddict(kind):
                lines = [
                    f"  {key}{'' if key in kind.__required_keys__ else '?'}: {of(one)};"
                    for key, one in hints.items()
                ]
                found[name] = "\n".join([f"export interface {name} {{", *lines, "}"])
            else:  # a named tuple
                parts = "".join(f"\n  {key}: {of(one)}," for key, one in hints.items())
                found[name] = f"export type {name} = [{parts}\n];"
        return name

    for payload in (*(getattr(message, name) for name in ("Message", "Packed")), *payloads()):
        declared(payload)
    return "\n".join([HEAD, "\n\n".join(found.values()), ""])


def payloads() -> Iterator[type]:
    """All typed dictionaries of all views."""
    for view in views():
        module = importlib.import_module(f"core.views.{view}.wire")
        for kind in vars(module).values():
            if typing.is_typeddict(kind) and kind.__module__ == module.__name__:
                yield kind


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
