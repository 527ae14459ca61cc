"""What keeps classes: what is in a class, and what can be done to it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, Protocol

IDLE = 2 * 60 * 60.0  # seconds after which a class ends in which nobody does anything
ENDED = "ended"  # the last note of a class


class Gone(LookupError):
    """There is no such class, or it has ended."""


class NotLeading(PermissionError):
    """Another device leads the class."""


class Room(NamedTuple):
    """What is known of a class besides its notes."""

    code: str
    key: str  # the digest of the leader's key
    lead: str  # the device that leads
    poll: int  # the poll that takes answers; 0 where none does
    number: int  # of the last note
    ended: bool


class Note(NamedTuple):
    number: int
    name: str
    text: str


class Person(NamedTuple):
    """Somebody who follows."""

    number: int  # of the last note that is on their screen
    away: bool  # whether they look around on their own
    since: float  # seconds since they were last heard of


class Store(Protocol):
    """Every method is one transaction, and when it has returned, what it did outlives the process.
    What changes a class, but for `here`, puts off its end; `Gone` is raised where there is none.
    Both stores raise OSError where they cannot be reached."""

    def create(self, code: str, key: str, lead: str) -> bool:
        """Opens a class; False where there is one with that code."""

    def room(self, code: str) -> Room:
        """Also of a class that was ended, until it is forgotten. Raises Gone."""

    def put(self, code: str, name: str, text: str, by: str, poll: int | None = None) -> int:
        """Writes a note as the device `by`, and its number. With `poll` that poll takes answers
        from now on (0: none does). Raises Gone and NotLeading."""

    def take(self, code: str, lead: str, name: str, text: str) -> int:
        """Another device leads from now on, and a note says so. Raises Gone."""

    def notes(self, code: str, after: int = 0) -> list[Note]:
        """Those that were written after that number, in the order of their numbers, also of a class
        that was ended. Raises Gone."""

    def join(self, code: str, who: str, most: int) -> bool:
        """Somebody follows; False where `most` have done so already. Raises Gone."""

    def here(self, code: str, who: str, number: int, away: bool) -> bool:
        """Somebody is still there; False for a stranger. Raises Gone."""

    def people(self, code: str) -> list[Person]:
        """All who ever followed. Raises Gone."""

    def answer(self, code: str, poll: int, who: str, choice: int) -> bool:
        """Takes an answer in the place of that person's last; False from a stranger, and where that
        poll takes none. Raises Gone."""

    def answers(self, code: str, poll: int) -> Counter[int]:
        """How many chose what. Raises Gone."""

    def end(self, code: str) -> None:
        """Ends it: its people, answers and notes are deleted; that it ended is known for as long as
        an idle class would be. Raises Gone."""

    def close(self) -> None:
        """Lets go of the file or the server."""
