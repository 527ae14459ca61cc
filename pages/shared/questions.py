"""What each page is asked: every field of its link, and what belongs to the browser beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from core import manifest
from core.about import TRANSLATION
from core.facts import READS, TRANSLATES, WRITES
from core.penalties import PENALTIES
from core.tree import Sampling
from core.views.compare import FEWEST, MOST
from core.views.decode.holding import TEMPERATURES
from pages.shared import box, head, inside
from pages.shared.fields import (
    GLOSSES,
    TABLE,
    TYPED,
    Choice,
    Field,
    Flag,
    Names,
    Note,
    Number,
    Pieces,
    Places,
    Step,
    choice,
)
from pages.shared.holding import Held
from pages.shared.question import Question, asks

VIEWS = ("words-weights", "words-scores", "pieces-weights", "pieces-scores")
RUNS = ("greedy", "beam", "sampling")
FREE = "free"  # a target, as TYPED is, that no model is called by


def able(*does: str) -> tuple[str, ...]:
    """The models that do one of these with a text."""
    return tuple(box.able(manifest.entries(), *does))


def _names() -> tuple[str, ...]:
    return tuple(manifest.entries())


def writers() -> tuple[str, ...]:
    """The models that write something: a translation, or a text further on."""
    return able(TRANSLATES, WRITES)


def translators() -> tuple[str, ...]:
    return able(TRANSLATES)


def _first() -> str:
    return box.preferred(manifest.entries())[0]


def _example() -> str:
    return box.examples(manifest.entries()[_first()])[0]


def opened_up() -> tuple[str, ...]:
    """The models of which the Transformer page can show some part; those that translate, which have
    most of them, come first."""
    there = {name: entry for name, entry in manifest.entries().items() if inside.offered(entry)}
    translate = sorted(
        box.able(there, TRANSLATES), key=lambda name: there[name].task != TRANSLATION
    )
    return (*translate, *box.able(there, READS, WRITES))


TEXT = Field("text", _example, shared=True, always=True)
MODEL = Choice("model", _first, "errors.model", shared=True, always=True, options=writers)
PREFIX = Pieces("prefix", note="errors.prefix", key=None, bound=True)
STEP, VIEW = Step(), choice("view", VIEWS, "errors.view")
HEAD = Field("head", key=None)  # empty where none was chosen; `pages.shared.head` has the choice


def _opened(asked: Any, model: str) -> Any:
    """`asked` with the first example of `model`."""
    models = manifest.entries()
    return replace(asked, text=box.examples(models[model])[0]) if model in models else asked


def _suited(asked: Any, model: str) -> Any:
    """`asked` with an example that `model` reads, where it has one for another language."""
    models = manifest.entries()
    if model not in models:
        return asked
    return replace(asked, text=box.suited(asked.text, models[model], models))


def _known_head(asked: Any, given: Mapping[str, str], notes: list[Note], *models: str) -> Any:
    """`asked` without the head of a link that none of these models has."""
    if "head" not in given or given["head"] in head.blocks(head.shape(*models)):
        return asked
    notes.append(Note("head.wrong"))
    return replace(asked, head="")


@dataclass(frozen=True)
class Translated(Question):
    """A sentence, a model, the words that are forced, and the head that is looked through."""

    text: str = asks(TEXT)
    model: str = asks(MODEL)
    prefix: tuple[int, ...] = asks(PREFIX)
    head: str = asks(HEAD)
    glosses: bool = asks(GLOSSES)

    def opened(self) -> Self:
        return _opened(self, self.model)

    def suited(self) -> Self:
        return _suited(self, self.model)

    def settle(self, given: Mapping[str, str], notes: list[Note]) -> Self:
        return _known_head(self, given, notes, self.model)


@dataclass(frozen=True)
class Decode(Held, Translated):
    """A translation, step by step, and what is changed in its attention."""

    step: int | None = asks(STEP)
    view: str | None = asks(VIEW)
    table: bool = asks(TABLE)


def _number(name: str, usual: float | None, low: float, high: float) -> Number:
    return Number(
        name, usual, "search_page.wrong_number", low=low, high=high,
        label=f"search_page.{name}", open="search_page.automatic",
    )  # fmt: skip


@dataclass(frozen=True)
class Search(Translated):
    """How the sentence is searched; numbers as in `Translator.translate` and `Sampling`."""

    widgets: ClassVar = "search_"
    width: int = asks(_number("width", 5, 1, 10))
    penalty: str = asks(Choice("penalty", "none", "search_page.wrong_penalty", options=PENALTIES))
    alpha: float = asks(_number("alpha", 0.6, 0.0, 2.0))
    best: int = asks(_number("best", 3, 1, 10))
    limit: int | None = asks(_number("limit", None, 1, 130))  # None: as the sentence allows
    temperature: float = asks(_number("temperature", 1.0, 0.0, 5.0))
    top_k: int = asks(_number("top_k", 0, 0, 1000))
    top_p: float = asks(_number("top_p", 1.0, 0.0, 1.0))
    seed: int = asks(_number("seed", 1, 0, 999_999))
    step: int | None = asks(STEP)
    node: str | None = asks(
        Field("node", None, "search_page.wrong_node", key=None, bound=True, seen=True)
    )
    run: str | None = asks(choice("run", RUNS, "search_page.wrong_run"))
    table: bool = asks(TABLE)

    def settle(self, given: Mapping[str, str], notes: list[Note]) -> Self:
        if self.best > self.width and "best" in given:
            notes.append(Note("search_page.fewer", {"width": self.width}))
        found = replace(self, best=min(self.best, self.width))
        return _known_head(found, given, notes, self.model)

    def parameters(self) -> dict[str, str]:
        usual = min(3, self.width)
        return super().parameters() | {"best": "" if self.best == usual else str(self.best)}

    def sampling(self) -> Sampling | None:
        """None where nothing can be drawn."""
        if self.temperature <= 0 or self.top_p <= 0:
            return None
        return Sampling(self.temperature, self.top_k, self.top_p, self.seed)


def together() -> tuple[str, ...]:
    """The models that a comparison opens with: the preferred ones, filled up to two."""
    found = box.preferred(manifest.entries())
    others = [name for name in translators() if name not in found]
    return (*found, *others[: max(0, FEWEST - len(found))])


@dataclass(frozen=True)
class Compare(Question):
    """A sentence, the models side by side, what they write, and the what-ifs on their scores: the
    softmax's temperature, and whether they are divided by √D."""

    widgets: ClassVar = "compare_"
    text: str = asks(TEXT)
    models: tuple[str, ...] = asks(Names("models", together, always=True))
    target: str = asks(Field("target", FREE))
    typed: str = asks(Field("forced"))
    cell: tuple[int, int, int] | None = asks(
        Places("cell", None, "compare.wrong_cell", key=None, count=3)  # panel, step, source
    )
    head: str = asks(HEAD)
    temperature: float = asks(
        Choice("temperature", 1.0, key="temperature", options=TEMPERATURES, of=float)
    )
    scaled: bool = asks(Flag("scaled", key="scaled"))
    glosses: bool = asks(GLOSSES)
    step: int | None = asks(STEP)
    pair: tuple[int, int] | None = asks(Places(
        "pair", note="compare.wrong_pair", key=None, bound=True, seen=True, count=2, between="-"
    ))  # fmt: skip
    view: str | None = asks(choice("view", VIEWS, "errors.view", first=True))
    table: bool = asks(TABLE)

    @property
    def whatif(self) -> tuple[float, bool]:
        return self.temperature, self.scaled

    def opened(self) -> Self:
        return _opened(self, next(iter(self.models), ""))

    def suited(self) -> Self:
        return _suited(self, next(iter(self.models), ""))

    def settle(self, given: Mapping[str, str], notes: list[Note]) -> Self:
        here = translators()
        asked = self.models if "models" in given else ()
        chosen = [name for name in self.models if name in here]
        if unknown := [name for name in asked if name not in here]:
            notes.append(Note("compare.unknown_models", {"names": ", ".join(unknown)}))
        if len(chosen) > MOST:
            notes.append(Note("compare.too_many", {"count": len(chosen), "most": MOST}))
        if len(chosen) < FEWEST:
            if asked:
                notes.append(Note("compare.filled_up"))
            others = together()
            chosen = [*chosen, *(name for name in others if name not in chosen)][: len(others)]
        chosen, target = tuple(chosen[:MOST]), self.target
        if target not in (FREE, TYPED, *chosen):
            notes.append(Note("compare.wrong_target"))
            target = FREE
        found = replace(self, models=chosen, target=target)
        return _known_head(found, given, notes, *chosen)

    def parameters(self) -> dict[str, str]:
        found = super().parameters()
        return found | {"forced": found["forced"] if self.target == TYPED else ""}


@dataclass(frozen=True)
class Transformer(Question):
    """A sentence, a model, and the part of the page that shows what goes on inside."""

    widgets: ClassVar = "transformer_"
    text: str = asks(TEXT)
    model: str = asks(
        Choice(
            "model", lambda: opened_up()[0], "transformer.wrong_model", shared=True,
            options=opened_up,
        )
    )  # fmt: skip
    part: str = asks(
        Choice(
            "part", lambda: inside.names()[0], "transformer.wrong_part", always=True,
            options=inside.names,
        )
    )  # fmt: skip

    def opened(self) -> Self:
        return _opened(self, self.model)

    def suited(self) -> Self:
        return _suited(self, self.model)

    def settle(self, given: Mapping[str, str], notes: list[Note]) -> Self:
        there = inside.offered(manifest.entry(self.model))
        if self.part in there:
            return self
        if "part" in given:
            notes.append(Note("transformer.no_part", {"model": self.model}))
        return replace(self, part=there[0])

    def parameters(self) -> dict[str, str]:
        several = len(opened_up()) > 1
        return super().parameters() | {"model": self.model if several else ""}


@dataclass(frozen=True)
class Models(Question):
    """Which model stands first, with its card open."""

    model: str | None = asks(Choice("model", None, "models.wrong_model", key=None, options=_names))


@dataclass(frozen=True)
class Measurements(Question):
    """Nothing but language and size."""


@dataclass(frozen=True)
class Own(Question):
    """Nothing but language and size: what is opened stands in no link."""
