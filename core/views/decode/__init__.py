"""One trace, step by step: where the decoder looks, and how each token came about."""

from __future__ import annotations

from core.formulas import Formula, equation, mathml, rendered
from core.heads import MEAN, head_name
from core.stage import framed, tongues, whole_page, words_for
from core.stage.glossed import Glossed
from core.trace import Trace
from core.views.decode.holding import Usual, held
from core.views.decode.wire import Payload
from core.words import say

NEEDS = ()


def payload(
    trace: Trace, language: str, head: str = MEAN, before: Trace | None = None,
    usual: Usual | None = None,
) -> Payload:  # fmt: skip
    """What the script needs to draw `trace`: the trace, the words, the formula.

    Of several heads it draws the one that `head` names, or the mean of a layer or of all. Where
    there is no source, that is what was written before. `before` is the same without what was
    changed in its attention, `usual` what the model's attention is on average, to be put in its
    place. Raises LookupError when there is no such head.
    """
    several = trace.heads() is not None
    if head == MEAN:
        head = trace.looks
    return {
        "stage": "decode",
        "trace": _seen_by(trace, head).to_json(),
        "head": head_name(head, language) if several else None,
        "tongues": tongues(trace.model),
        "strings": words_for(trace, language, "hold"),
        "formulas": _formulas(trace),
        "language": language,
        "before": before and _seen_by(before, head).to_json(),
        "held": held(trace, language, head, usual) if trace.attentions else None,
    }


def _seen_by(trace: Trace, head: str) -> Trace:
    """`trace` with the attention that is drawn of it."""
    as_it_is = not trace.attentions or (head == trace.looks and trace.heads() is None)
    return trace if as_it_is else trace.only(head)


def _formulas(trace: Trace) -> dict[str, Formula]:
    """Those of the five panels; without attention there is no `equation` of a score."""
    found = rendered(
        "context", "state", "stream", "combined", "softmax", "mean_weight", "context_of_states",
        "context_of_values", "combine", "combine_alone", "combine_none", "combine_norm",
        "combine_post", "next",
    )  # fmt: skip
    score = trace.model.score
    if score and score.window:
        found |= {"centre": mathml(score.window.latex)}
    return found | {"equation": mathml(equation(score.latex))} if score else found


def named(trace: Trace, head: str = MEAN) -> str:
    """What a file about `trace` is called, without its ending."""
    chosen = "" if head in (MEAN, trace.looks) or trace.heads() is None else f"-{head}"
    return f"heed-{trace.model.name}{chosen}"


def page(
    trace: Trace,
    language: str = "en",
    theme: str = "auto",
    step: int | None = None,
    head: str = MEAN,
    before: Trace | None = None,
    glosses: Glossed | None = None,
) -> str:
    """One HTML file that steps through `trace` like the app, with nothing to fetch.

    `theme` is "auto" (the reader's), "light" or "dark"; `step`, counted from 1 as in a link, is
    where it opens; `head` and `before` as in `payload`. With `glosses` these stand under words.
    """
    words = words_for(trace, language)
    score = trace.model.score
    several = trace.heads() is not None
    head = trace.looks if head == MEAN else head
    subtitle = words["subtitle" if trace.attentions else "subtitle_alone"].format(
        model=trace.model.name, score=score and score.name,
        head=head_name(head, language) if several else say(language, "head.some"),
    )  # fmt: skip
    data = {
        **payload(trace, language, head, before),
        "theme": theme,
        "open": {"step": None if step is None else step - 1},
        "exports": {"name": named(trace, head)},
        "glosses": glosses,
    }
    return whole_page(data, words["title"], trace.typed, subtitle)


def notebook(trace: Trace, language: str = "en") -> str:
    """The page in a frame of its own, for the output cell of a notebook."""
    from core.figures.still import still  # with plotly, which no page may load for this

    return framed(page(trace, language), still(trace), repr(trace), language)
