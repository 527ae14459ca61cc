"""What was measured, for whoever reads it: no torch, no sacrebleu.

`about` says where the table is and what stands above its rows, `table` what stands in it, and
`reading` what follows from it. `core.evaluation` makes the measurements.
"""
