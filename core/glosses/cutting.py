"""Text cut into the words that a dictionary of glosses knows.

Words are those of `core.tokenisers.text`, in lower case, without marks of punctuation. French ones
are cut after an apostrophe and before a pronoun that is tied on: "l'amour" is "l'" and "amour",
"as-tu" is "as" and "tu". English contractions are the words that they stand for. Korean ones
are left whole: see `core.glosses.korean`.
"""

from __future__ import annotations

import re

from core.tokenisers.text import is_mark, words_of

WHOLE = frozenset({"aujourd'hui", "rendez-vous"})
APOSTROPHE = re.compile(r"[^']+'?")
TIED = re.compile(
    r"^(.+?)(?:-t)?-(je|tu|ils?|elles?|on|nous|vous|ce|moi|toi|lui|leur|les?|la|y|en)$"
)
ENDS = {"n't": "not", "'m": "am", "'re": "are", "'ll": "will", "'ve": "have", "'d": "would"}
# After these, 's is a verb; after all others it says whose something is.
IS = frozenset(["he", "she", "it", "that", "what", "there", "who", "where", "how", "here"])
ODD = {"can't": ["can", "not"], "won't": ["will", "not"], "let's": ["let", "us"]}


def parts(language: str, word: str) -> list[str]:
    """The parts of a word as it is written, lower-cased: none of a mark."""
    plain = word.strip().lower().replace("’", "'")
    if all(is_mark(letter) for letter in plain):
        return []
    return CUTS[language](plain) if language in CUTS and plain not in WHOLE else [plain]


def cut(language: str, text: str) -> list[str]:
    """The parts of all words of a text."""
    return [part for begin, end in words_of(text) for part in parts(language, text[begin:end])]


def _french(word: str) -> list[str]:
    tied = TIED.match(word)
    if tied and tied[1] not in ("celui", "celle", "ceux", "celles"):
        return [*_french(tied[1]), tied[2]]
    return APOSTROPHE.findall(word)


def _english(word: str) -> list[str]:
    if word in ODD:
        return ODD[word]
    for end, whole in ENDS.items():
        if word.endswith(end) and word != end:
            return [word.removesuffix(end), whole]
    if word.endswith("'s") and word != "'s":
        stem = word.removesuffix("'s")
        return [stem, "is"] if stem in IS else [stem]
    return [word]


CUTS = {"fra": _french, "eng": _english}
