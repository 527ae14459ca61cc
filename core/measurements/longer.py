"""Where the table of longer sentences is, for whoever writes it and whoever reads it."""

TASK = "long"
