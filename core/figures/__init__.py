"""Plotly figures: pure functions, a trace or a table in, a figure out."""

from core.figures.heatmap import heatmap
from core.figures.tree import beam_tree

__all__ = ["beam_tree", "heatmap"]
