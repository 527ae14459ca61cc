"""Measuring: quality, alignment, the behaviour of attention and its cost, in one table.

    python -m core.evaluation

measures every shipped model and writes `pretrained/evaluation.csv`. `table` says what stands in
it, `reading` what follows from it; neither needs torch. `quality` has BLEU and chrF, `growth` what
length does to BLEU, `forced` perplexity and what else a model makes of given translations,
`alignment` the alignment error rate, `behaviour` what the weights are like, `searching` what beams
and penalties bring, `cost` parameters and time, `sentence` the chrF of a single translation.
`bootstrap` has the intervals and tests, `measure` puts all rows together, `card` ships a model.
"""
