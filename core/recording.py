"""From what a search found to a trace: arrays are put together once, when the search is over.

Shape letters: R runs of the decoder, P those of the best hypothesis, V vocabulary, C candidates,
L layers, H heads, K keys, S source tokens.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.candidates import CANDIDATES, candidates, rounded
from core.facts import Facts
from core.models import Block, Memory
from core.search import Found, Writable, largest
from core.trace import (
    CHARACTERS,
    PATH,
    PICTURE,
    READ,
    SOURCE,
    TEXT,
    WRITTEN,
    Attention,
    Axis,
    Filled,
    Guess,
    Model,
    Trace,
)  # fmt: skip
from core.tree import (
    DecodeStep,
    Expansion,
    Search,
    Token,
    Tree,
    chain,
)  # fmt: skip
from core.whatif import WhatIf
from core.wire import frozen


def record(
    model: Model, facts: Facts, typed: str, source: tuple[Token, ...], how: Search, found: Found,
    whatif: WhatIf, tokeniser, writable: Writable, prompt: tuple[Token, ...] = (),
) -> Trace:  # fmt: skip
    """The trace of a search over `source`, the tokens of what was `typed`, or of one that went on
    writing the `prompt`. Its attentions stand on the axes that `facts` say."""
    given = {row.step for row in whatif.weights if facts.attention(row.block).queries == WRITTEN}
    expansions = _expansions(found, how, given, tokeniser, writable)
    first, nodes = found.first_runs(), found.nodes
    tokens = _tokens(found, tokeniser, prompt)
    numbers = zip(
        *(rounded([getattr(node, one) for node in nodes]) for one in ("log_prob", "total", "score"))
    )
    steps = tuple(
        DecodeStep(
            node.parent, tokens[index], *three, node.rank, node.fate,
            expansions[first[node.depth] + node.row], node.forced,
        )
        for index, (node, three) in enumerate(zip(nodes, numbers, strict=True))
    )  # fmt: skip
    axes = (Axis(WRITTEN, PATH), Axis(READ, PATH))
    if not prompt:
        axes = (_source(source, found.memory, tokeniser), *axes)
    opening = "".join(token.text for token in prompt[:1] if not token.mark)
    return Trace(
        model, typed, axes, (*_written(found, facts), *_read(found.memory, facts)),
        Tree(
            how, tuple(expansions), steps, tuple(found.leaves),
            tokeniser.piece(writable.start), tokeniser.piece(tokeniser.end), opening,
        ),
        whatif,
    )  # fmt: skip


def record_reading(
    model: Model, facts: Facts, typed: str, source: tuple[Token, ...], memory: Memory,
    logits: Tensor | None, whatif: WhatIf, tokeniser,
) -> Trace:  # fmt: skip
    """The trace of a model that reads and writes nothing. `logits` (1, S, V) say which tokens it
    would put at each place; None where it does not say so."""
    return Trace(
        model, typed, (_source(source, memory, tokeniser),), _read(memory, facts), None, whatif,
        () if logits is None else _filled(logits[0], source, tokeniser),
    )  # fmt: skip


def _source(source: tuple[Token, ...], memory: Memory, tokeniser) -> Axis:
    kind = CHARACTERS if tokeniser.kind == "characters" else TEXT
    if memory.grid:
        kind = PICTURE
    return Axis(SOURCE, kind, source, frozen(memory.states[0].numpy(), np.float16), memory.grid)


def _filled(logits: Tensor, source: tuple[Token, ...], tokeniser) -> tuple[Filled, ...]:
    log_probs = logits.float().log_softmax(-1)  # (S, V)
    entropies = -(log_probs.exp() * log_probs).sum(-1)
    best = largest(log_probs, min(CANDIDATES, log_probs.shape[1])).tolist()
    found = []
    for place, (token, entropy) in enumerate(zip(source, rounded(entropies.tolist()), strict=True)):
        ids = list(dict.fromkeys([*best[place], token.id]))
        told = zip(ids, map(tokeniser.piece, ids), rounded(log_probs[place, ids].tolist()))
        found.append(Filled(place, entropy, tuple(map(Guess._make, told))))
    return tuple(found)


def _read(memory: Memory, facts: Facts) -> tuple[Attention, ...]:
    """The attentions inside an encoder, of one sentence."""
    return tuple(
        Attention(
            block.name,
            facts.attention(block.name).queries,
            facts.attention(block.name).keys,
            *(frozen(block.all(part)[0].numpy()) for part in ("scores", "weights")),
            frozen(block.visible.numpy(), bool),
        )
        for block in memory.attentions
    )


def _written(found: Found, facts: Facts) -> tuple[Attention, ...]:
    """The attentions of the decoder, a row for each run."""
    by_depth = [depth.prediction.attentions for depth in found.depths]
    return tuple(
        _along_runs(blocks, facts.attention(blocks[0].name).keys)
        for blocks in zip(*by_depth, strict=True)
    )


def _along_runs(blocks: tuple[Block, ...], read: str) -> Attention:
    """One attention from the block of each depth, with keys along the axis `read`. What is read may
    grow from depth to depth; in earlier rows what comes later is not visible."""
    first, layers = blocks[0], len(blocks[0].layers)
    runs = np.cumsum([0, *(len(block.layers[0].scores) for block in blocks)])
    heads, keys = first.layers[0].scores.shape[1], blocks[-1].layers[0].scores.shape[-1]
    scores = np.full((layers, heads, runs[-1], keys), np.nan, np.float32)
    weights = np.zeros_like(scores)
    visible = np.zeros((1, 1, runs[-1], keys), bool)
    for block, begin, end in zip(blocks, runs, runs[1:]):
        size = block.layers[0].scores.shape[-1]
        visible[0, 0, begin:end, :size] = block.visible[:, 0, 0].numpy()
        for layer, heads in enumerate(block.layers):
            scores[layer, :, begin:end, :size] = heads.scores[:, :, 0].transpose(0, 1).numpy()
            weights[layer, :, begin:end, :size] = heads.weights[:, :, 0].transpose(0, 1).numpy()
    values = None
    if read != READ and not first.sums_states:
        values = frozen(first.all("values")[0].numpy(), np.float16)
    centres = None
    if first.centres is not None:
        scores[~np.broadcast_to(visible, scores.shape)] = np.nan  # what a window leaves out
        centres = frozen(torch.cat([block.centres[:, 0] for block in blocks]).numpy(), np.float32)
    for array in (scores, weights, visible):
        array.setflags(write=False)
    return Attention(
        first.name, WRITTEN, read, scores, weights, visible, values, first.sums_states, centres
    )


def _expansions(
    found: Found, how: Search, replaced: set[int], tokeniser, writable: Writable
) -> list[Expansion]:
    log_probs = torch.cat([depth.log_probs for depth in found.depths])  # (R, V)
    entropies = -(log_probs.exp() * log_probs).sum(-1)
    listed = candidates(found, log_probs, how, tokeniser, writable)
    hypotheses = [hypothesis for depth in found.depths for hypothesis in depth.hypotheses]
    vectors = _vectors(found)
    lengths = [number for number, d in enumerate(found.depths) for _ in d.hypotheses]
    return [
        Expansion(run, hypothesis, entropy, some, length in replaced, *vectors[run])
        for run, (hypothesis, entropy, some, length) in enumerate(
            zip(hypotheses, rounded(entropies.tolist()), listed, lengths, strict=True)
        )
    ]


def _vectors(found: Found) -> list[tuple[np.ndarray | None, ...]]:
    """Context, state and combined of each run; those of other than the best hypothesis are None."""
    best = [(node.depth, node.row) for node in found.best()]
    decoded = [(found.depths[depth].prediction.decoded, row) for depth, row in best]
    contexts: list = [None] * len(best)
    if decoded[0][0].attention("cross"):
        rows = [
            torch.stack([layer.context[row, :, 0] for layer in one.attention("cross").layers])
            for one, row in decoded
        ]  # (L, H, E) each
        contexts = list(frozen(torch.stack(rows).numpy(), np.float16))
    states, combined = (
        frozen(
            torch.stack([getattr(one, part)[row, 0] for one, row in decoded]).numpy(), np.float16
        )
        for part in ("hidden", "combined")
    )
    taken = dict(zip(best, zip(contexts, states, combined, strict=True), strict=True))
    return [
        taken.get((number, row), (None, None, None))
        for number, depth in enumerate(found.depths)
        for row in range(len(depth.hypotheses))
    ]


def _tokens(found: Found, tokeniser, prompt: tuple[Token, ...]) -> dict[int, Token]:
    """The token of each node, as it stands in the likeliest hypothesis that it is part of. Those of
    the `prompt`, whose first one is no node, say where they stand in what was typed."""
    parents = [node.parent for node in found.nodes]
    inner = set(parents)
    tips = [index for index in range(len(found.nodes)) if index not in inner]
    tokens: dict[int, Token] = {}
    for tip in dict.fromkeys([*found.leaves, *tips]):
        path = chain(parents, tip)
        written = tokeniser.target_tokens([found.nodes[i].token for i in path])
        for place, (node, token) in enumerate(zip(path, written, strict=True), 1):
            if place < len(prompt):
                token = token._replace(begin=prompt[place].begin, end=prompt[place].end)
            tokens.setdefault(node, token)
    return tokens
