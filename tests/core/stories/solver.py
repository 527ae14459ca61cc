"""A reader of stories that knows nothing of how they are made: it takes the sentences as they are
told, backwards from the question, by plain rules of its own."""

from __future__ import annotations

import re

# Stems and phrases that tell what a sentence says, and who and what stand in it.
WORDS = {
    "eng": {
        "moves": r"(\w+) (?:went back|went|moved|travelled|journeyed) to the (\w+)\.",
        "takes": r"(\w+) (?:picked up|took|got|grabbed) the (\w+)(?: there)?\.",
        "drops": r"(\w+) (?:dropped|left|put down|discarded) the (\w+)(?: there)?\.",
        "where_before": r"Where was (?:the )?(\w+) before the (\w+)\?",
        "where": r"Where is (?:the )?(\w+)\?",
        "who": r"Who has the (\w+)\?",
        "nobody": "nobody",
    },
    "kor": {
        "moves": r"(\w+?)[은는이가] (\w+?)(?:으로|로|에) (?:갔다|이동했다|돌아갔다|들어갔다)\.",
        "takes": r"(\w+?)[은는이가] (?:거기에서 |그곳에 있던 )?(\w+?)[을를] "
        r"(?:집었다|들었다|챙겼다|집어 들었다)\.",
        "drops": r"(\w+?)[은는이가] (?:거기에 |그곳에 )?(\w+?)[을를] "
        r"(?:내려놓았다|떨어뜨렸다|두었다|놓았다)\.",
        "where_before": r"(\w+?)[은는] (\w+?)에 (?:가기|오기) 전에 어디에 있었나요\?",
        "where": r"(\w+?)[은는] 어디에 있나요\?",
        "who": r"(\w+?)[은는] 누가 가지고 있나요\?",
        "nobody": "아무도",
    },
}  # fmt: skip


def solve(statements: tuple[str, ...], question: str, language: str) -> tuple[str, list[int]]:
    """The answer, and the lines that it follows from, sorted."""
    words = WORDS[language]
    events = [event(line, words) for line in statements]
    if asked := re.fullmatch(words["where_before"], question):
        one, place = asked.groups()
        return before(one, place, events)
    if asked := re.fullmatch(words["where"], question):
        return where(asked[1], len(events), events)
    thing = re.fullmatch(words["who"], question)[1]
    last = last_touch(thing, len(events), events)
    kind, who, _ = events[last]
    return (who if kind == "takes" else words["nobody"]), [last]


def event(line: str, words: dict[str, str]) -> tuple[str, str, str]:
    for kind in ("moves", "takes", "drops"):
        if found := re.fullmatch(words[kind], line):
            return kind, *found.groups()
    raise AssertionError(line)


def last_touch(thing: str, until: int, events) -> int | None:
    """The last line before `until` in which somebody took or left the thing."""
    for line in reversed(range(until)):
        if events[line][0] != "moves" and events[line][2] == thing:
            return line
    return None


def last_move(who: str, until: int, events) -> int:
    for line in reversed(range(until)):
        if events[line][:2] == ("moves", who):
            return line
    raise AssertionError(f"{who} went nowhere")


def where(one: str, until: int, events) -> tuple[str, list[int]]:
    """Where a person or a thing is after the first `until` lines."""
    touch = last_touch(one, until, events)
    if touch is None:
        line = last_move(one, until, events)
        return events[line][2], [line]
    kind, who, _ = events[touch]
    line = last_move(who, until if kind == "takes" else touch, events)
    return events[line][2], sorted([touch, line])


def before(one: str, place: str, events) -> tuple[str, list[int]]:
    """Where it was before it came to the place for the last time: every moment, newest first."""
    moments = []
    for until in range(len(events), 0, -1):
        try:
            moments.append(where(one, until, events))
        except AssertionError:
            break
    here = next(i for i, (found, _) in enumerate(moments) if found == place)
    then = next(i for i in range(here, len(moments)) if moments[i][0] != place)
    arrived = moments[then - 1][1]  # the first moment there
    touch = last_touch(one, len(events), events)
    lines = {max(arrived), moment_of_move(moments[then][1], events)}
    if touch is not None:
        lines = {touch, moment_of_move(arrived, events), moment_of_move(moments[then][1], events)}
    return moments[then][0], sorted(lines)


def moment_of_move(lines: list[int], events) -> int:
    return next(line for line in lines if events[line][0] == "moves")
