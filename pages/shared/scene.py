"""A scene: a page, what it was asked, and how the browser shows it, in one value that a link, a
lesson or a class can carry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from pages.shared import questions
from pages.shared.bench import Workbench
from pages.shared.question import Question

# The questions of each page by its address; of the Transformer's, those of each part too.
PAGES: dict[str, type[Question]] = {
    "": questions.Decode,
    "search": questions.Search,
    "compare": questions.Compare,
    "transformer": questions.Transformer,
    "workbench": Workbench,
    "models": questions.Models,
    "measurements": questions.Measurements,
}
PARTS: dict[str, type[Question]] = {
    "maps": questions.Maps,
    "mask": questions.Mask,
    "layers": questions.Layers,
    "positions": questions.Positions,
    "heads": questions.Heads,
    "bridge": questions.Bridge,
}


@dataclass(frozen=True)
class Scene:
    """What is on the screen. `part` is the question of a part of the Transformer page, and `view`
    what belongs to the browser, by its names and as texts in the link: step, table, cell, …"""

    page: str
    question: Question
    part: Question | None = None
    view: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, page: str, given: Mapping[str, str]) -> Self:
        """From the parameters of a link; what it gets wrong is left out. Raises LookupError for a
        page that there is not."""
        question, _ = PAGES[page].read(given)
        shown = question.part if isinstance(question, questions.Transformer) else None
        part = PARTS[shown].read(given)[0] if shown else None
        names = (*question.views, *(part.views if part else ()))
        return cls(page, question, part, {name: given[name] for name in names if name in given})

    @classmethod
    def of(cls, link: str) -> Self:
        """From a link. Raises LookupError for a page that there is not."""
        found = urlsplit(link)
        return cls.read(found.path.strip("/"), dict(parse_qsl(found.query, keep_blank_values=True)))

    def parameters(self) -> dict[str, str]:
        own = [one.parameters() for one in (self.question, self.part) if one]
        asked = {name: text for one in own for name, text in one.items() if text}
        return {**asked, **self.view}

    @property
    def link(self) -> str:
        """Without the address of the server, the language or the size of type."""
        asked = urlencode(self.parameters())
        return f"/{self.page}?{asked}" if asked else f"/{self.page}"

    def to_json(self) -> str:
        return json.dumps({"page": self.page, **self.parameters()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError for what is no JSON, LookupError for what is no scene."""
        given = dict(json.loads(text))
        return cls.read(given.pop("page"), given)
