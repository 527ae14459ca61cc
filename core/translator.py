"""The facade: text in, trace out.

Shape letters: S source tokens, D vector size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from core import manifest
from core.checkpoint import load_model
from core.search import Found, search
from core.text import END_ID
from core.trace import (
    AttentionRow,
    Candidate,
    DecodeStep,
    Model,
    Score,
    SearchTrace,
    Token,
    frozen,
)

LIMIT = 60  # source pieces, the end mark not counted
CANDIDATES = 10


def use_threads(count: int) -> None:
    """How many processor threads the models of this process use."""
    torch.set_num_threads(count)


class TooLong(ValueError):
    """A sentence of more pieces than a model reads: `length` of them, `limit` allowed."""

    def __init__(self, length: int, limit: int = LIMIT):
        super().__init__(f"the sentence has {length} pieces, the limit is {limit}; shorten it")
        self.length, self.limit = length, limit


class Translator:
    """A loaded model and its vocabulary."""

    def __init__(self, name: str, source: str, target: str, model, vocabulary):
        self.name, self.source, self.target = name, source, target
        self.model, self.vocabulary = model, vocabulary

    @classmethod
    def load(cls, name: str, models: Path = manifest.MODELS) -> Translator:
        """The model called `name`.

        Raises UnknownModel for a name that there is not, ModelError for a damaged folder.
        """
        entry = manifest.entry(name, models)
        return cls.read(manifest.check_files(entry, models), entry.source, entry.target)

    @classmethod
    def read(cls, folder: Path, source: str, target: str) -> Translator:
        """A model straight from its folder, whether or not the manifest knows it."""
        return cls(folder.name, source, target, *load_model(folder))

    def translate(
        self,
        text: str,
        *,
        beam: int = 1,
        prefix: str | Sequence[int] = (),
        weights: Mapping[int, np.ndarray] | None = None,
        limit: int | None = None,
    ) -> SearchTrace:
        """The translation of `text` with every number that led to it.

        `prefix` is how it must begin: text, or ids of pieces. `weights` replace the attention
        weights of the steps (counted from 0) that they are given for, each (S,) with the end
        mark as its last column. `limit` bounds the pieces written. Raises ValueError for a blank
        text or what-ifs that do not fit, TooLong for more than LIMIT pieces.
        """
        if not text.strip():
            raise ValueError("there is nothing to translate: the text is blank")
        source = self.vocabulary.source_tokens(text)
        if len(source) == 1:
            raise ValueError("there is nothing to translate: the text has no visible character")
        if len(source) - 1 > LIMIT:
            raise TooLong(len(source) - 1)
        ids = self.vocabulary.encode(prefix) if isinstance(prefix, str) else list(prefix)
        for index in ids:
            if not END_ID <= index < len(self.vocabulary):
                raise ValueError(
                    f"the prefix has the piece {index}; pieces are {END_ID} to "
                    f"{len(self.vocabulary) - 1}"
                )
        if END_ID in ids[:-1]:
            raise ValueError("the prefix goes on after the end mark; leave out what follows it")
        found = search(
            self.model,
            torch.tensor([[token.id for token in source]]),
            beam=beam,
            limit=limit or 2 * len(source) + 10,
            prefix=ids,
            weights=self._given(weights, len(source)),
        )
        return self._trace(text, source, found, frozenset(weights or ()))

    def _given(self, weights, size: int) -> dict[int, torch.Tensor]:
        if weights and self.model.config.score is None:
            raise ValueError(f"{self.name} has no attention whose weights could be replaced")
        given = {}
        for step, row in (weights or {}).items():
            row = torch.from_numpy(np.array(row, np.float32))
            if row.shape != (size,) or not bool(row.isfinite().all()) or bool((row < 0).any()):
                raise ValueError(
                    f"the weights of step {step} must be {size} numbers of 0 or more, one for "
                    f"each source piece and the end mark; they have the shape {tuple(row.shape)}"
                )
            given[step] = row
        return given

    def _tokens(self, found: Found) -> dict[int, Token]:
        """The token of each node, as it stands in the likeliest hypothesis that it is part of."""
        inner = {node.parent for node in found.nodes}
        tips = [index for index in range(len(found.nodes)) if index not in inner]
        tokens: dict[int, Token] = {}
        for tip in dict.fromkeys([*found.leaves, *tips]):
            path: list[int] = []
            node: int | None = tip
            while node is not None:
                path.append(node)
                node = found.nodes[node].parent
            path.reverse()
            written = self.vocabulary.target_tokens([found.nodes[i].token for i in path])
            for node, token in zip(path, written, strict=True):
                tokens.setdefault(node, token)
        return tokens

    def _trace(self, typed: str, source, found: Found, replaced: frozenset[int]) -> SearchTrace:
        # One conversion for all steps of a kind: this is what keeps tracing cheap.
        config, predictions = self.model.config, found.predictions
        log_probs = torch.cat(found.log_probs)  # (all rows, V)
        entropies = -(log_probs.exp() * log_probs).sum(-1)
        allowed = log_probs[:, END_ID:]  # what the search may write
        top = allowed.topk(min(CANDIDATES, allowed.shape[1]))
        top_ids, top_values = (top.indices + END_ID).tolist(), top.values.tolist()
        first = np.cumsum([0, *map(len, found.log_probs)])  # row of each depth's first hypothesis
        vectors = {
            name: frozen(torch.cat([getattr(p, name) for p in predictions]).numpy(), np.float16)
            for name in ("hidden", "combined", *(["context"] if config.score else []))
        }
        rows = {
            name: frozen(torch.cat([getattr(p.attention[0], name) for p in predictions]).numpy())
            for name in (["scores", "weights"] if config.score else [])
        }
        visible = frozen(np.ones(len(source)), bool)
        tokens = self._tokens(found)
        steps = []
        for index, node in enumerate(found.nodes):
            row = first[node.depth] + node.row
            steps.append(
                DecodeStep(
                    parent=node.parent,
                    token=tokens[index],
                    log_prob=node.log_prob,
                    total=node.total,
                    entropy=float(entropies[row]),
                    candidates=tuple(
                        Candidate(index, self.vocabulary.piece(index), value)
                        for index, value in zip(top_ids[row], top_values[row], strict=True)
                    ),
                    attention=(
                        AttentionRow("cross", rows["scores"][row], rows["weights"][row], visible),
                    )
                    if config.score
                    else (),
                    context=vectors["context"][row] if config.score else None,
                    state=vectors["hidden"][row],
                    combined=vectors["combined"][row],
                    fate="ended" if node.token == END_ID else "kept",
                    forced=node.forced,
                    replaced=node.depth in replaced,
                )
            )
        score = self.model.score
        return SearchTrace(
            Model(
                self.name,
                self.source,
                self.target,
                config.cell,
                Score(score.name, score.latex, score.source) if score else None,
            ),
            typed,
            source,
            frozen(found.memory.numpy(), np.float16),
            tuple(steps),
            tuple(found.leaves),
        )
