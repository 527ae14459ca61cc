"""What made a trace, as lines of Python that make it again."""

from __future__ import annotations

from collections.abc import Iterator

from core.trace import Trace
from core.whatif import NOTHING, SOURCE_BLOCK, Replaced


def as_python(trace: Trace) -> str:
    """What asks the model of `trace`, which is greedy, for the very same numbers."""
    asked = list(_arguments(trace))
    plain = all(map(_plain, trace.whatif.weights))
    imports = "from core import load\n" + ("" if plain else "from core.whatif import Replaced\n")
    lines = "".join(f"    {one},\n" for one in (repr(trace.typed), *asked))
    return (
        f"{imports}\nmodel = load({trace.model.name!r})\n"
        f"trace = model.{trace.model.does}(\n{lines})\n"
    )


def _arguments(trace: Trace) -> Iterator[str]:
    whatif = trace.whatif
    if whatif.prefix:
        yield f"prefix={list(whatif.prefix)}"
    if whatif.weights and all(map(_plain, whatif.weights)):
        told = ", ".join(f"{row.step + 1}: {row.weights}" for row in whatif.weights)
        yield f"weights={{{told}}}"
    elif whatif.weights:
        yield f"weights=[{', '.join(f'Replaced{tuple(row)}' for row in whatif.weights)}]"
    if whatif.forbidden:
        yield f"forbidden={[place + 1 for place in whatif.forbidden]}"
    for name in ("temperature", "scaling", "heads", "positions", "uniform"):
        if getattr(whatif, name) != getattr(NOTHING, name):
            value = getattr(whatif, name)
            yield f"{name}={list(value) if isinstance(value, tuple) else value!r}"


def _plain(row: Replaced) -> bool:
    """Whether `{step: weights}` says it."""
    return row[2:] == (SOURCE_BLOCK, None, None)
