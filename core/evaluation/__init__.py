"""Measuring: quality, alignment, the behaviour of attention and its cost, in one table.

    python -m core.evaluation

measures every shipped model and writes `pretrained/evaluation.csv`. `table` says what stands in
it, `reading` what follows from it; neither needs torch. `quality` has BLEU and chrF, `forced`
and `perplexity` what a model makes of given translations, `alignment` the alignment error rate,
`behaviour` what the weights are like, `cost` parameters and time.
"""
