"""Training in front of somebody: what is asked of it, what it shows of itself, and the processes
in which it runs (no torch: the training itself is `core.training`)."""
