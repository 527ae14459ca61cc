"""What the workbench is asked: a setting, where it came from, and the score that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from pages.shared.fields import TABLE, Field, Note
from pages.shared.question import Question, asks

if TYPE_CHECKING:
    from core.views.workbench import Setting  # which loads torch


def rows(text: str) -> tuple[tuple[float, ...], ...]:
    """Numbers of a link: _ between numbers, * between rows. Raises ValueError."""
    return tuple(tuple(map(float, row.split("_"))) for row in text.split("*"))


def written(numbers: tuple[tuple[float, ...], ...]) -> str:
    return "*".join("_".join(map(repr, row)) for row in numbers)


def only(items: tuple):
    """The one item. Raises ValueError where there are others."""
    (item,) = items
    return item


# What a link may say of a setting: its name there, the field, and how it is read.
FIELDS = (
    ("q", "query", lambda text: only(rows(text))),
    ("k", "keys", rows),
    ("t", "temperature", lambda text: only(only(rows(text)))),
)


@dataclass(frozen=True)
class Workbench(Question):
    """Its fields stand in the link as the stage writes them there: q, k, t, and by its score and
    name each parameter."""

    situation: str
    score: str
    setting: Setting
    table: bool = asks(TABLE, default=False)

    @classmethod
    def asked(cls) -> dict[str, Field]:
        return {"table": TABLE}

    @classmethod
    def read(cls, given: Mapping[str, str], **_: Any) -> tuple[Self, list[Note]]:
        """What the link asks for, else the first situation."""
        from core.views import workbench

        notes: list[Note] = []
        limits = {
            "reach": f"{workbench.REACH:g}", "most": workbench.MOST_KEYS,
            "coldest": f"{workbench.COLDEST:g}", "hottest": f"{workbench.HOTTEST:g}",
        }  # fmt: skip

        def wrong(what: str) -> None:
            note = Note(f"workbench_page.bad_{what}", limits)
            if note not in notes:
                notes.append(note)

        situation = given.get("situation", workbench.FIRST)
        if situation not in workbench.SITUATIONS:
            situation = workbench.FIRST
            wrong("situation")
        score, setting = workbench.SITUATIONS[situation]
        setting = workbench.complete(setting)
        if given.get("score", score) in (one.name for one in workbench.work(setting).scored):
            score = given.get("score", score)
        else:
            wrong("score")
        for name, field, read in FIELDS:
            try:
                if name in given:
                    setting = replace(setting, **{field: read(given[name])})
            except ValueError:
                wrong(field)
        for name in given:
            score_name, dot, parameter = name.partition(".")
            try:
                if dot:
                    own = workbench.Parameter(score_name, parameter, rows(given[name]))
                    setting = workbench.with_parameter(setting, own)
            except ValueError:
                wrong("parameter")
        return cls(situation, score, setting, given.get("table") == "1"), notes

    def parameters(self) -> dict[str, str]:
        setting = self.setting
        return {
            "situation": self.situation, "score": self.score, "q": written((setting.query,)),
            "k": written(setting.keys), "t": repr(setting.temperature),
            "table": TABLE.write(self.table),
            **{f"{one.score}.{one.name}": written(one.rows) for one in setting.parameters},
        }  # fmt: skip
