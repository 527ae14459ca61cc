"""A dictionary of glosses, learnt from pairs of sentences, and how often it is right on others."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from core.corpus import Pair
from core.glosses import THERE, Dictionary, Meaning
from core.glosses.cutting import cut, parts
from core.glosses.korean import stem, stems
from core.glosses.model1 import learn
from core.tokenisers.text import words_of

Z = 1.645  # standard deviations: the share is as high with a probability of 95 %
KEPT = 4  # meanings of a word


class Sides(NamedTuple):
    """A sentence in the language that is glossed, and its translation for the reader, as words."""

    written: list[str]
    reader: list[str]


def sides(pairs: Sequence[Pair], languages: tuple[str, str]) -> list[Sides]:
    """`pairs` of what is glossed and what glosses it, as words; Korean ones are their stems, as all
    of these sentences tell them."""
    texts = [[cut(one, pair[side]) for pair in pairs] for side, one in enumerate(languages)]
    for side, one in enumerate(languages):
        if one == "kor":
            known = stems(word for text in texts[side] for word in text)
            texts[side] = [[stem(word, known) for word in text] for text in texts[side]]
    return [Sides(*one) for one in zip(*texts, strict=True)]


def dictionary(pairs: Sequence[Pair], written: str, reader: str, least: int = 2) -> Dictionary:
    """Of each word the KEPT surest meanings in these pairs of (`written`, `reader`) sentences.

    The confidence is the lower end of Wilson's interval (1927) of the share of the places of a word
    that are linked to the meaning; what is under THERE is left out, and so are words
    that stand there fewer than `least` times.
    """
    links = learn(sides(pairs, (written, reader)))
    cased = _cased([pair.target for pair in pairs], reader)
    found: dict[str, list[Meaning]] = defaultdict(list)
    for (word, text), count in links.counts.items():
        sure = _lower(count, links.times[word])
        if sure >= THERE and links.times[word] >= least:
            found[word].append(Meaning(cased.get(text, text), sure))
    words = {
        word: tuple(sorted(meanings, key=lambda one: (-one.confidence, one.text))[:KEPT])
        for word, meanings in found.items()
    }
    return Dictionary(written, reader, words)


def _lower(count: float, times: int) -> float:
    share, z2 = min(1.0, count / times), Z * Z / times
    middle = share + z2 / 2
    spread = Z * sqrt(share * (1 - share) / times + z2 / (4 * times))
    return (middle - spread) / (1 + z2)


def _cased(texts: Sequence[str], language: str) -> dict[str, str]:
    """Words of more than one part of the alphabet as they stand within sentences, mostly: "I"."""
    forms: dict[str, Counter] = defaultdict(Counter)
    for text in texts:
        for begin, end in words_of(text)[1:]:
            forms[text[begin:end].lower()][text[begin:end]] += 1
    found = {word: form.most_common(1)[0][0] for word, form in forms.items()}
    return found | ({"i": "I"} if language == "eng" else {})


class Measured(NamedTuple):
    """How often glosses are right, over the places of frequent words in held-out sentences."""

    words: int  # the most frequent ones that the sentences have
    glossed: int  # of them have a gloss without a sentence
    places: int  # where these words stand
    shown: int  # of these places have a gloss
    right: int  # of the glosses have a meaning that stands in the corpus's own translation
    chance: int  # and so have the glosses of another of these words, drawn by chance


def measured(
    found: Dictionary, pairs: Sequence[Pair], frequent: Sequence[str], seed: int = 1
) -> Measured:
    """Glosses of these words, chosen without a look at the sentence, against its translations.

    A gloss counts as right where one of its meanings is a word of the translation as it stands, so
    that "go" is wrong where that says "went".
    """
    glossed = {word: found.meanings(word) for word in frequent}
    other = [*glossed.values()]
    random.Random(seed).shuffle(other)
    swapped = dict(zip([one for one in frequent if glossed[one]], filter(None, other), strict=True))
    meant = {one.text.lower() for meanings in found.words.values() for one in meanings}
    places = shown = right = chance = 0
    for pair in pairs:
        translation = _stemmed(found.reader, cut(found.reader, pair.target), meant)
        for word in cut(found.written, pair.source):
            entry = found.part(word)
            if entry not in glossed:
                continue
            places += 1
            shown += bool(glossed[entry])
            right += _stands(glossed[entry], translation)
            chance += bool(glossed[entry]) and _stands(swapped[entry], translation)
    return Measured(len(frequent), sum(map(bool, other)), places, shown, right, chance)


def _stemmed(language: str, words: list[str], known: set[str]) -> set[str]:
    return {stem(word, known) if language == "kor" else word for word in words}


def _stands(meanings: Sequence[str], translation: set[str]) -> bool:
    return any(set(parts("", text)) <= translation for text in meanings)


def frequent(found: Dictionary, pairs: Sequence[Pair], count: int) -> list[str]:
    """The `count` most frequent words of the training sentences that are glossed."""
    times = Counter(found.part(word) for pair in pairs for word in cut(found.written, pair.source))
    return [word for word, _ in times.most_common(count)]
