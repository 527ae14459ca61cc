"""Frozen dataclasses, named tuples and arrays as JSON, and back, led by their annotations."""

from __future__ import annotations

import base64
import json
import types
import typing
from dataclasses import fields, is_dataclass
from functools import cache

import numpy as np

from core.plain import parsed

LARGEST = 2**63  # of numbers that are read
PLAIN = {str, int, float, bool, types.NoneType}  # as they are in JSON


def frozen(values, dtype=np.float32) -> np.ndarray:
    """A read-only array of its own."""
    array = np.array(values, dtype)
    array.setflags(write=False)
    return array


LONGEST = 60  # characters of a text in one line


def shortened(text: str) -> str:
    """A text in quotes, on one line, and not long."""
    return repr(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


class Brief:
    """A dataclass that tells itself in a line: arrays by their shape, long tuples by how many."""

    def __repr__(self) -> str:
        told = (f"{name}={_told(getattr(self, name))}" for name in _names(type(self)))
        return f"{type(self).__name__}({', '.join(told)})"


def _told(value) -> str:
    if isinstance(value, np.ndarray):
        return f"<{value.dtype} {value.shape}>"
    if isinstance(value, str):
        return shortened(value)
    plain_tuple = type(value) is tuple and all(type(one) in PLAIN for one in value)
    if type(value) is tuple and not (plain_tuple and len(value) < 5):
        return f"<{len(value)}>"
    return repr(value)


def packed(array: np.ndarray) -> dict:
    """An array as it travels: its type, its shape, and its little-endian bytes in base64."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(np.ascontiguousarray(little).tobytes()).decode()
    return {"dtype": array.dtype.str[1:], "shape": array.shape, "data": data}


def by_field(value) -> dict:
    """A dataclass by its fields."""
    return {name: getattr(value, name) for name in _names(type(value))}


def written(value) -> str:
    """Dataclasses as objects, arrays as their bytes, named tuples and tuples as lists, in JSON."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value) -> dict:
    """What JSON does not know."""
    return packed(value) if isinstance(value, np.ndarray) else by_field(value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


DTYPES = {"f2", "f4", "b1"}  # of arrays that travel
DIMENSIONS = 4  # of an array, at most


def plainly(text: str):
    """What is written in JSON. Raises ValueError for what is none, and for what only Python takes
    for it: numbers that are none, or nesting without end."""
    return parsed(text, parse_constant=_no_number)


def _no_number(name: str):
    raise ValueError(f"{name} is no number")


def revive(kind, data):
    """The opposite of `written`, of what was read from JSON, as the type `kind` is annotated.

    Raises KeyError, TypeError or ValueError for data of another shape.
    """
    if isinstance(kind, types.UnionType):
        if data is None:
            return None
        kind = next(option for option in typing.get_args(kind) if option is not types.NoneType)
    if kind in PLAIN:
        return _plain_of(kind, data)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: revive(hints[name], item) for name, item in data.items()})
    if kind is np.ndarray:
        return _array_of(data)
    if not isinstance(data, list):
        raise TypeError(f"a list is expected, not {shortened(str(data))}")
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return tuple(revive(item, one) for one in data)
    hints = typing.get_type_hints(kind)
    if len(data) > len(hints):
        raise ValueError(f"{len(data)} values for {', '.join(hints)}")
    return kind(*(revive(hints[name], item) for name, item in zip(kind._fields, data)))


def _plain_of(kind, data):
    """A text, a number, yes or no. Raises TypeError for another, ValueError for a number without
    end."""
    fits = (int, float) if kind is float else kind
    if not isinstance(data, fits) or (isinstance(data, bool) and kind is not bool):
        raise TypeError(f"{kind.__name__} is expected, not {shortened(str(data))}")
    if kind in (int, float) and not abs(data) <= LARGEST:
        raise ValueError("a number is too large")
    return data


def _array_of(data) -> np.ndarray:
    dtype, shape = data["dtype"], data["shape"]
    sides = isinstance(shape, list) and all(type(one) is int and one >= 0 for one in shape)
    if dtype not in DTYPES or not sides or not len(shape) <= DIMENSIONS:
        raise ValueError(f"no array is of {dtype!r} and {shape!r}")
    raw = base64.b64decode(data["data"], validate=True)
    kind = np.dtype(dtype)
    return frozen(np.frombuffer(raw, kind.newbyteorder("<")).reshape(shape), kind)
