"""The captions of one language. Each language is a file of this folder, named by its ISO 639-3
code: its nouns as one, two and three, and how what lies around something is said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import permutations
from pathlib import Path

from core.pictures.board import Placed, things
from core.pictures.scene import COUNTED, WHERES, Around, Group, Scene, scenes
from core.templates import filled


class Tongue:
    """One language."""

    def __init__(self, code: str, told: dict):
        self.code = code
        self.nouns: dict[str, list[str]] = told["nouns"]
        self.says: dict[str, str] = told["says"]
        self.further: dict[str, str] = told["further"]
        self.noun: int = told["noun"]  # which word of what it says of a thing names it, from 0

    def captions(self, board: Sequence[Placed]) -> tuple[str, ...]:
        """Every caption that is true of a board, one where there is no doubt; none where it tells
        more than captions do."""
        return tuple(dict.fromkeys(map(self.say, scenes(board))))

    def say(self, scene: Scene) -> str:
        """A caption."""
        caption, ground = "", self._noun(scene.ground)
        for around in scene.around:
            holes = {"caption": caption, "figure": self._figure(around), "ground": ground}
            caption = filled((self.further if caption else self.says)[around.where], holes)
        return caption or ground

    def named(self, words: Sequence[str]) -> list[str | None]:
        """Which thing each word of a caption names; None for those that name none."""
        words = [word.rpartition("’")[2] for word in words]  # d’une
        found: list[str | None] = [None] * len(words)
        at = 0
        while at < len(words):
            for size in range(min(self._longest, len(words) - at), 0, -1):
                thing = self._phrases.get(tuple(words[at : at + size]))
                if thing:
                    found[at + self.noun] = thing
                    at += size - 1
                    break
            at += 1
        return found

    @cached_property
    def _phrases(self) -> dict[tuple[str, ...], str]:
        """What each thing is called in captions, word by word."""
        found = {}
        for name, forms in self.nouns.items():
            joined = filled(self.says["two"], {"first": forms[0], "second": forms[0]})
            first = joined.split()[: len(forms[0].split())]
            found |= {tuple(one): name for one in (*map(str.split, forms), first)}
        return found

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._phrases))

    def sentences(self) -> Iterator[str]:
        """Captions that have all words in all forms: what a vocabulary is made of."""
        names = list(things())
        for name, other in zip(names, [*names[1:], names[0]], strict=True):
            for count in range(COUNTED):
                yield self.nouns[name][count]
            one, two = Group(name, (0,)), Group(other, (1,))
            for where, elsewhere in permutations(WHERES, 2):
                yield self.say(Scene(one, (Around(where, (two,)), Around(elsewhere, (one,)))))
                yield self.say(Scene(one, (Around(where, (one, two)),)))

    def _noun(self, group: Group) -> str:
        return self.nouns[group.thing][group.count - 1]

    def _figure(self, around: Around) -> str:
        first, *second = map(self._noun, around.groups)
        return filled(self.says["two"], {"first": first, "second": second[0]}) if second else first


@cache
def tongue(code: str) -> Tongue:
    """The captions of one language. Raises ValueError that lists those there are."""
    if code not in languages():
        known = ", ".join(languages())
        raise ValueError(f"no captions in the language {code!r}; there are {known}")
    path = Path(__file__).with_name(f"{code}.toml")
    return Tongue(code, tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def languages() -> tuple[str, ...]:
    """The languages that captions are there in."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))
