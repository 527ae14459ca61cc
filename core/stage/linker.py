"""Several ES modules made one, so that a browser gets a single text and nobody has to build.

Each module becomes a function that is called once and returns what the module exports: names at
the top of two modules may agree. Only what this project's modules do is understood: imports by
name, or of a default, from a path; `export` in front of a function, a class or one constant.
Comments and indentation stay behind: a template must not go over several lines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

IMPORT = re.compile(r'^import (?:(\w+)|\{([^{}]*)\}) from "(\.{1,2}/[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (default )?((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*[\s\S]*?\*/[ \t]*)$", re.MULTILINE)
UNKNOWN = re.compile(r"^(?:import|export)\b.*|.*\bimport\(.*", re.MULTILINE)


class LinkError(ValueError):
    """Modules that do not go together; says which, and why."""


class Linked(NamedTuple):
    """One text, and the modules that are in it, each after what it imports."""

    text: str
    modules: tuple[Path, ...]


class _Module(NamedTuple):
    name: str  # of the object that holds what it exports
    exports: set[str]


def link(entry: str, folder: Path) -> Linked:
    """The module text `entry`, which stands in `folder`, with all that its imports reach.

    Raises LinkError for a circle of imports, a missing module or export, or what is not understood.
    """
    modules: dict[Path, _Module] = {}
    parts: list[str] = []

    def load(path: Path, importers: tuple[Path, ...]) -> _Module:
        """The module at `path`, its text among the parts; `importers` lead from the entry to it."""
        if path in importers:
            circle = " → ".join(one.name for one in (*importers[importers.index(path) :], path))
            raise LinkError(f"Modules import one another in a circle: {circle}")
        if path not in modules:
            if not path.is_file():
                raise LinkError(f"{importers[-1]} imports {path}, which is not there")
            text = bound(_bare(path.read_text(encoding="utf-8"), path), path, importers)
            exports = [
                ("default" if default else name, name) for default, _, name in EXPORT.findall(text)
            ]
            text = EXPORT.sub(r"\2 \3", text)
            if unknown := UNKNOWN.search(text):
                raise LinkError(f"{path} has a line that is not understood: {unknown[0]}")
            module = modules[path] = _Module(f"${len(modules)}", {name for name, _ in exports})
            returned = ", ".join(name if name == own else f"{name}: {own}" for name, own in exports)
            parts.append(
                f"const {module.name} = (() => {{\n{text}\nreturn {{ {returned} }};\n}})();"
            )
        return modules[path]

    def bound(text: str, path: Path, importers: tuple[Path, ...]) -> str:
        """The text of the module at `path`, each import a constant taken from the other module."""

        def constant(match: re.Match) -> str:
            default, listed, where = match.groups()
            source = (path.parent / where).resolve()
            module, taken = load(source, (*importers, path)), []
            for one in listed.split(",") if listed else [f"default as {default}"]:
                name, _, own = one.strip().partition(" as ")
                if name and name not in module.exports:
                    raise LinkError(f"{path} imports {name} of {source}, which exports no {name}")
                taken.append(f"{name}: {own}" if own else name)
            return f"const {{ {', '.join(filter(None, taken))} }} = {module.name};"

        return IMPORT.sub(constant, text)

    text = bound(entry, folder.resolve() / "entry.js", ())
    return Linked("\n".join((*parts, text)), tuple(modules))


def _bare(text: str, path: Path) -> str:
    """Without indentation, empty lines, and comments that have lines of their own."""
    lines = [line.strip() for line in COMMENT.sub("", text).splitlines()]
    for line in lines:
        if line.count("`") % 2:
            raise LinkError(f"{path} has a template over several lines: {line}")
    return "\n".join(filter(None, lines))
