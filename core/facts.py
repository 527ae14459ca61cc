"""What is known of a model without running it: what it has, how large it is, what it scores by.

A model says it of itself, it is stored beside its weights, and views ask it instead of asking what
kind of model they have.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.trace import READ, SOURCE, WRITTEN

FILE = "facts.json"  # beside the weights of a model that training wrote

EARLIER = {"wiring"}  # what stands in facts that were written before, and is told nowhere any more

# What a model can have, and what a view can need.
CAPABILITIES = (
    "recurrence", "encoder", "encoder-attention", "cross-attention", "self-attention", "heads",
    "positions", "residual-stream", "causal-mask", "attends-first",
    "output-layer", "masked-words", "hops", "picture", "window",
)  # fmt: skip

# What a model does with what it is given, and by which verb it is asked: write a text anew in
# another language, read it, go on writing it, answer the question that it asks; write what is to be
# seen on a picture.
TRANSLATES, READS, WRITES, ANSWERS, CAPTIONS = DOES = (
    "translate", "read", "write", "answer", "caption",
)  # fmt: skip

# What has to be said of the numbers of some models, by the names of sentences in the words.
REMARKS = (
    "rotary",  # queries and keys are those after the rotation by their positions
    "position-bias",  # scores of self-attention include a bias by distance
    "no-root",  # scores are not divided by the root of the size of a query
    "grouped-keys",  # several heads share their keys and values
    "side-by-side",  # attention and feed-forward layer read the same stream
    "shared-layers",  # all layers have one set of weights
    "grouped-layers",  # some layers share theirs with others
    "layer-root",  # scores are divided by the number of the layer too
    "no-masked-words",  # it was saved without the part that says which word stands at a place
    "unheeded",  # its settings of writing ask for what our search does not do
)


@dataclass(frozen=True)
class AttentionFacts:
    """One kind of attention of a model, and the axes of a trace that it stands on. Raises
    ValueError for layers and heads that are no numbers of some."""

    block: str  # as a trace names it: "encoder", "self", "cross" (which reads the source), or more
    layers: int
    heads: int  # in each layer
    queries: str = WRITTEN  # of what is written, of a source
    keys: str = SOURCE  # READ: of what has been written so far

    def __post_init__(self):
        if not all(type(one) is int and one > 0 for one in (self.layers, self.heads)):
            raise ValueError(f"no attention has {self.layers!r} layers of {self.heads!r} heads")

    @property
    def grows(self) -> bool:
        """Whether there is one more key to read at each step."""
        return self.keys == READ


@dataclass(frozen=True)
class Facts:
    """One model. Raises ValueError for a capability that there is not, and for numbers that are
    none."""

    cell: str  # as a person is told: "LSTM", "GRU", "Transformer"
    score: str | None  # None without attention to the source
    has: tuple[str, ...]  # of CAPABILITIES
    attentions: tuple[AttentionFacts, ...]
    parameters: int  # numbers that training adjusts, in the whole model
    # Name and shape of those of the attention to the source; of several layers and heads the
    # shapes begin with the layers, and the size after that is shared out among the heads.
    score_parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    tokeniser: str = ""  # "pieces", "characters", "words"; a model by itself does not know
    does: str = TRANSLATES  # of DOES
    remarks: tuple[str, ...] = ()  # of REMARKS
    spared: int = 0  # numbers that layers which share theirs would have each for itself
    factored: int = 0  # and those that one matrix of embeddings would have beyond its two factors
    unheeded: tuple[str, ...] = ()  # settings of its own of writing that our search does not follow

    def __post_init__(self):
        for name in ("parameters", "spared", "factored"):
            if not (type(told := getattr(self, name)) is int and told >= 0):
                raise ValueError(f"{name} is a whole number, not {told!r}")
        for kind, names, known in (
            ("capability", self.has, CAPABILITIES),
            ("thing to do", (self.does,), DOES),
            ("remark", self.remarks, REMARKS),
        ):
            for name in names:
                if name not in known:
                    raise ValueError(f"no {kind} {name!r}; there are {', '.join(known)}")

    @classmethod
    def read(cls, plain: dict) -> Facts:
        """From what `plain` makes, or JSON of that. Raises TypeError or ValueError."""
        return cls(**{
            **{name: told for name, told in plain.items() if name not in EARLIER},
            "has": tuple(plain["has"]),
            "remarks": tuple(plain.get("remarks", ())),
            "unheeded": tuple(plain.get("unheeded", ())),
            "attentions": tuple(AttentionFacts(**one) for one in plain["attentions"]),
            "score_parameters": tuple(
                (name, tuple(shape)) for name, shape in plain["score_parameters"]
            ),
        })  # fmt: skip

    def plain(self) -> dict:
        """As JSON has it."""
        return asdict(self)

    def attention(self, block: str) -> AttentionFacts | None:
        """The attention of that name, or None."""
        return next((one for one in self.attentions if one.block == block), None)

    @property
    def looks(self) -> AttentionFacts | None:
        """The attention by which what is written looks: to the source or, where there is none, to
        what was written before; None for a model that has neither."""
        return self.attention("cross") or self.attention("self")

    @property
    def heads(self) -> tuple[int, int] | None:
        """Layers and heads of the attention to the source; None where it is a single one."""
        cross = self.attention("cross")
        return (cross.layers, cross.heads) if cross and "heads" in self.has else None

    def parameters_of(self, block: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The parameters of the score that `block` names: "cross" has those of all layers,
        "cross.2" those of one, "cross.2.5" the part of them that makes one head."""
        place = block.split(".")[1:]
        if self.heads is None or not place:
            return self.score_parameters
        shared = self.heads[1] if len(place) == 2 else 1
        return tuple(
            (name, (size // shared, *rest)) for name, (_, size, *rest) in self.score_parameters
        )
