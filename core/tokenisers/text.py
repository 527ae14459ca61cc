"""What tokenisers share about text: how it is normalised, where its words begin, what is written
for a space."""

from __future__ import annotations

import sentencepiece

from core.tree import END

SPACE = "▁"  # how sentencepiece writes the space before a word
# As a vocabulary of pieces has it within itself, for tokenisers without one.
normaliser = sentencepiece.SentencePieceNormalizer(
    rule_name="nmt_nfkc",
    add_dummy_prefix=False,
    escape_whitespaces=False,
    remove_extra_whitespaces=True,
)
PUNCTUATION = frozenset('.,;:!?…()[]«»“”"')


def begins_word(before: str | None, piece: str) -> bool:
    """Whether `piece`, after the piece `before`, is the first of a word.

    A word begins after a space; a punctuation mark is a word of its own, as in the reference
    alignments of the field, unless it follows a digit, as in "3.5".
    """
    if before is None or piece == END or piece.startswith(SPACE):
        return True
    if before == SPACE:
        return False
    marked = before.lstrip(SPACE) in PUNCTUATION
    if piece in PUNCTUATION:
        return not marked and not before[-1].isdigit()
    return marked
