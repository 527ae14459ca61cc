"""Korean words without what is tied to them.

A noun loses a particle such as 은 or 에서, and of a verb there is what dictionaries have, with 다
for its ending. Which stems there are, a corpus tells: a rule alone would cut 나무 as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

PARTICLES = (
    *["에서", "에게", "까지", "부터", "으로", "이나", "에는", "에도", "한테", "처럼", "보다"],
    *"은는이가을를에의도로와과만",
)
APART = 3  # different words of a stem
# Syllables that are short for a stem and the beginning of an ending, and how they are written long.
LONG = {
    "해": "하어", "했": "하었", "돼": "되어", "됐": "되었", "와": "오아", "왔": "오았",
    "봐": "보아", "봤": "보았", "줘": "주어", "줬": "주었", "려": "리어", "렸": "리었",
    "셔": "시어", "셨": "시었", "겨": "기어", "겼": "기었", "쳐": "치어", "쳤": "치었",
    "녀": "니어", "녔": "니었", "켜": "키어", "켰": "키었", "갔": "가았", "났": "나았",
    "샀": "사았", "잤": "자았",
}  # fmt: skip
# Only before what may follow it in such an ending: 해 in 이해하다 is none.
CONTRACTED = re.compile(
    f"({'|'.join(LONG)})(?=(요|다|어요?|습니[다까]|서|지만?|고|네요?|는데|니|으면|던|을)?$)"
)
TENSES = ["", "었", "았", "겠"]
AFTER_ANY = re.findall(
    r"\S+", "다 습니다 습니까 어 어요 지 지만 고 네 네요 는데 나요 니 을 던 으면"
)
AFTER_NONE = re.findall(
    r"\S+", "는다 아 아요 요 는 은 면 게 기 세요 으세요 어서 아서 려고 으려고 자 러"
)
# Those that begin under the last syllable: ㄴ다, ㄴ, ㄹ, ㅂ니다, ㅂ니까, ㅂ시다.
UNDER = ["\u11ab다", "\u11ab", "\u11af", "\u11b8니다", "\u11b8니까", "\u11b8시다"]
ENDINGS = sorted(
    {
        unicodedata.normalize("NFD", ending)
        for ending in (*(t + end for t in TENSES for end in AFTER_ANY), *AFTER_NONE, *UNDER)
    },
    key=lambda one: (-len(one), one),
)


def _bases(word: str) -> Iterable[str]:
    """What a Korean word may be a form of: what a particle follows, or a verb as dictionaries have
    it, with 다 for its ending."""
    for particle in PARTICLES:
        if word.endswith(particle) and word != particle:
            yield word.removesuffix(particle)
    whole = unicodedata.normalize("NFD", CONTRACTED.sub(lambda one: LONG[one[0]], word))
    for ending in ENDINGS:
        if whole.endswith(ending) and whole != ending:
            yield unicodedata.normalize("NFC", whole.removesuffix(ending)) + "다"
            return


def stem(word: str, known: Collection[str]) -> str:
    """A Korean word without its particle or ending, where what is left is `known` and it is not
    itself."""
    return word if word in known else next((one for one in _bases(word) if one in known), word)


def stems(words: Iterable[str]) -> set[str]:
    """Which stems these words have: those of APART different words, itself included."""
    there = set(words)
    after = Counter(base for word in there for base in {*_bases(word)})
    return {base for base, count in after.items() if count + (base in there) >= APART}
