"""Anybody's attention: every map of an array, one of them large, and one cell in every head."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from core.arrays import loose
from core.stage import framed, tongues, whole_page
from core.trace import Trace
from core.views.show.wire import Payload
from core.words import LANGUAGES, say, section

THEMES = ("auto", "light", "dark")
NAME = "heed-attention"  # of files, without their endings


def payload(trace: Trace, language: str) -> Payload:
    """What the script needs to draw the one attention of `trace`: the trace, and the words."""
    return {
        "stage": "show",
        "trace": trace.to_json(),
        "typed": trace.typed,
        "model": _subtitle(trace, language),
        "loose": _told(trace, language),
        "tongues": tongues(trace.model),
        "strings": {**section(language, "stage"), **section(language, "show")},
        "language": language,
        "exports": {"name": NAME},
    }


def page(trace: Trace, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that shows `trace`, with nothing to fetch. `theme` is one of THEMES.

    Raises ValueError for a language or a theme that there is not.
    """
    for name, value, known in (("language", language, LANGUAGES), ("theme", theme, THEMES)):
        if value not in known:
            raise ValueError(f"no {name} {value!r}; there are {', '.join(known)}")
    data = {**payload(trace, language), "theme": theme}
    return whole_page(data, say(language, "show.attention"), trace.typed, data["model"])


def notebook(trace: Trace, language: str = "en") -> str:
    """The page in a frame of its own, for the output cell of a notebook."""
    from core.figures.still import still  # with plotly, which no page may load for this

    return framed(page(trace, language), still(trace), repr(trace), language)


@dataclass(frozen=True)
class Shown:
    """An attention to look at: in a notebook it is the picture, anywhere else a page to save."""

    trace: Trace
    language: str = "en"

    def html(self, language: str | None = None, theme: str = "auto") -> str:
        """One page with nothing to fetch, as text. `theme` is "auto", "light" or "dark"."""
        return page(self.trace, language or self.language, theme)

    def save(self, path: str | PathLike, language: str | None = None, theme: str = "auto") -> None:
        """Writes that page to a file."""
        Path(path).write_text(self.html(language, theme), encoding="utf-8")

    def _repr_html_(self) -> str:
        return notebook(self.trace, self.language)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        """What a notebook keeps of it: the picture, and what stands for it where that cannot be."""
        from core.figures.still import still

        return {
            "text/plain": repr(self), "text/html": self._repr_html_(),
            "image/svg+xml": still(self.trace),
        }  # fmt: skip

    def __repr__(self) -> str:
        title = f"{self.trace.typed}: " if self.trace.typed else ""
        told = _told(self.trace, "en")
        lines = [
            f"{title}attention, {_subtitle(self.trace, 'en').lower()}", *([told] if told else []),
            "The picture shows in a notebook; .save(\"attention.html\") makes a page of it.",
        ]  # fmt: skip
        return "\n".join(lines)


def _subtitle(trace: Trace, language: str) -> str:
    shape = dict(zip(("layers", "heads", "queries", "keys"), trace.attentions[0].weights.shape))
    return say(language, "show.subtitle", **shape)


def _told(trace: Trace, language: str) -> str | None:
    """What to say of rows that do not sum to one; None where all do."""
    sums = loose(trace)
    if not sums.size:
        return None
    low, high = f"{sums.min():.4g}", f"{sums.max():.4g}"
    return say(language, "show.loose", count=sums.size, low=low, high=high)
