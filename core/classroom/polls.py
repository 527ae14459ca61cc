"""A poll: a question with choices, how many chose which, and the model's weights beside them.

Nothing that a follower types is in it: an answer is the number of a choice.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence

LONGEST = {"question": 400, "choice": 80}  # characters
FEWEST, MOST = 2, 40  # choices
POLLS = 100  # of one class
SORTS = ("weights", "answer")
MATCH = 10  # questions of a match


def opened(
    number: int, question: object, choices: object, sort: object = "answer", match: object = 0
) -> dict:
    """A poll that takes answers: what the model weighs (`sort` is "weights"), or which choice is
    the model's own. `match` counts the questions of a match up to ten; 0 for none. Raises
    ValueError for what is no question with its choices."""
    if not (isinstance(question, str) and 0 < len(question.strip()) <= LONGEST["question"]):
        raise ValueError(f"a question has 1 to {LONGEST['question']} characters")
    if not (isinstance(choices, list) and FEWEST <= len(choices) <= MOST):
        raise ValueError(f"a poll has {FEWEST} to {MOST} choices")
    for one in choices:
        if not (isinstance(one, str) and 0 < len(one) <= LONGEST["choice"]):
            raise ValueError(f"a choice has 1 to {LONGEST['choice']} characters")
    if sort not in SORTS:
        raise ValueError(f"a poll is about {' or '.join(SORTS)}")
    if isinstance(match, bool) or not isinstance(match, int) or not 0 <= match <= MATCH:
        raise ValueError(f"a match has {MATCH} questions")
    return {
        "poll": number, "state": "open", "question": question, "choices": choices,
        "sort": sort, "match": match,
    }  # fmt: skip


def closed(poll: Mapping) -> dict:
    """It takes no more answers, and does not say yet what they were."""
    return {**poll, "state": "closed"}


def revealed(poll: Mapping, answers: Counter[int], weights: object) -> dict:
    """Its answers, counted, beside the model's `weights`: one a choice, none below 0, together at
    most 1 (what is left is another's: choices need not be all there are). Raises ValueError for
    other weights."""
    size = len(poll["choices"])
    if not (isinstance(weights, list) and len(weights) == size):
        raise ValueError(f"a weight for each of the {size} choices is expected")
    for one in weights:
        if isinstance(one, bool) or not isinstance(one, (int, float)) or not 0 <= one <= 1.001:
            raise ValueError("a weight is a number from 0 to 1")
    if math.fsum(weights) > 1.001:
        raise ValueError("weights sum to at most 1")
    counts = [answers[choice] for choice in range(size)]
    return {
        **poll, "state": "revealed", "counts": counts, "weights": weights,
        "distance": distance(counts, weights), "mistake": mistake(counts, weights),
    }  # fmt: skip


def distance(counts: Sequence[int], weights: Sequence[float]) -> float | None:
    """How far the room's distribution is from the model's over these choices, from 0 (alike) to 1
    (nothing in common): the total variation distance ½ Σ |p − q|. None where one is empty."""
    answered, weighed = sum(counts), math.fsum(weights)
    if not answered or not weighed:
        return None
    pairs = zip(counts, weights)
    return math.fsum(abs(count / answered - weight / weighed) for count, weight in pairs) / 2


def mistake(counts: Sequence[int], weights: Sequence[float]) -> int | None:
    """The choice that most took, of those the model does not weigh most; None if nobody erred."""
    most = max(weights)
    wrong = [choice for choice, weight in enumerate(weights) if weight < most and counts[choice]]
    return max(wrong, key=lambda choice: (counts[choice], -choice), default=None)


def table(polls: Sequence[Mapping]) -> str:
    """All polls that were revealed as CSV (RFC 4180), a choice a row, without names."""
    data = io.StringIO()
    write = csv.writer(data).writerow
    write(("poll", "question", "choice", "answers", "weight"))
    for poll in polls:
        if poll["state"] == "revealed":
            for row in zip(poll["choices"], poll["counts"], poll["weights"]):
                choice, count, weight = row
                write((poll["poll"], _plain(poll["question"]), _plain(choice), count, weight))
    return data.getvalue()


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text
