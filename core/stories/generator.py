"""Makes up stories: people go to places, take things that are there, carry and leave them."""

from __future__ import annotations

import random

from core.stories.story import Story
from core.stories.tongue import Tongue
from core.stories.world import (
    BEFORE,
    DROPS,
    MOVES,
    PERSON,
    PERSON_BEFORE,
    QUESTIONS,
    TAKES,
    Question,
    Statement,
    Untold,
    World,
)  # fmt: skip

LEAST, MOST = 3, 15  # statements of a story
MOVING = 0.5  # share of statements in which somebody goes somewhere, where more can happen
LEAVING = 0.4  # and of the others, by somebody who carries something, in which it is left
TRIES = 20  # stories that are begun anew when nothing of the wished kind can be asked of one


def story(rng: random.Random, words: Tongue, kinds=QUESTIONS, least=LEAST, most=MOST) -> Story:
    """A story of `least` to `most` statements and a question of one of `kinds`, all of them as
    likely: what `rng` decides, and nothing else."""
    kind, size = rng.choice(kinds), rng.randint(least, most)
    while True:
        for _ in range(TRIES):
            statements, world = _happen(rng, words, size)
            asked = _questions(kind, statements, world, words)
            if asked:
                question = rng.choice(asked)
                truth = world.answer(question)
                return Story(
                    tuple(words.say(one, rng) for one in statements), words.ask(question),
                    words.answer(truth), truth.support, kind,
                )  # fmt: skip
        kind = rng.choice(kinds)  # too short for what was wished


def _happen(rng: random.Random, words: Tongue, size: int) -> tuple[list[Statement], World]:
    people = rng.sample(words.people, rng.randint(2, 4))
    things = rng.sample(words.things, rng.randint(1, 3))
    places = rng.sample(words.places, rng.randint(3, 6))
    world, statements = World(), []
    while len(statements) < size:
        statement = _next(rng, world, people, places, things)
        world.tell(statement)
        statements.append(statement)
    return statements, world


def _next(rng: random.Random, world: World, people, places, things) -> Statement:
    """What happens next: only what can, such as to take a thing that lies where one is."""
    who = rng.choice(people)
    here, carried = world.place(who), world.held(who)
    lying = [
        thing for thing in things
        if world.holders.get(thing) is None and world.place(thing) in (None, here)
    ]  # fmt: skip
    if here and rng.random() >= MOVING:
        if carried and (rng.random() < LEAVING or not lying):
            return Statement(DROPS, who, rng.choice(carried))
        if lying:
            return Statement(TAKES, who, rng.choice(lying))
    return Statement(MOVES, who, rng.choice([place for place in places if place != here]))


def _questions(
    kind: str, statements: list[Statement], world: World, words: Tongue
) -> list[Question]:
    """All questions of a kind that the story answers."""
    told = {word for one in statements for word in (one.who, one.what)}
    ones = words.people if kind in (PERSON, PERSON_BEFORE) else words.things
    found = []
    for one in filter(told.__contains__, ones):
        for place in sorted(told & {*words.places}) if kind in BEFORE else [""]:
            question = Question(kind, one, place)
            try:
                world.answer(question)
            except Untold:
                continue
            found.append(question)
    return found
