"""What a person changes in a story, line by line, and what follows from it then."""

from __future__ import annotations

from collections.abc import Mapping

from core.stories.story import MOST, Story
from core.stories.tongue import Tongue
from core.stories.world import Truth, Untold, solved
from core.templates import filled


def edited(story: Story, words: Tongue | None, choice: Mapping[str, object]) -> Story:
    """The story with one change: `act` says which, `line` of which line, from 0; the question is
    the line after the statements.

    "say" puts a `text` there, "fill" what a `form` makes of `who`, `what` and `place`, "move" moves
    it `by` so many lines, "remove" takes it out, and "add" lets somebody go somewhere after it.
    Raises ValueError or LookupError for a change that cannot be.
    """
    lines, line, act = list(story.statements), int(choice["line"]), choice["act"]
    asked = line == len(lines)
    if not 0 <= line <= len(lines) or (asked and act not in ("say", "fill")):
        raise ValueError(f"there is no line {line} to {act}")
    if act in ("say", "fill"):
        text = str(choice["text"]) if act == "say" else _filled(words, choice, asked)
        text = " ".join(text.split())
        if asked:
            return Story(story.statements, text if text.endswith("?") else f"{text.rstrip('.')}?")
        lines[line] = text if text.endswith((".", "?")) else f"{text}."
    elif act == "move":
        lines.insert(max(0, line + int(choice["by"])), lines.pop(line))
    elif act == "remove":
        lines.pop(line)
    elif act == "add" and words and len(lines) < MOST:
        lines.insert(line + 1, _another(words, lines[line]))
    else:
        raise ValueError(f"a line cannot {act}")
    return Story(tuple(lines), story.question)


def _filled(words: Tongue | None, choice: Mapping[str, object], asked: bool) -> str:
    if words is None:
        raise ValueError("no words are known by which a line could be filled")
    form = (words.questions if asked else words.statements)[int(choice["form"])]
    holes = {hole: str(choice[hole]) for hole in form.holes}
    odd = [word for hole, word in holes.items() if word not in words.known(form, hole)]
    if odd:
        raise ValueError(f"{odd[0]!r} is no word for this line")
    return filled(form.template, holes)


def _another(words: Tongue, before: str) -> str:
    """Whoever did something last goes to a place: to be changed."""
    told = words.statement(before)
    who = told.who if told else words.people[0]
    place = next(one for one in words.places if told is None or one != told.what)
    return filled(words.statements[0].template, {"who": who, "what": place})


def follows(story: Story, words: Tongue | None) -> Truth:
    """What follows from the story that somebody typed. Raises Untold where nobody can say it: the
    story does not tell it, or a line is not one that is understood here."""
    if words is None:
        raise Untold("unread", "stories of this language are not understood here")
    question = words.question(story.question)
    if question is None:
        raise Untold("odd_question", f"{story.question!r} is no question that is understood here")
    statements = []
    for number, line in enumerate(story.statements, 1):
        told = words.statement(line)
        if told is None:
            raise Untold("odd_line", f"line {number} is not understood: {line}", line=number)
        statements.append(told)
    return solved(statements, question)


def retold(story: Story, words: Tongue, others: Tongue) -> Story | None:
    """The same story in another language, each word by the one in its place; None where a line is
    not understood."""
    question = words.question(story.question)
    statements = [words.statement(line) for line in story.statements]
    if question is None or None in statements:
        return None
    names = dict(
        zip(
            (*words.people, *words.places, *words.things),
            (*others.people, *others.places, *others.things),
            strict=True,
        )
    )
    told = tuple(
        others.say(one._replace(who=names[one.who], what=names[one.what])) for one in statements
    )
    about, place = names[question.about], names.get(question.place, "")
    return Story(told, others.ask(question._replace(about=about, place=place)))
