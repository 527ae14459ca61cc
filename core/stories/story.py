"""A story as a text: a statement a line or a sentence, and a question last."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 40  # statements of a story that a person may type
SENTENCE = re.compile(r"[^.?!\n]*[^.?!\s][^.?!\n]*[.?!]*")
ENDS = ".?!"


@dataclass(frozen=True)
class Story:
    """One story with its question, and where they are known its answer and the statements that it
    follows from, counted from 0."""

    statements: tuple[str, ...]
    question: str
    answer: str = ""
    support: tuple[int, ...] = ()
    kind: str = ""  # of the question, where it is known: of `world.QUESTIONS`

    @property
    def text(self) -> str:
        """As a model reads it: a sentence a line."""
        return "\n".join((*self.statements, self.question))


class BadStory(ValueError):
    """A text that is no story with a question. `key` says why, as the words have it."""

    def __init__(self, key: str, message: str, **values: object):
        super().__init__(message)
        self.key, self.values = key, values


def read(text: str) -> Story:
    """The story that somebody typed, a sentence a line or parted by full stops.

    Raises BadStory for an empty one, one without a question or with one before the end, one without
    statements or with more than MOST.
    """
    sentences = [found.group().strip() for found in SENTENCE.finditer(text)]
    if not sentences:
        raise BadStory("empty", "the story is empty: tell something, a statement a line")
    *told, last = sentences
    if not last.endswith("?"):
        raise BadStory("no_question", "the story has no question: its last line should end in ?")
    early = [one for one in told if one.endswith("?")]
    if early:
        raise BadStory(
            "early_question", f"{early[0]!r} is asked before the end: the question comes last",
            question=early[0],
        )  # fmt: skip
    if not told:
        raise BadStory("no_statements", "nothing is told before the question")
    if len(told) > MOST:
        raise BadStory(
            "long", f"the story has {len(told)} statements, {MOST} are the most",
            count=len(told), most=MOST,
        )  # fmt: skip
    statements = tuple(f"{one.rstrip(ENDS).rstrip()}." for one in told)
    return Story(statements, f"{last.rstrip(ENDS).rstrip()}?")
