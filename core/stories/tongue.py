"""The words of stories in one language: statements and questions to sentences, and back.

Each language is a file of this folder, named by its ISO 639-3 code.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from core.stories.world import (
    MOVES,
    QUESTIONS,
    STATEMENTS,
    Question,
    Statement,
    Truth,
)  # fmt: skip
from core.templates import HOLE, filled


class Form(NamedTuple):
    """One way to say or to ask something."""

    kind: str  # of STATEMENTS or QUESTIONS
    template: str

    @property
    def holes(self) -> tuple[str, ...]:
        """What fills it: "who", "what", "place"."""
        return tuple(found[1] for found in HOLE.finditer(self.template))


class Found(NamedTuple):
    """How a sentence is made of a form."""

    form: int  # its place among the forms
    holes: dict[str, str]


class Tongue:
    """One language."""

    def __init__(self, code: str, told: dict):
        self.code = code
        self.people, self.places, self.things = told["people"], told["places"], told["things"]
        self.nobody: str = told["nobody"]
        self.examples = tuple(one.strip() for one in told["examples"])  # stories to begin with
        self.statements, self.questions = (
            tuple(Form(kind, one) for kind in kinds for one in told[side][kind])
            for side, kinds in (("statements", STATEMENTS), ("questions", QUESTIONS))
        )

    def say(self, statement: Statement, rng: random.Random | None = None) -> str:
        """A statement as a sentence: by the first form of its kind, or by one that is drawn."""
        known = [form for form in self.statements if form.kind == statement.kind]
        chosen = rng.choice(known) if rng else known[0]
        return filled(chosen.template, {"who": statement.who, "what": statement.what})

    def ask(self, question: Question) -> str:
        """A question as a sentence."""
        form = next(form for form in self.questions if form.kind == question.kind)
        about = {"who": question.about, "what": question.about}
        return filled(form.template, {**about, "place": question.place})

    def answer(self, truth: Truth) -> str:
        """The word that answers."""
        return self.nobody if truth.answer is None else truth.answer

    def statement(self, sentence: str) -> Statement | None:
        """What a sentence tells; None where it is no statement that is known here."""
        found = self.found(sentence, self.statements)
        if found is None:
            return None
        return Statement(self.statements[found.form].kind, found.holes["who"], found.holes["what"])

    def question(self, sentence: str) -> Question | None:
        """What a sentence asks; None where it is no question that is known here."""
        found = self.found(sentence, self.questions)
        if found is None:
            return None
        kind, holes = self.questions[found.form].kind, found.holes
        return Question(kind, holes.get("who") or holes["what"], holes.get("place", ""))

    def found(self, sentence: str, forms: tuple[Form, ...]) -> Found | None:
        """Of which form a sentence is, and of which words; None where it is of none."""
        for index, form in enumerate(forms):
            match = pattern(form.template).fullmatch(sentence)
            if match and all(word in self.known(form, hole) for hole, word in
                             match.groupdict().items()):  # fmt: skip
                return Found(index, match.groupdict())
        return None

    def known(self, form: Form, hole: str) -> list[str]:
        """The words that may fill a hole of a form."""
        if hole == "who":
            return self.people
        return self.places if hole == "place" or form.kind == MOVES else self.things

    def sentences(self) -> Iterator[str]:
        """Every sentence that stories of this language can have, and every answer: a vocabulary
        that is made of them has all words."""
        for form in (*self.statements, *self.questions):
            known = [self.known(form, hole) for hole in form.holes]
            for words in product(*known):
                yield filled(form.template, dict(zip(form.holes, words, strict=True)))
        yield " ".join([*self.people, *self.places, *self.things, self.nobody])


@cache
def pattern(template: str) -> re.Pattern:
    """What matches the sentences of a template; a particle may stand in either form."""
    parts, end = [], 0
    for hole in HOLE.finditer(template):
        parts.append(re.escape(template[end : hole.start()]))
        parts.append(rf"(?P<{hole[1]}>\w+?)")
        parts += [rf"(?:{hole[2]}|{hole[3]})"] if hole[2] else []
        end = hole.end()
    parts.append(re.escape(template[end:]))
    return re.compile("".join(parts))


@cache
def tongue(code: str) -> Tongue:
    """The words of one language. Raises ValueError that lists those there are."""
    known = languages()
    if code not in known:
        raise ValueError(f"no stories in the language {code!r}; there are {', '.join(known)}")
    path = Path(__file__).with_name(f"{code}.toml")
    return Tongue(code, tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def languages() -> tuple[str, ...]:
    """The languages that stories are there in."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))
