"""Attention flow: how much of a source token can reach what is written, through all layers.

Abnar & Zuidema 2020 (arXiv 2005.00928), section 3: the attention graph is a flow network, whose
edges can carry as much as the attention of a layer, half of it for the residual connection; a
token's share is the maximum flow between it and a place of the last layer. The paper has encoders
alone. Here the graph is that of `core.rollout`: on top the decoder's place, below it the places
that self-attention reads and the encoder's outputs that cross-attention reads, and at the bottom
the source.

Shape letters: L layers, H heads, S source tokens, T target tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
from networkx.algorithms.flow import build_residual_network, shortest_augmenting_path

from core.rollout import mixing
from core.trace import Trace

Graph = nx.DiGraph  # each edge leads from what is made to what it is made of, with a `capacity`


def flow(trace: Trace, steps: Sequence[int]) -> np.ndarray:
    """(T, S), the maximum flow between each of `steps`, from 0, and each source token. Raises
    LookupError for a model that does not attend to itself on both sides."""
    if not {"encoder", "self", "cross"} <= trace.blocks.keys():
        raise LookupError(f"{trace.model.name} has one attention: nothing flows through its layers")
    encoder = trace.blocks["encoder"].weights
    own, cross = (trace.rows(name).weights for name in ("self", "cross"))
    found = np.zeros((len(steps), encoder.shape[-1]))
    for row, step in enumerate(steps):
        graph = network(encoder, own, cross, step)
        top = ("decoder", 2 * len(own), step)
        residual = build_residual_network(graph, "capacity")
        for place in range(encoder.shape[-1]):
            found[row, place] = nx.maximum_flow_value(
                graph, top, ("encoder", 0, place), flow_func=shortest_augmenting_path,
                residual=residual,
            )  # fmt: skip
    return found


def network(encoder: np.ndarray, own: np.ndarray, cross: np.ndarray, step: int) -> Graph:
    """The graph below the decoder's place `step`, from weights (L, H, S, S), (L, H, T, T) and
    (L, H, T, S). Nodes are ("encoder", layer, place) and ("decoder", half layer, place), from 0 for
    embeddings."""
    graph = nx.DiGraph()
    graph.add_nodes_from(("encoder", 0, place) for place in range(encoder.shape[-1]))
    for layer, weights in enumerate(encoder):
        _lead(graph, ("encoder", layer + 1), ("encoder", layer), mixing(weights))
    reached = {step}
    for layer in reversed(range(len(own))):
        after, between, before = (("decoder", 2 * layer + part) for part in (2, 1, 0))
        looks = cross[layer].mean(0)
        for place in reached:
            graph.add_edge((*after, place), (*between, place), capacity=0.5)
            for source, weight in enumerate(looks[place]):
                if weight > 0:
                    node = ("encoder", len(encoder), source)
                    graph.add_edge((*after, place), node, capacity=0.5 * float(weight))
        if layer:  # below the first layer there are embeddings of what was written, no source
            mixed = mixing(own[layer][:, : step + 1, : step + 1])
            rows = sorted(reached)
            _lead(graph, between, before, mixed, rows)
            reached = {int(i) for i in np.flatnonzero(mixed[rows].any(0))}
    return graph


def _lead(graph: Graph, upper: tuple, lower: tuple, mixed: np.ndarray, rows=None) -> None:
    """Edges from places of one layer to those below, as the rows of `mixed` say."""
    for row in range(len(mixed)) if rows is None else rows:
        for column in np.flatnonzero(mixed[row]):
            graph.add_edge((*upper, row), (*lower, int(column)), capacity=float(mixed[row, column]))
