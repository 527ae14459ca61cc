"""A scene: a page, what it was asked, and how the browser shows it, in one value that a link, a
lesson or a class can carry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from core.plain import parsed
from pages.shared import entrance, inside, questions
from pages.shared.alone import Alone
from pages.shared.bench import Workbench
from pages.shared.chatting import Dialogue
from pages.shared.drawn import Pictures
from pages.shared.encoding import Encoder
from pages.shared.explaining import Explain
from pages.shared.forcing import Forcing
from pages.shared.lively import Live
from pages.shared.predicting import Predict
from pages.shared.question import Question
from pages.shared.replaying import Replay
from pages.shared.telling import Stories

# The questions of each page by its address; those of the parts of the Transformer page are theirs.
PAGES: dict[str, type[Question]] = {
    "": entrance.Home,
    "decode": questions.Decode,
    "search": questions.Search,
    "predict": Predict,
    "compare": questions.Compare,
    "transformer": questions.Transformer,
    "alone": Alone,
    "encoder": Encoder,
    "explain": Explain,
    "stories": Stories,
    "training": Live,
    "forcing": Forcing,
    "replay": Replay,
    "pictures": Pictures,
    "dialogue": Dialogue,
    "workbench": Workbench,
    "models": questions.Models,
    "own": questions.Own,
    "lessons": entrance.Lessons,
    "measurements": questions.Measurements,
}


@dataclass(frozen=True, eq=False)
class View(Mapping[str, str]):
    """What of a scene is the browser's: names and texts, as they stand in the link."""

    pairs: tuple[tuple[str, str], ...]  # sorted

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        return cls(tuple(sorted(given.items())))

    def __getitem__(self, name: str) -> str:
        return dict(self.pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __hash__(self) -> int:
        return hash(self.pairs)


@dataclass(frozen=True)
class Scene:
    """What is on the screen. `part` is the question of a part of the Transformer page, and `view`
    what belongs to the browser: step, table, cell, … Any mapping of texts will do for it."""

    page: str
    question: Question
    part: Question | None = None
    view: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        seen = {
            name: text
            for one in (self.question, self.part)
            if one
            for name, text in one.parameters().items()
            if text and name in {field.name for field in one.views().values()}
        }
        object.__setattr__(self, "view", View.of({**seen, **self.view}))

    @classmethod
    def read(cls, page: str, given: Mapping[str, str]) -> Self:
        """From the parameters of a link. What it asks in vain is left out; what it says of the view
        stays as it is, for the page to judge when it has the picture. Raises ValueError for a page
        that there is not, and for anything but texts."""
        if page not in PAGES:
            raise ValueError(f"there is no page {page!r}; there are {', '.join(map(repr, PAGES))}")
        if page == "" and given.keys() & {one.name for one in questions.Decode.asked().values()}:
            page = "decode"  # which had this address once: old links and scenes ask for it so
        odd = {name: one for name, one in given.items() if not isinstance(one, str)}
        if odd:
            raise ValueError(f'a scene says everything as text, like "step": "4", not {odd}')
        question, _ = PAGES[page].read(given)
        shown = question.part if isinstance(question, questions.Transformer) else None
        part = inside.every()[shown].asked.read(given)[0] if shown else None
        seen = [*question.views().values(), *(part.views().values() if part else ())]
        names = (one.name for one in seen)
        return cls(page, question, part, {name: given[name] for name in names if name in given})

    @classmethod
    def of(cls, link: str) -> Self:
        """From a link. Raises ValueError for a page that there is not."""
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
        """Raises ValueError for what is no JSON, or no scene."""
        given = parsed(text)
        if not isinstance(given, dict) or not isinstance(given.get("page"), str):
            raise ValueError(f'a scene is an object with its page, like "page": "", not {given!r}')
        return cls.read(given.pop("page"), given)
