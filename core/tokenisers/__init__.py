"""Text to tokens and back, one file a way to split it."""
