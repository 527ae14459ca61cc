"""Measuring: quality, alignment, the behaviour of attention and its cost, in one table.

    python -m core.evaluation

measures every shipped model and writes `pretrained/evaluation.csv`, and beside it a table for each
other test set or kind of token; `core.measurements` reads them. `job` is what there is to measure,
`origin` which sentences are new to a model. `quality` has BLEU, chrF and the
character error rate, `growth` what length does to BLEU, `forced` perplexity and what else a model
makes of given translations, `alignment` the alignment error rate, `behaviour` what the weights are
like, `heads` what each head is worth, `searching` what beams and penalties bring, `cost` parameters
and time, `sentence` the chrF of a single translation. `bootstrap` has the intervals and tests,
`measure` puts all rows together, `card` says what a model is, `publishing` ships it.
"""
