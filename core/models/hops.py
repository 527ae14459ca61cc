"""A model that answers a question about a story by looking at it several times: each look (a hop)
asks with what the ones before found. It is the end-to-end memory network of Sukhbaatar et al. 2015
(arXiv 1503.08895) with weights over words, whose sums over statements are those of the paper.

Statements end in a token that the configuration names; what stands after the last of those asks,
and is not looked at. Each word of a statement is a key of its own: its vector, plus the sum m_i of
those of its statement i (section 4.1, with the position encoding), plus how long ago that was (the
temporal encoding). The question's sum is the first query u^1; u^{k+1} = u^k + c^k (equation 4),
with a ReLU on half of the units (section 5).

Shape letters: B batch, S source tokens, N sentences, T target tokens, K hops, W places within a
sentence, D vector size, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.attention import attend
from core.facts import ANSWERS, AttentionFacts, Facts
from core.loss import readout_loss
from core.models import (
    FORCED,
    Block,
    Decoded,
    Forcing,
    Heads,
    Loss,
    Memory,
    Model,
    Readout,
    Scorer,
    described,
)  # fmt: skip
from core.scores import LUONG
from core.scores.general import General
from core.trace import Score
from core.whatif import NOTHING, WhatIf

LETTERS = LUONG._replace(query="{u^k}", key="m_s")


@dataclass(frozen=True)
class HopsConfig:
    """The shape of such a model; raises ValueError for one that cannot be built."""

    kind: ClassVar[str] = "hops"
    vocabulary: int
    stop: int = 4  # the token that ends a statement
    size: int = 96
    hops: int = 2
    ages: int = 64  # statements back from the question that are told apart; older ones are alike
    places: int = 10  # within a sentence, that are told apart
    dropout: float = 0.1

    def __post_init__(self):
        if min(self.vocabulary, self.size, self.hops, self.ages, self.places) < 1:
            raise ValueError("of vocabulary, size, hops, ages, places there is at least one each")


class HopsState(NamedTuple):
    """All that the decoder carries from step to step, batch first."""

    visible: Tensor  # bool (B, S), False for the question and where padded
    read: Tensor  # (B, 1 + K, S, D): the keys of each hop, and the values of the one before
    question: Tensor  # (B, D)


class Places(NamedTuple):
    """Where each token stands."""

    sentence: Tensor  # (B, S), which sentence of its story, from 0
    asked: Tensor  # (B, 1), which of them asks
    within: Tensor  # (B, S), its place in the sentence, from 0


class HopsModel(Model):
    Config = HopsConfig
    does = ANSWERS
    task = "stories"

    def __init__(self, config: HopsConfig):
        super().__init__()
        self.config = config
        size, tables = config.size, config.hops + 1
        # Adjacent: the values of a hop are the keys of the next one; the question is read by the
        # first table, the answer by the last (section 2.2).
        self.words = nn.ModuleList(nn.Embedding(config.vocabulary, size) for _ in range(tables))
        self.ages = nn.ModuleList(nn.Embedding(config.ages, size) for _ in range(tables))
        self.given = nn.Embedding(config.vocabulary, size)  # what was written before
        for table in (*self.words, self.given):
            nn.init.normal_(table.weight, std=0.2)
        for table in self.ages:
            table.weight.data.copy_(_waves(config.ages, size))
        # A look compares times too, and what is tied as above compares alike both ways.
        self.scores = nn.ModuleList(General(size, size) for _ in range(config.hops))
        for score in self.scores:
            nn.init.eye_(score.W_a.weight)  # at first the words that question and story share
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)
        self.register_buffer("order", _order(config.places, size), persistent=False)

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """Reads source ids (B, S), padded where not `visible`; a what-if changes nothing here."""
        if visible is None:
            visible = torch.ones_like(source, dtype=torch.bool)
        places = self._places(source, visible)
        asks = (places.sentence == places.asked) & visible
        embedded = self.words[0](source)  # (B, S, D)
        order = self.order[places.within] * visible[..., None]
        question = (embedded * order * asks[..., None]).sum(1)  # (B, D)
        count = int(places.sentence.max()) + 1
        rows = _rows(places.sentence, count)
        read = []
        for table, ages in zip(self.words, self.ages, strict=True):
            words = (table(source) * order).flatten(0, 1)  # (B S, D)
            sums = ages(self._back(places, count)).flatten(0, 1).index_add(0, rows, words)  # m_i
            read.append((words + sums.index_select(0, rows)).view(embedded.shape))
        stacked = torch.stack(read, 1)  # (B, 1 + K, S, D)
        return Memory(read[-1], visible & ~asks, embedded, last=(question, stacked))

    def start(self, memory: Memory) -> HopsState:
        """The state before the first token."""
        question, read = memory.last
        return HopsState(memory.visible, read, question)

    def decode(self, tokens: Tensor, state: HopsState, whatif: WhatIf = NOTHING) -> Decoded:
        """Reads `tokens` (B, T): each is added to the question before the first look."""
        u = h = half(state.question[:, None] + self.dropout(self.given(tokens)))  # u^1 (B, T, D)
        visible, layers = state.visible[:, None, None], []
        for hop in range(self.config.hops):
            keys, values = (state.read[:, None, at] for at in (hop, hop + 1))  # (B, 1, S, D)
            scores = self.scores[hop](u[:, None], keys)  # (B, 1, T, S)
            change = whatif.inside("cross", hop + 1)
            found = attend(scores, values, visible, change, u.shape[-1])
            layers.append(Heads(u[:, None], keys, values, *found))
            u = half(u + found.context[:, 0])
        block = Block("cross", tuple(layers), visible)
        return Decoded((block,), h, self.dropout(u), state)

    def loss(
        self, batch, smoothing: float = 0.0, dtype: torch.dtype = torch.float32,
        forcing: Forcing = FORCED,
    ) -> Loss:  # fmt: skip
        """The loss of a batch of `core.tasks.stories.corpus.Batch`, as tensors.

        It is that of `decode`, in a fraction of the time: a word at a place of a sentence is the
        same vector wherever it stands, so what is computed for each is done once for all stories.
        """
        source, visible, given, wanted = batch
        places = self._places(source, visible)
        count = int(places.sentence.max()) + 1
        rows, width = _rows(places.sentence, count), self.config.places
        codes = source * width + places.within  # (B, S), a word and its place
        asks = (places.sentence == places.asked) & visible
        seen = (visible & ~asks)[:, None].expand(-1, given.shape[1], -1)  # (B, T, S)
        at = codes[:, None].expand_as(seen)
        sentence = places.sentence[:, None].expand_as(seen)
        told = visible.flatten()
        starts = torch.where(places.within == 0, told.view_as(source), False).flatten()[told]
        bags = starts.nonzero()[:, 0]
        targets = rows[told][bags]
        back = self._back(places, count)
        tables, sums = [], []
        for table, ages in zip(self.words, self.ages, strict=True):
            words = (table.weight[:, None] * self.order).flatten(0, 1)  # (V W, D)
            bag = functional.embedding_bag(codes.flatten()[told], words, bags, mode="sum")
            whole = ages(back).flatten(0, 1).index_add(0, targets, bag)
            tables.append(words)
            sums.append(whole.view(len(source), count, -1))  # m_i (B, N, D)
            if len(tables) == 1:
                plain = torch.zeros_like(whole).index_add(0, targets, bag).view_as(sums[0])
                question = plain.gather(1, places.asked[..., None].expand(-1, 1, plain.shape[-1]))
        u = half(question + self.dropout(self.given(given)))  # (B, T, D)
        for hop in range(self.config.hops):
            probe = u @ self.scores[hop].W_a.weight  # uᵀ W_a, (B, T, D)
            scores = (probe @ tables[hop].T).gather(2, at)
            scores = scores + (probe @ sums[hop].transpose(1, 2)).gather(2, sentence)
            weights = scores.masked_fill(~seen, -torch.inf).softmax(-1)  # (B, T, S)
            context = _gathered(weights, at, len(tables[0])) @ tables[hop + 1]
            context = context + _gathered(weights, sentence, count) @ sums[hop + 1]
            u = half(u + context)
        combined = self.dropout(u)
        found = readout_loss(
            combined.flatten(0, 1), *self.readout(), wanted.flatten(), smoothing, dtype
        )
        return Loss(*found, wanted.numel())

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        config = self.config
        looks = "looks once" if config.hops == 1 else f"looks {config.hops} times"
        return (
            f"An end-to-end memory network (Sukhbaatar et al. 2015) that {looks} at the words of a "
            f"story, {config.size} dimensions. Its query begins as the sum of the words of the "
            "question; each look compares it with every word of the statements by the general "
            "score and adds what it found to the query. The answer is read off the last."
        )

    def facts(self) -> Facts:
        """What it is made of and has."""
        return Facts(
            "memory network", General.name, ("encoder", "cross-attention", "hops"),
            (AttentionFacts("cross", self.config.hops, 1),),
            sum(value.numel() for value in self.parameters()),
            (("W_a", (self.config.hops, self.config.size, self.config.size)),), does=self.does,
        )  # fmt: skip

    def stepping(self) -> Iterable[Tensor]:
        """What a step reads besides the story."""
        return (self.given.weight, self.words[-1].weight, *self.scores.parameters())

    def score_of(self, whatif: WhatIf = NOTHING) -> Score:
        """How each look scores, as a trace says it."""
        return described(General, LETTERS, whatif)

    def scorer(self, block: str, layer: int, head: int) -> Scorer:
        """What scores in one look. Raises LookupError for one that there is not."""
        if block != "cross" or not 1 <= layer <= self.config.hops or head != 1:
            raise LookupError(f"no attention {block}.{layer}.{head} in this model")
        return Scorer(self.scores[layer - 1], LETTERS, self.facts().score_parameters)

    def readout(self) -> Readout:
        """What makes logits of combined states."""
        return Readout(self.words[-1].weight, self.readout_bias)

    def _places(self, source: Tensor, visible: Tensor) -> Places:
        stops = (source == self.config.stop) & visible
        sentence = stops.cumsum(1) - stops.long()  # a stop belongs to what it ends
        at = torch.arange(source.shape[1], device=source.device).expand_as(source)
        after = torch.where(stops, at + 1, 0).cummax(1).values
        first = functional.pad(after[:, :-1], (1, 0))  # where the sentence of each token begins
        within = (at - first).clamp(max=self.config.places - 1)
        return Places(sentence, stops.sum(1, keepdim=True), within)

    def _back(self, places: Places, count: int) -> Tensor:
        """(B, N), how many statements stand between each sentence and the question."""
        number = torch.arange(count, device=places.asked.device)
        return (places.asked - number - 1).clamp(0, self.config.ages - 1)


def half(u: Tensor) -> Tensor:
    """A ReLU on the second half of the units, so that what is asked for can depend on what is asked
    about (section 5)."""
    size = u.shape[-1] // 2
    return torch.cat([u[..., :size], u[..., size:].relu()], -1)


def _gathered(weights: Tensor, groups: Tensor, count: int) -> Tensor:
    """(B, T, `count`), the weights (B, T, S) summed over tokens of one of the `groups`."""
    return weights.new_zeros(*weights.shape[:2], count).scatter_add(2, groups, weights)


def _rows(sentence: Tensor, count: int) -> Tensor:
    """(B S), the sentence of each token among those of all stories, `count` for each."""
    story = torch.arange(len(sentence), device=sentence.device)[:, None]
    return (story * count + sentence).flatten()


def _waves(ages: int, size: int) -> Tensor:
    """(`ages`, D), where the temporal encoding begins: waves, of which a matrix can make those of
    any time before or after (Vaswani et al. 2017, section 3.5). Of random vectors it had to be
    learnt for each two times."""
    size += size % 2
    speed = 100 ** (-torch.arange(0, size, 2) / size)
    angle = torch.arange(ages)[:, None] * speed  # (ages, D / 2)
    return 0.3 * torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:, :size]


def _order(words: int, size: int) -> Tensor:
    """(W, D), how much each dimension k of a word counts by its place j in a sentence of J words:
    l_kj = (1 − j/J) − (k/d)(1 − 2j/J), section 4.1, with J the most that are told apart."""
    j = torch.arange(1, words + 1)[:, None] / words
    k = torch.arange(1, size + 1)[None] / size
    return (1 - j) - k * (1 - 2 * j)
