"""Boards on which drawings are placed, the pictures that they make, and the captions that are true
of them (numpy, no torch)."""
