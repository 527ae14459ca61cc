"""A story line by line, what each look at it rests on, and how the answer came about.

The keys of a trace are words. The weight of a statement is the sum of those of its words, and which
words these are follows from where the sentences stand in the text.
"""

from __future__ import annotations

from contextlib import suppress

from core.formulas import LATEX, Formula, mathml
from core.stage import framed, tongues, whole_page
from core.stories.editing import follows
from core.stories.story import MOST, Story, read
from core.stories.tongue import Form, Tongue, tongue
from core.stories.world import Untold
from core.templates import HOLE
from core.trace import Trace
from core.views.stories import wire
from core.words import say, section

NEEDS = ("hops",)


def words_of(code: str) -> Tongue | None:
    """The words of stories in that language; None where there are none."""
    with suppress(ValueError):
        return tongue(code)
    return None


def payload(trace: Trace, language: str) -> wire.Payload:
    """What the script needs to draw `trace`: it, the lines of the story, and what follows from
    them. Raises ValueError for a trace of a model that does not look at stories."""
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} has no looks at a story")
    story, words = read(trace.typed), words_of(trace.model.source)
    return {
        "stage": "stories",
        "trace": trace.to_json(),
        "tongues": tongues(trace.model),
        "strings": {**section(language, "stage"), **section(language, "stories")},
        "language": language,
        "lines": _lines(trace, story, words),
        "menus": _menus(words),
        "truth": _follows(story, words, language),
        "most": MOST,
        "formulas": _formulas(trace),
    }  # fmt: skip


def _formulas(trace: Trace) -> dict[str, Formula]:
    """Those of the panels, by the names that they have there."""
    named = {
        "context": "found", "softmax": "found_weights", "context_of_values": "found_of_values",
        "look": "look", "asked": "asked", "next_asked": "next_asked", "next": "answer",
    }  # fmt: skip
    return {
        **{name: mathml(LATEX[one]) for name, one in named.items()},
        "equation": mathml(f"e_s = {trace.model.score.latex}"),
    }


def _lines(trace: Trace, story: Story, words: Tongue | None) -> list[wire.Line]:
    """The lines of what was typed, a sentence each, with their tokens."""
    ends, place = [], 0
    for sentence in (*story.statements, story.question):
        place = trace.typed.index(sentence, place) + len(sentence)
        ends.append(place)
    lines, first, tokens = [], 0, trace.source
    for number, (sentence, end) in enumerate(
        zip((*story.statements, story.question), ends, strict=True)
    ):
        asks = number == len(story.statements)
        inside = (token.end is None or token.end <= end for token in tokens[first:])
        last = len(tokens) if asks else first + sum(inside) - 1  # the end mark has no place
        lines.append(
            {
                "text": sentence, "tokens": (first, last),
                "parts": _parts(sentence, words, asks),
            }
        )  # fmt: skip
        first = last
    return lines


def _parts(sentence: str, words: Tongue | None, asks: bool) -> wire.Parts | None:
    found = words and words.found(sentence, words.questions if asks else words.statements)
    return found and {"form": found.form, **{"who": "", "what": "", "place": ""}, **found.holes}


def _menus(words: Tongue | None) -> wire.Menus:
    if words is None:
        return {"people": [], "places": [], "things": [], "statements": [], "questions": []}
    return {
        "people": words.people, "places": words.places, "things": words.things,
        "statements": [_form(words, form) for form in words.statements],
        "questions": [_form(words, form) for form in words.questions],
    }  # fmt: skip


def _form(words: Tongue, form: Form) -> wire.Form:
    what = ""
    if "what" in form.holes:
        what = "place" if words.known(form, "what") is words.places else "thing"
    return {
        "label": HOLE.sub("…", form.template), "who": "who" in form.holes, "what": what,
        "place": "place" in form.holes,
    }  # fmt: skip


def _follows(story: Story, words: Tongue | None, language: str) -> wire.Follows:
    try:
        truth = follows(story, words)
    except Untold as untold:
        told = say(language, f"stories.untold_{untold.key}", **untold.values)
        return {"answer": None, "support": [], "told": told}
    answer = words.answer(truth)
    support = sorted(truth.support)
    lines = ", ".join(str(one + 1) for one in support)
    told = say(language, "stories.follows", answer=answer, count=len(support), lines=lines)
    return {"answer": answer, "support": support, "told": told}


def named(trace: Trace) -> str:
    """What a file about `trace` is called, without its ending."""
    return f"heed-{trace.model.name}"


def page(trace: Trace, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that steps through the looks of `trace` like the app, with nothing to fetch.
    `theme` is "auto" (the reader's), "light" or "dark"."""
    data = {**payload(trace, language), "theme": theme, "exports": {"name": named(trace)}}
    question = read(trace.typed).question
    return whole_page(
        data, say(language, "stories.title"), question,
        say(language, "stories.about", model=trace.model.name),
    )  # fmt: skip


def notebook(trace: Trace, language: str = "en") -> str:
    """The page in a frame of its own, for the output cell of a notebook."""
    from core.figures.still import still  # with plotly, which no page may load for this

    return framed(page(trace, language), still(trace), repr(trace), language)
