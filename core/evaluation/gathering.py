"""Tables that are measured model by model: each model's rows go to those of its test set."""

from __future__ import annotations

from pathlib import Path

from core.measurements import about
from core.measurements.table import Table, gather, read, write

# Of what is said above the rows, what tells whose table it is; how many sentences were measured
# may change, and then all of it is measured anew.
WHOSE = tuple(key for key in about.TEST if key != "slice")


def keep(found: Table, name: str, where: Path | None = None) -> tuple[Path, Table]:
    """Writes `found`, the rows of the model `name`, to `where` or else to the table of the app that
    is of its languages, data and tokens; where that was measured in the same way, the rows of other
    models stay. Returns where it stands and all that stands there now. Raises OSError; ValueError
    for a table that is broken."""
    path = where or place(found.about)
    if path.exists():
        before = read(path)
        if before.about == found.about:
            (found,) = gather([before.without(name), found])
    write(path, found)
    return path, found


def place(said: dict[str, str]) -> Path:
    """The table of the app that is of the same task, languages, data and tokens, or where one would
    stand: under the name of its task, if no other has that, or else under its languages too."""
    task, tokens = said["task"], said.get("tokeniser", about.USUAL)
    for path in about.tables(task=task):
        if all(about.read(path).about.get(key) == said.get(key) for key in WHOSE):
            return path
    usual = about.shipped(task=task)
    if tokens != about.USUAL:
        usual = usual.with_stem(f"{usual.stem}-{tokens}")
    if not usual.exists():
        return usual
    return usual.with_stem(f"{usual.stem}-{said['source']}-{said['target']}")
