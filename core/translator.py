"""The facade: text in, trace out.

Shape letters: S source tokens, D vector size.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path

import numpy as np
import torch

from core import manifest
from core.checkpoint import load_model
from core.models import Reading
from core.search import Depth, Found, Penalty, largest, search
from core.tokenisers.pieces import END_ID
from core.trace import (
    CUT,
    OVERRULED,
    UNDRAWN,
    AttentionRow,
    Candidate,
    DecodeStep,
    Expansion,
    Model,
    Sampling,
    Search,
    SearchTrace,
    Switches,
    Token,
    frozen,
)
from core.whatif import switched, tempered

MOST_PIECES = 60  # of a source, the end mark not counted
CANDIDATES = 10  # listed for each hypothesis at least; more than the beam is wide by five


def room(source: int) -> int:
    """How many pieces a translation may have by default, for a source of as many tokens."""
    return 2 * source + 10


def use_threads(count: int) -> None:
    """How many processor threads the models of this process use."""
    torch.set_num_threads(count)


class TooLong(ValueError):
    """A sentence of more pieces than a model reads: `length` of them, `limit` allowed."""

    def __init__(self, length: int, limit: int = MOST_PIECES):
        super().__init__(f"the sentence has {length} pieces, the limit is {limit}; shorten it")
        self.length, self.limit = length, limit


class Translator:
    """A loaded model and its vocabulary."""

    def __init__(self, name: str, source: str, target: str, model, vocabulary):
        self.name, self.source, self.target = name, source, target
        self.model, self.vocabulary = model, vocabulary
        self.switches = Switches()

    @classmethod
    def load(cls, name: str, models: Path = manifest.MODELS) -> Translator:
        """The model called `name`.

        Raises UnknownModel for a name that there is not, ModelError for a damaged folder.
        """
        entry = manifest.entry(name, models)
        return cls.read(manifest.check_files(entry), entry.source, entry.target)

    @classmethod
    def read(cls, folder: Path, source: str, target: str) -> Translator:
        """A model straight from its folder, whether or not the manifest knows it."""
        return cls(folder.name, source, target, *load_model(folder))

    def translate(
        self,
        text: str,
        *,
        beam: int = 1,
        best: int | None = None,
        penalty: str = "none",
        alpha: float = 0.6,
        sampling: Sampling | None = None,
        prefix: str | Sequence[int] = (),
        weights: Mapping[int, np.ndarray] | None = None,
        temperature: float = 1.0,
        scaled: bool = False,
        switches: Switches | None = None,
        limit: int | None = None,
    ) -> SearchTrace:
        """The translation of `text` with every number that led to it.

        A `beam` of that width finds the `best` (default: all it ends with) translations by their
        total log-probability under a length `penalty`: none, average or wu, this with strength
        `alpha`. `sampling` draws one instead. `prefix` is how it must begin: text, or ids of
        pieces. `weights` replace the attention weights of the steps (counted from 0) that they are
        given for, each (S,) with the end mark as its last column. `temperature` and `scaled` change
        the softmax of the attention, see `tempered`; `switches` take parts of a Transformer away,
        see `switched`. `limit` bounds the pieces written. Raises ValueError for a blank text, a
        search or what-ifs that do not fit, TooLong for more than MOST_PIECES pieces.
        """
        model = self.switched(switches or self.switches).tempered(temperature, scaled)
        if model is not self:
            return model.translate(
                text, beam=beam, best=best, penalty=penalty, alpha=alpha, sampling=sampling,
                prefix=prefix, weights=weights, limit=limit,
            )  # fmt: skip
        if not text.strip():
            raise ValueError("there is nothing to translate: the text is blank")
        source = self.vocabulary.source_tokens(text)
        if len(source) == 1:
            raise ValueError("there is nothing to translate: the text has no visible character")
        if len(source) - 1 > MOST_PIECES:
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
        limit = room(len(source)) if limit is None else limit
        how = Search(beam, beam if best is None else best, limit, penalty, alpha, sampling)
        found = search(
            self.model,
            torch.tensor([[token.id for token in source]]),
            beam=how.beam,
            best=how.best,
            limit=how.limit,
            penalty=Penalty(how.penalty, how.alpha),
            sampling=how.sampling,
            prefix=ids,
            weights=self._given(weights, len(source), limit),
        )
        return self._trace(text, source, how, found, frozenset(weights or ()))

    def _given(self, weights, size: int, limit: int) -> dict[int, torch.Tensor]:
        if weights and self.described().score is None:
            raise ValueError(f"{self.name} has no attention whose weights could be replaced")
        given = {}
        for step, row in (weights or {}).items():
            if not (isinstance(step, Integral) and 0 <= step < limit):
                raise ValueError(f"there are the steps 0 to {limit - 1}, but not {step!r}")
            row = torch.from_numpy(np.array(row, np.float32))
            fits = row.shape == (size,) and bool((row >= 0).all())
            if not (fits and abs(row.sum().item() - 1) < 1e-3):
                raise ValueError(
                    f"the weights of step {step} must be {size} numbers of 0 or more that sum to "
                    f"one, for each source piece and the end mark; they have the shape "
                    f"{tuple(row.shape)} and the sum {row.sum().item():g}"
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

    def _trace(
        self, typed: str, source, how: Search, found: Found, replaced: frozenset[int]
    ) -> SearchTrace:
        vectors = self._vectors(found)
        expansions = []
        for number, depth in enumerate(found.depths):
            attention = self._attention(depth)
            entropies = -(depth.log_probs.exp() * depth.log_probs).sum(-1)
            listed = self._candidates(found, number, how)
            for row, hypothesis in enumerate(depth.hypotheses):
                expansions.append(
                    Expansion(
                        hypothesis,
                        _rounded(entropies[row].item()),
                        listed[row],
                        attention[row],
                        number in replaced,
                        *vectors.get((number, row), (None, None, None)),
                    )
                )
        # Where the expansions of each depth begin.
        first = np.cumsum([0, *(len(depth.hypotheses) for depth in found.depths)])
        tokens = self._tokens(found)
        steps = tuple(
            DecodeStep(
                node.parent,
                tokens[index],
                _rounded(node.log_prob),
                _rounded(node.total),
                _rounded(node.score),
                node.rank,
                node.fate,
                expansions[first[node.depth] + node.row],
                node.forced,
            )
            for index, node in enumerate(found.nodes)
        )
        return SearchTrace(
            self.described(),
            how,
            typed,
            source,
            frozen(found.reading.state.memory[0].numpy(), np.float16),
            tuple(expansions),
            steps,
            tuple(found.leaves),
            *_maps(found.reading),
        )

    def described(self) -> Model:
        """What its traces say of the model."""
        pieces = len(self.vocabulary) - END_ID
        described = self.model.described()
        return Model(self.name, self.source, self.target, *described, pieces, self.switches)

    def _vectors(self, found: Found) -> dict[tuple[int, int], tuple[np.ndarray | None, ...]]:
        """Context, state and combined of the best hypothesis, by depth and row."""
        places, index = [], found.leaves[0]
        while index is not None:
            node = found.nodes[index]
            places.append((node.depth, node.row))
            index = node.parent
        taken = []
        for name in ("context", "hidden", "combined"):
            parts = [getattr(found.depths[d].prediction, name) for d, _ in places]
            if parts[0] is None:
                taken.append([None] * len(places))
            else:
                rows = [part[row] for part, (_, row) in zip(parts, places, strict=True)]
                taken.append(frozen(torch.stack(rows).numpy(), np.float16))
        return dict(zip(places, zip(*taken, strict=True), strict=True))

    def _attention(self, depth: Depth) -> list[tuple[AttentionRow, ...]]:
        """What each hypothesis of a depth attended to."""
        blocks = [
            (
                block.name,
                frozen(block.scores.numpy()),
                frozen(block.weights.numpy()),
                frozen(block.visible.expand(len(block.scores), -1).numpy(), bool),
            )
            for block in depth.prediction.attention
        ]
        return [
            tuple(
                AttentionRow(name, scores[row], weights[row], visible[row])
                for name, scores, weights, visible in blocks
            )
            for row in range(len(depth.hypotheses))
        ]

    def _candidates(self, found: Found, number: int, how: Search) -> list[tuple[Candidate, ...]]:
        """The likeliest next tokens of each hypothesis of a depth, and those that were taken."""
        depth, penalty = found.depths[number], Penalty(how.penalty, how.alpha)
        taken = {(node.row, node.token): node for node in found.nodes if node.depth == number}
        ranks = {place: rank for rank, place in enumerate(depth.ranked, 1)}
        forced = any(node.forced for node in taken.values())
        allowed = depth.log_probs[:, END_ID:]  # what the search may write
        count = min(max(CANDIDATES, how.beam + 5), allowed.shape[1])
        listed = []
        for row, hypothesis in enumerate(depth.hypotheses):
            before = 0.0 if hypothesis is None else found.nodes[hypothesis].total
            places = largest(allowed[row], count)
            items = [(END_ID + i, v) for i, v in zip(places, allowed[row, places].tolist())]
            usual = {token for token, _ in items}
            # A forced or drawn token may stand far down.
            items += [
                (token, node.log_prob)
                for (at, token), node in taken.items()
                if at == row and token not in usual
            ]
            candidates = []
            for token, log_prob in items:
                chance = depth.chances[row, token].item() if depth.chances is not None else None
                if (row, token) in taken:
                    fate = taken[row, token].fate
                elif forced:
                    fate = OVERRULED
                else:
                    fate = UNDRAWN if chance else CUT
                candidates.append(
                    Candidate(
                        token,
                        self.vocabulary.piece(token),
                        _rounded(log_prob),
                        _rounded(before + log_prob),
                        _rounded(penalty.score(before + log_prob, number + 1)),
                        fate,
                        ranks.get((row, token)),
                        None if chance is None or forced else _rounded(chance),
                    )
                )
            listed.append(tuple(candidates))
        return listed

    def tempered(self, temperature: float = 1.0, scaled: bool = False) -> Translator:
        """The same model, its attention scores divided by `temperature` and, if `scaled`, by √D
        before the softmax: a what-if. The weights are shared and this one stays as it is.

        The scores of its traces are what enters the softmax, and their formula says so. Raises
        ValueError for a temperature that is no finite number or below `whatif.LEAST`, and, where
        anything is to change, for a model without attention.
        """
        if temperature == 1 and not scaled:
            return self
        other = copy.copy(self)
        other.model = tempered(self.model, temperature, scaled)
        return other

    def switched(self, switches: Switches) -> Translator:
        """The same Transformer without what `switches` take away: a what-if. The weights are
        shared and this one stays as it is.

        Raises ValueError for a head that there is not and, where anything is to change, for a
        model that is no Transformer.
        """
        if switches == self.switches:
            return self
        other = copy.copy(self)
        other.model, other.switches = switched(self.model, switches), switches
        return other


def _maps(read: Reading) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The encoder's own maps, and the values of the attention to it, where there are any."""
    if read.attention is None:
        return None, None
    maps = torch.stack([read.attention.scores[0], read.attention.weights[0]])
    return frozen(maps.numpy()), frozen(read.values[0].numpy(), np.float16)


def _rounded(value: float) -> float:
    """To a millionth, which is what single precision leaves of a sum of log-probabilities."""
    return round(value, 6)
