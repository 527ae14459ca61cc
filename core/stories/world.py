"""What happens in a story, and what follows from it: people go to places, take things and leave
them. `solved` follows every move and answers a question as a careful reader would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

# What a statement can say: somebody goes to a place, takes a thing, leaves it where they are.
MOVES, TAKES, DROPS = STATEMENTS = ("moves", "takes", "drops")
# What can be asked: where somebody or something is, where it was before a place, who has a thing.
PERSON, THING, PERSON_BEFORE, THING_BEFORE, HOLDER = QUESTIONS = (
    "person", "thing", "person_before", "thing_before", "holder",
)  # fmt: skip
BEFORE = (PERSON_BEFORE, THING_BEFORE)


class Statement(NamedTuple):
    """One line of a story."""

    kind: str  # one of STATEMENTS
    who: str
    what: str  # a place to go to, or a thing


class Question(NamedTuple):
    """What is asked after it."""

    kind: str  # one of QUESTIONS
    about: str  # a person or a thing
    place: str = ""  # of BEFORE: the place that came after


class Truth(NamedTuple):
    """What follows from a story, and the statements that it follows from, counted from 0, in the
    order in which one follows them."""

    answer: str | None  # None: nobody has the thing
    support: tuple[int, ...]


class Untold(ValueError):
    """The story does not say what is asked. `key` says why, as the words have it."""

    def __init__(self, key: str, message: str, **values: object):
        super().__init__(message)
        self.key, self.values = key, values


class Stay(NamedTuple):
    """Where somebody or something is."""

    place: str
    since: int  # the statement with which it came there
    told: int  # the last one that tells it: of a thing the move of whoever touched it last


class World:
    """All that statements have told so far."""

    def __init__(self):
        self.stays: dict[str, list[Stay]] = {}  # of each person or thing, oldest first
        self.holders: dict[str, str | None] = {}  # of each thing that was ever touched
        self.touched: dict[str, int] = {}  # the last statement that took or left each thing
        self.count = 0

    def tell(self, statement: Statement) -> None:
        """One more statement happens."""
        kind, who, what = statement
        if kind == MOVES:
            for one in (who, *self.held(who)):
                self._arrives(one, Stay(what, self.count, self.count))
        else:
            self.holders[what] = who if kind == TAKES else None
            self.touched[what] = self.count
            if self.place(who):  # it was where its taker is, whoever had it before
                self._arrives(what, self.stays[who][-1])
        self.count += 1

    def _arrives(self, one: str, stay: Stay) -> None:
        stays = self.stays.setdefault(one, [])
        if stays and stays[-1].place == stay.place:  # it is there already: told anew
            stay = stay._replace(since=stays.pop().since)
        stays.append(stay)

    def place(self, one: str) -> str | None:
        """Where a person or a thing is; None where the story did not say."""
        return self.stays[one][-1].place if one in self.stays else None

    def held(self, who: str) -> list[str]:
        """The things that somebody carries."""
        return [thing for thing, holder in self.holders.items() if holder == who]

    def answer(self, question: Question) -> Truth:
        """Raises Untold where the story does not say."""
        kind, one, place = question
        stays = self.stays.get(one, [])
        by = (self.touched[one],) if one in self.touched else ()
        if kind in (THING, THING_BEFORE, HOLDER) and not by:
            raise Untold("untouched", f"nobody took or left {one}", one=one)
        if kind == HOLDER:
            return Truth(self.holders[one], by)
        if not stays:
            raise Untold("unplaced", f"the story does not say where {one} is", one=one)
        if kind not in BEFORE:
            return Truth(stays[-1].place, (*by, stays[-1].told))
        reached = [index for index, stay in enumerate(stays) if stay.place == place]
        if not reached:
            raise Untold("never_there", f"{one} never was in {place}", one=one, place=place)
        if reached[-1] == 0:
            raise Untold(
                "there_first", f"the story does not say where {one} was before {place}",
                one=one, place=place,
            )  # fmt: skip
        now, before = stays[reached[-1]], stays[reached[-1] - 1]
        return Truth(before.place, (*by, now.since, before.told))


def solved(statements: Sequence[Statement], question: Question) -> Truth:
    """The answer that follows from `statements`. Raises Untold where they do not say it."""
    world = World()
    for statement in statements:
        world.tell(statement)
    return world.answer(question)
