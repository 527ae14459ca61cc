"""One sentence against a reference."""

import sacrebleu


def sentence_chrf(text: str, reference: str) -> float:
    """chrF of one sentence, 0 to 100 (Popović 2015); BLEU is not made for single sentences."""
    return sacrebleu.sentence_chrf(text, [reference]).score
