"""What was worked out, kept for everybody by its question, as far as it has room: in bytes."""

from __future__ import annotations

import inspect
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
ROOM = 80 * 2**20  # bytes, of all that is kept
PLAIN = {int: 28, float: 24, bool: 0, type(None): 0}


class Shelf:
    """Values by key, together at most `room` bytes; what was asked for longest ago goes first."""

    def __init__(self, room: int = ROOM):
        self.room, self.weight = room, 0
        self._values: OrderedDict[tuple, tuple[Any, int]] = OrderedDict()
        self._working: dict[tuple, threading.Lock] = {}
        self.cleared = 0  # how often
        self._lock = threading.RLock()

    def find(self, key: tuple, work: Callable[[], Any]) -> Any:
        """The value of `key`, or what `work` makes of it, which nobody else does meanwhile."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
            own = self._working.setdefault(key, threading.Lock())
        with own:
            with self._lock:
                if key in self._values:
                    return self._values[key][0]
                cleared = self.cleared
            try:
                value = work()
                self.put(key, value, cleared)
            finally:
                with self._lock:
                    self._working.pop(key, None)
        return value

    def put(self, key: tuple, value: Any, cleared: int) -> None:
        """Takes a value, unless all was forgotten since `cleared` was that."""
        self._put(key, value, weigh(value), cleared)

    def __contains__(self, key: tuple) -> bool:
        with self._lock:
            return key in self._values

    def clear(self) -> None:
        """Forgets all values, and those that are at work now as soon as they are there."""
        with self._lock:
            self._values.clear()
            self.weight, self.cleared = 0, self.cleared + 1

    def _put(self, key: tuple, value: Any, weight: int, cleared: int) -> None:
        with self._lock:
            if weight > self.room or cleared != self.cleared:
                return
            _, before = self._values.pop(key, (None, 0))
            self.weight -= before
            self._values[key] = value, weight
            self.weight += weight
            while self.weight > self.room:
                _, (_, light) = self._values.popitem(last=False)
                self.weight -= light


SHELF = Shelf()


class kept(Generic[P, R]):
    """A function whose results stand on the shelf. Its arguments can be hashed; nobody changes what
    it gives."""

    def __init__(self, function: Callable[P, R]):
        update_wrapper(self, function)
        self._function, self._signature = function, inspect.signature(function)

    def __call__(self, *args: P.args, **named: P.kwargs) -> R:
        return SHELF.find(self._key(*args, **named), lambda: self._function(*args, **named))

    def knows(self, *args: P.args, **named: P.kwargs) -> bool:
        """Whether the result is there already."""
        return self._key(*args, **named) in SHELF

    def keep(self, since: int, result: R, *args: P.args, **named: P.kwargs) -> None:
        """Takes a result that was worked out together with others, unless all was forgotten since
        they were begun, when `SHELF.cleared` was that."""
        SHELF.put(self._key(*args, **named), result, since)

    def _key(self, *args: P.args, **named: P.kwargs) -> tuple:
        asked = self._signature.bind(*args, **named)
        asked.apply_defaults()  # however it is asked, it is one question
        return self._function, asked.args, *sorted(asked.kwargs.items())

    def clear(self) -> None:
        """Forgets everything: what was made of its results is on the shelf too."""
        SHELF.clear()


def weigh(value: Any) -> int:
    """Bytes that a value takes, with all that hangs on it: arrays, texts, collections, records."""
    weight, seen, left = 0, set(), [value]
    while left:
        one = left.pop()
        kind = type(one)
        if kind in PLAIN:
            weight += PLAIN[kind]
            continue
        if id(one) in seen:
            continue
        seen.add(id(one))
        weight += sys.getsizeof(one)
        if kind is dict:
            left += one
            left += one.values()
        elif isinstance(one, (tuple, list)):
            if one and hasattr(type(one[0]), "_fields"):  # a row of records, alike in weight
                weight += len(one) * weigh(one[0])
            else:
                left += one
        elif hasattr(one, "nbytes"):
            if one.base is not None:  # a view weighs what it looks at
                left.append(one.base)
        elif is_dataclass(one):
            left += [getattr(one, name) for name in _names(kind)]
    return weight


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))
