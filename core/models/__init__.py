"""The contract of models: read a source once, then write step by step; every number is returned.
Each file here is a kind of model, found because it is here.

`encode(source) -> Memory`, `start(memory) -> state`, `decode(tokens, state) -> Decoded`, of which
`step` is the case of one token. A what-if is an argument of each. What calls a model needs nothing
else of it, and asks what it *has* by its `facts`.

Shape letters: B batch, S source tokens, T target tokens, Q queries, K keys, L layers, H heads,
D vector size, d size of a head's query and key, E size of a value, V vocabulary.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from core.facts import TRANSLATES, Facts
from core.loss import readout_loss
from core.models.forcing import FORCED, Forcing
from core.models.forcing import GUESSES as GUESSES
from core.scores import Letters, ScoreFunction
from core.trace import Score
from core.whatif import DIVIDED, NOTHING, UNDIVIDED, WhatIf

State = TypeVar("State", bound=tuple)


class Heads(NamedTuple):
    """What the heads of one layer computed, nothing left out; one attention is one head."""

    queries: Tensor  # (B, H, Q, d)
    keys: Tensor  # (B, H, K, d)
    values: Tensor  # (B, H, K, E)
    scores: Tensor  # (B, H, Q, K)
    weights: Tensor  # (B, H, Q, K)
    context: Tensor  # (B, H, Q, E), zero for a head that is switched off


class Block(NamedTuple):
    """One attention of a model with all its layers. On which axes it stands, facts say."""

    name: str  # as in its facts: "encoder", "self", "cross"
    layers: tuple[Heads, ...]
    visible: Tensor  # bool (B or 1, 1, Q or 1, K)
    sums_states: bool = False  # values are the states of what is read
    # Where queries came one after another, the layers of each: `layers` are put together of these,
    # and what is predicted depends on them. Empty where all queries were asked at once.
    steps: tuple[tuple[Heads, ...], ...] = ()
    # In the middle of what each query may read, (B, Q), places of keys from 1; None: of all keys.
    centres: Tensor | None = None

    def all(self, part: str) -> Tensor:
        """One part of all layers: (B, L, H, ...)."""
        return torch.stack([getattr(layer, part) for layer in self.layers], 1)

    def rows(self, some: slice) -> Block:
        """The same of some rows of the batch."""
        layers = tuple(Heads(*(part[some] for part in layer)) for layer in self.layers)
        visible = self.visible if len(self.visible) == 1 else self.visible[some]
        centres = None if self.centres is None else self.centres[some]
        return self._replace(layers=layers, visible=visible, steps=(), centres=centres)


class Change(NamedTuple):
    """One sublayer, and the residual stream before and after it."""

    name: str  # "encoder.1", "self.2", "cross.3", "feed.1"
    before: Tensor  # x (B, N, D)
    given: Tensor  # what the sublayer reads: norm(x), or x where the norm comes after it
    added: Tensor  # what it adds to x
    after: Tensor  # the next x


class Stream(NamedTuple):
    """A residual stream, from its beginning to what is read off its end."""

    embedded: Tensor  # (B, N, D), embeddings and positions
    changes: tuple[Change, ...]
    output: Tensor  # (B, N, D), after the last norm
    norm: str  # "pre": sublayers read the stream normed; "post": what they add is normed with it


class Memory(NamedTuple):
    """What reading a source leaves."""

    states: Tensor  # h̄ (B, S, D)
    visible: Tensor  # bool (B, S), False where padded
    embedded: Tensor  # (B, S, D), what the encoder begins with
    attentions: tuple[Block, ...] = ()  # inside the encoder
    last: Any = None  # what the decoder begins with besides
    stream: Stream | None = None
    grid: tuple[int, int] | None = None  # rows and columns of a picture's states, row by row


class Sweep(NamedTuple):
    """One layer of a recurrent encoder, in one direction over a source, read word by word."""

    layer: int  # from 1
    backward: bool
    given: Tensor  # (B, S, N), what it reads at each place
    states: Tensor  # (B, S, D), its state after each place
    cells: Tensor | None  # (B, S, D), its memory cell after each place, where it has one
    gates: dict[str, Tensor]  # (B, S, D) each, 0 to 1: "input", "forget", "output"; "update", …
    candidate: Tensor  # (B, S, D), what it would write if its gates let it


class Decoded(NamedTuple):
    """T steps of the decoder and all that it computed."""

    attentions: tuple[Block, ...]  # empty without attention
    hidden: Tensor  # h_t (B, T, D), before the context is combined
    combined: Tensor  # h̃_t (B, T, D), what the logits are read from
    state: Any  # for the steps after them
    stream: Stream | None = None

    def attention(self, name: str) -> Block | None:
        """The attention of that name, or None."""
        return next((block for block in self.attentions if block.name == name), None)


class Prediction(NamedTuple):
    """One step of the decoder: what it computed, and what it predicts."""

    logits: Tensor  # (B, V)
    decoded: Decoded  # of T = 1

    @property
    def state(self) -> Any:
        return self.decoded.state

    @property
    def attentions(self) -> tuple[Block, ...]:
        return self.decoded.attentions

    def rows(self, begin: int, end: int) -> Prediction:
        """The same of some rows of the batch, without what the steps after it need."""
        if (begin, end) == (0, len(self.logits)):
            return self
        some, decoded = slice(begin, end), self.decoded
        blocks = tuple(block.rows(some) for block in decoded.attentions)
        narrow = Decoded(blocks, decoded.hidden[some], decoded.combined[some], None)
        return Prediction(self.logits[some], narrow)


class Loss(NamedTuple):
    """The cross-entropy of a batch, in nats, summed over what it predicts."""

    smoothed: Tensor  # with label smoothing, and with gradients
    plain: Tensor  # without both
    count: int  # of predictions


class Readout(NamedTuple):
    """What makes logits of combined states: weight h̃ + bias."""

    weight: Tensor  # (V, D)
    bias: Tensor  # (V,)


class Combining(NamedTuple):
    """What makes the combined state of a context and a decoder state, where the context has a part
    in nothing else: h̃ = tanh(W_c [c; h]), Luong et al. 2015, equation 5."""

    context: Tensor  # the columns of W_c that meet c (D, E)
    state: Tensor  # and those that meet h (D, D)


class Projections(NamedTuple):
    """The matrices of one layer's heads: Vaswani et al. 2017, section 3.2.2. A head reads x as
    W x + b; what it adds to the residual stream is W_O times its context, and b_O once for all."""

    W_Q: Tensor  # (H, d, D)
    b_Q: Tensor  # (H, d)
    W_K: Tensor  # (H, d, D)
    b_K: Tensor  # (H, d)
    W_O: Tensor  # (H, D, d)
    b_O: Tensor  # (D,)


class Scorer(NamedTuple):
    """What scores in one attention, to be taken apart."""

    score: ScoreFunction
    letters: Letters
    parameters: tuple[tuple[str, tuple[int, ...]], ...]  # names and shapes of what it learnt

    def divisors(self, size: int, whatif: WhatIf) -> tuple[tuple[str, float], ...]:
        """What scores of queries of that size are divided by, a what-if included: LaTeX, value."""
        root = (rf"\sqrt{{{self.letters.size}}}", size**0.5)
        divides = self.score.without_root is not None and whatif.scaling != UNDIVIDED
        found = [root] * (divides + (whatif.scaling == DIVIDED))
        if whatif.temperature != 1:
            found.append((r"\tau", whatif.temperature))
        return tuple(found)


class Model(nn.Module):
    """What search, training and views drive. States are named tuples of tensors, batch first."""

    Config: ClassVar[type]  # its shape: a frozen dataclass that names its `kind`
    does: ClassVar[str] = TRANSLATES  # what it does with a text, of `core.facts.DOES`
    task: ClassVar[str] = ""  # the only task of `core/tasks` that it is made for, if it is one
    config: Any  # one of that, with which it was made
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # what its texts can be, by their names
    recipe: ClassVar[Mapping[str, Any]] = {}  # what it is trained with instead of what is usual
    longest: int | None = None  # tokens that it can write or read at most, where there is an end

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        facts = self.facts()
        return f"{facts.cell}; it has {', '.join(one.replace('-', ' ') for one in facts.has)}."

    def facts(self) -> Facts:
        """What it is made of and has."""
        raise NotImplementedError

    def stepping(self) -> Iterable[Tensor]:
        """The parameters that are read at each step."""
        return self.parameters()

    def score_of(self, whatif: WhatIf = NOTHING) -> Score | None:
        """How the attention to the source scores, as a trace says it; None without attention."""
        raise NotImplementedError

    def scorer(self, block: str, layer: int, head: int) -> Scorer:
        """What scores in one head, counted from 1. Raises LookupError for one that there is not."""
        raise NotImplementedError

    def projections(self, block: str, layer: int) -> Projections:
        """The matrices of the heads of one layer, from 1. Raises LookupError where there are none:
        a model needs them only if it has heads."""
        raise LookupError(f"no heads of {block}.{layer} in this model")

    def encoding(self, count: int) -> Tensor:
        """(`count`, D), what is added to embeddings at each position. Raises LookupError where
        nothing is."""
        raise LookupError("this model adds no positions to its embeddings")

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """Reads source ids (B, S), padded where not `visible` (B, S)."""
        raise NotImplementedError

    def read(
        self, embedded: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """`encode` of what the encoder begins with (B, S, D), a `Memory.embedded`, in the place of
        tokens. Raises LookupError for a model that reads tokens alone."""
        raise LookupError("this model reads tokens, and no vectors in their place")

    def sweeps(self, embedded: Tensor) -> tuple[Sweep, ...]:
        """What the encoder does with vectors (B, S, D), nothing padded, as `read` gets them: layer
        by layer, forward before backward. Raises LookupError for a model that reads all places at
        once."""
        raise LookupError("this encoder is not recurrent: it reads all places at once")

    def fill(self, memory: Memory) -> Tensor:
        """Logits (B, S, V) of what stands at each place of a source. Raises LookupError for a
        model that was not made to say so."""
        raise LookupError("this model does not say which word stands at a place")

    def start(self, memory: Memory) -> Any:
        """The state before the first token."""
        raise NotImplementedError

    def decode(self, tokens: Tensor, state: Any, whatif: WhatIf = NOTHING) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing."""
        raise NotImplementedError

    def readout(self) -> Readout:
        """What makes logits of combined states."""
        raise NotImplementedError

    def combining(self) -> Combining:
        """What makes combined states of contexts. Raises LookupError where a context has a part in
        more than one equation of its step."""
        raise LookupError("in this model a context has a part in more than h̃")

    def read_off(self, states: Tensor) -> Tensor:
        """Logits (..., V) of states (..., D) of the residual stream, as if it ended there. Raises
        LookupError where there is none."""
        raise LookupError("this model has no residual stream to read off")

    def loss(
        self, batch, smoothing: float = 0.0, dtype: torch.dtype = torch.float32,
        forcing: Forcing = FORCED,
    ) -> Loss:  # fmt: skip
        """The loss of predicting a batch of `core.tasks.translation.corpus.Batch`, as tensors.

        `dtype` is that of the matrix products; `forcing` says how many of the tokens that the
        decoder reads are true, and how its own guesses for the others are made.
        """
        source, given, wanted, real = batch
        with torch.autocast(source.device.type, dtype, enabled=dtype is not torch.float32):
            state = self.start(self.encode(source))
            read = forcing.read(self, given, real, state)
            combined = self.decode(read, state).combined
        found = readout_loss(combined[real], *self.readout(), wanted[real], smoothing, dtype)
        return Loss(*found, int(real.sum()))

    def logits(self, combined: Tensor) -> Tensor:
        """Next-token logits (..., V) of combined states (..., D)."""
        return nn.functional.linear(combined, *self.readout())

    def step(self, token: Tensor, state: Any, whatif: WhatIf = NOTHING) -> Prediction:
        """Reads `token` (B,) and predicts the next; of a what-if, step 0 is this one."""
        decoded = self.decode(token[:, None], state, whatif)
        return Prediction(self.logits(decoded.combined[:, 0]), decoded)


@cache
def kinds() -> dict[str, type[Model]]:
    """Every kind of model by the name that its configuration gives it."""
    found = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for item in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(item, type)
                and issubclass(item, Model)
                and item.__module__ == module.name
                and hasattr(item, "Config")  # others are what several kinds share
            ):
                found[item.Config.kind] = item
    return found


def reorder(state: State, rows: Tensor) -> State:
    """The state of the batch rows `rows`, for any model."""
    return type(state)(*(part[rows] for part in state))


def described(
    score: type[ScoreFunction], letters: Letters, whatif: WhatIf, remark: str = ""
) -> Score:
    """A score as a trace says it, with a `remark` on its source; what a what-if divides it by
    stands in its name and formula."""
    if whatif.scaling == UNDIVIDED and score.without_root:
        score = score.without_root
    name, latex, source = score.name, score.formula(letters), score.source + remark
    scaled = whatif.scaling == DIVIDED
    if whatif.temperature != 1 or scaled:
        number = f"{whatif.temperature:g}" if whatif.temperature != 1 or not scaled else ""
        root = rf"\sqrt{{{letters.size}}}"
        name = f"{name} ÷ {number}{'√D' if scaled else ''}"
        divisor = f"{number} {root}" if scaled else number
        latex = rf"\frac{{{latex}}}{{{divisor}}}"
        source = f"{source}; divided before the softmax, as a what-if"
    return Score(name, latex, source, *letters)
