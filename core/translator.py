"""The facade: text in, trace out.

Shape letters: S source tokens, D vector size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from numbers import Integral
from pathlib import Path

import torch

from core import manifest
from core.checkpoint import facts, load_model
from core.passes import Pass, forced
from core.recording import record
from core.refusals import BadPrefix, BadWhatIf, LongPrefix, TooLong, Unreadable, WrongVerb
from core.search import Writable, side_by_side
from core.trace import WRITTEN, Model, Trace
from core.tree import BEATEN_ALL, Sampling, Search, Token
from core.whatif import NOTHING, TRAINED, UNDIVIDED, Replaced, WhatIf, replaced_rows

THREADS = 256  # torch has no room for any number


def room(source: int) -> int:
    """How many pieces a translation may have by default, for a source of as many tokens."""
    return 2 * source + 10


def use_threads(count: int) -> None:
    """How many processor threads the models of this process use, THREADS at most."""
    torch.set_num_threads(min(count, THREADS))


class Translator:
    """A loaded model and its tokeniser."""

    def __init__(self, name: str, source: str, target: str, model, vocabulary):
        self.name, self.source, self.target = name, source, target
        self.model, self.vocabulary = model, vocabulary
        self.facts = facts(model, vocabulary)
        self.writable = Writable.of(vocabulary)

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
        limit: int | None = None,
        stopping: str = BEATEN_ALL,
        prefix: str | Sequence[int] = (),
        weights: Mapping[int, Sequence[float]] | Sequence[Replaced] = (),
        temperature: float = 1.0,
        scaling: str = TRAINED,
        heads: Sequence[str] = (),
        positions: bool = True,
    ) -> Trace:
        """The translation of `text` with every number that led to it.

        A `beam` of that width finds the `best` (default: all it ends with) translations by their
        total log-probability under a length `penalty`: none, average, or with strength `alpha` wu
        or power. `sampling` draws one instead. `limit` bounds the pieces written; `stopping` says
        when the search is over: see `core.tree.STOPPING`.

        The others are what-ifs. `prefix` is how the translation must begin: text, or ids of pieces.
        `weights` replace attention weights: by the steps that they are given for, from 1 as in
        tables, each (S,) with the end mark as its last column, or as `Replaced`.
        `temperature` and `scaling` change the softmax of the attention, `heads` ("cross.2.5") are
        left out, and without `positions` embeddings do not tell where they stand: see `WhatIf`.

        Raises Unreadable for a blank text, TooLong for more tokens than it reads, BadPrefix and
        BadWhatIf for what-ifs that do not fit, ValueError for a search that cannot be.
        """
        if isinstance(prefix, str):
            prefix = self.vocabulary.encode(prefix)
        whatif = WhatIf(
            tuple(prefix), replaced_rows(weights), temperature, scaling, tuple(heads), positions
        )
        how = Search(
            beam, beam if best is None else best, limit, penalty, alpha, sampling, stopping
        )
        return self.side_by_side(text, (how,), whatif)[0]

    def side_by_side(
        self, text: str, hows: Sequence[Search], whatif: WhatIf = NOTHING
    ) -> list[Trace]:
        """Several searches for translations of `text`, in the time of the longest rather than of
        all together. Raises what `translate` does."""
        source, fixed = self.read_source(text), self.vocabulary.fixed
        usual = room(len(source))
        hows = [
            replace(how, limit=self.limit(usual, how.limit), typed=0, fixed=len(fixed))
            for how in hows
        ]
        return self.searched(text, source, hows, whatif, fixed, self.writable)

    def searched(
        self, text: str, source: tuple[Token, ...], hows: Sequence[Search], whatif: WhatIf,
        given: tuple[int, ...], writable: Writable, prompt: tuple[Token, ...] = (),
    ) -> list[Trace]:  # fmt: skip
        """Searches over `source`, or what goes on after a `prompt`; `given` comes before the
        prefix. Raises BadPrefix and BadWhatIf for a what-if that does not fit."""
        for how in hows:
            self.check(whatif, len(source), how.limit)
        ids = torch.tensor([[token.id for token in source]], dtype=torch.long)
        begun = replace(whatif, prefix=(*given, *whatif.prefix))
        found = side_by_side(self.model, ids, writable, hows, begun)
        model = self.described(whatif)
        return [
            record(
                model, self.facts, text, source, how, one, whatif, self.vocabulary, writable, prompt
            )
            for how, one in zip(hows, found, strict=True)
        ]

    def limit(self, usual: int, asked: int | None) -> int:
        """How many tokens may be written. Raises ValueError for more than the model can."""
        most = self.model.longest
        if most is not None and asked is not None and asked > most:
            raise ValueError(f"{self.name} can write {most} tokens at most, not {asked}")
        return asked if asked is not None else min(usual, most or usual)

    def forced(
        self,
        trace: Trace,
        target: Sequence[int] | None = None,
        whatif: WhatIf | None = None,
        gradient_of: Sequence[int] = (),
    ) -> Pass:
        """One forced pass over what `trace` read and wrote, or over `target`, with everything in
        it; what-ifs are those of the trace unless others are given. See `core.passes`.

        Raises ValueError for a trace that another model made or none, a target that it cannot
        write, a step of `gradient_of` that the target does not have; BadWhatIf for a what-if that
        does not fit.
        """
        self.check_maker(trace)
        if target is None:
            target = [step.token.id for step in trace.path()]
        count = len(self.vocabulary)
        if not target or not all(0 <= i < count and self.writable.allowed[i] for i in target):
            raise ValueError(f"a target is one or more pieces that can be written, not {target}")
        source, start = self.given(trace)
        whatif = trace.whatif if whatif is None else whatif
        # Of weights for steps that a search did not reach there is nothing to replace.
        most = max(len(target), trace.search.limit if trace.tree else 0)
        self.check(replace(whatif, prefix=()), len(source), most)
        return forced(self.model, source, target, start, whatif, gradient_of)

    def given(self, trace: Trace) -> tuple[list[int], int]:
        """The source that `trace` read, as ids, and what was read before all that it wrote."""
        return [token.id for token in trace.source], self.vocabulary.start

    def read_source(self, text: str) -> tuple[Token, ...]:
        """`text` as tokens, the end mark last. Raises Unreadable or TooLong."""
        if not text.strip():
            raise Unreadable("there is nothing to translate: the text is blank")
        source = self.vocabulary.source_tokens(text)
        if all(token.mark for token in source):
            raise Unreadable("there is nothing to translate: the text has no visible character")
        if len(source) - 1 > self.vocabulary.most:
            raise TooLong(len(source) - 1, self.vocabulary.most)
        return source

    def described(self, whatif: WhatIf = NOTHING) -> Model:
        """What its traces say of the model."""
        facts = self.facts
        return Model(
            self.name, self.source, self.target, facts.cell,
            self.model.score_of(whatif), int(self.writable.allowed.sum()), facts.has, facts.does,
            facts.remarks,
        )  # fmt: skip

    def check_maker(self, trace: Trace) -> None:
        """Raises ValueError for a trace that this model did not make."""
        if trace.model != self.described(trace.whatif):
            maker = "no model" if trace.model is None else trace.model.name
            raise ValueError(f"this trace is of {maker}, not as {self.name} makes it")

    def wrong(self, verb: str) -> WrongVerb:
        """What is raised where a model is asked to do what it was not made for."""
        return WrongVerb(
            f"{self.name} does not {verb}, it was made to {self.facts.does}: "
            f"ask it to {self.facts.does}(text)"
        )

    def write(self, text: str, **asked) -> Trace:
        """Raises WrongVerb: this model writes of a source alone."""
        raise self.wrong("write")

    def check(self, whatif: WhatIf, size: int, limit: int) -> None:
        """Raises BadPrefix or BadWhatIf for what this model cannot do, of a source of `size` tokens
        and at most `limit` steps."""
        end, count = self.vocabulary.end, len(self.vocabulary)
        if len(whatif.prefix) > limit:
            raise LongPrefix(len(whatif.prefix), limit)
        for index in whatif.prefix:
            if not (0 <= index < count and self.writable.allowed[index]):
                raise BadPrefix(
                    f"the prefix has the piece {index}; pieces to write are those of 0 to "
                    f"{count - 1} that are no mark, and the end mark {end}"
                )
        if end in whatif.prefix[:-1]:
            raise BadPrefix("the prefix goes on after the end mark; leave out what follows it")
        if whatif.scores_changed and not self.facts.attentions:
            raise BadWhatIf("a model without attention has no scores that could be divided")
        if whatif.scaling == UNDIVIDED and not self._divides():
            raise BadWhatIf(f"{self.name} does not divide its scores by √D, so nothing is left out")
        if not whatif.positions and "positions" not in self.facts.has:
            raise BadWhatIf(f"{self.name} has no positions to switch off")
        if not whatif.causal and "causal-mask" not in self.facts.has:
            raise BadWhatIf(f"{self.name} has no causal mask to lift")
        for head in whatif.heads:
            self._check_head(head)
        for row in whatif.weights:
            self._check_row(row, size, limit)

    def _divides(self) -> bool:
        """Whether any of its attentions divides its scores by √D."""
        for one in self.facts.attentions:
            with suppress(LookupError):  # a score that is not taken apart
                if self.model.scorer(one.block, 1, 1).score.without_root:
                    return True
        return False

    def _check_head(self, name: str) -> None:
        if "heads" not in self.facts.has:
            raise BadWhatIf(f"{self.name} has no heads to switch off")
        known = {
            f"{one.block}.{layer}.{head}" for one in self.facts.attentions
            for layer in range(1, one.layers + 1) for head in range(1, one.heads + 1)
        }  # fmt: skip
        if name not in known:
            there = ", ".join(
                f"{one.block}.1.1 to {one.block}.{one.layers}.{one.heads}"
                for one in self.facts.attentions
            )
            raise BadWhatIf(f"there is no head {name!r}; there are {there}")

    def _check_row(self, row: Replaced, size: int, limit: int) -> None:
        block = self.facts.attention(row.block)
        if block is None:
            known = ", ".join(one.block for one in self.facts.attentions)
            raise BadWhatIf(
                f"{self.name} has no attention {row.block!r} whose weights could be replaced; it "
                f"has {known or 'none'}"
            )
        for name, place, count in (
            ("layer", row.layer, block.layers), ("head", row.head, block.heads),
        ):  # fmt: skip
            if place is not None and place not in range(1, count + 1):
                raise BadWhatIf(
                    f"there is no {name} {place!r} of {row.block!r}; there are 1 to {count}, and "
                    "None for all"
                )
        steps = limit if block.queries == WRITTEN else size
        if not (isinstance(row.step, Integral) and 0 <= row.step < steps):
            raise BadWhatIf(
                f"of {row.block!r} there are the steps 1 to {steps}, at the places 0 to "
                f"{steps - 1}; there is no place {row.step!r}"
            )
        keys, each = (
            (row.step + 1, "the start mark and each token written before") if block.grows
            else (size, "each source piece and the end mark")
        )  # fmt: skip
        total = sum(row.weights)
        fits = len(row.weights) == keys and all(value >= 0 for value in row.weights)
        if not (fits and abs(total - 1) < 1e-3):
            raise BadWhatIf(
                f"the weights of step {row.step + 1} must be {keys} numbers of 0 or more that sum "
                f"to one, for {each}; they have the shape ({len(row.weights)},) and the sum "
                f"{total:g}"
            )
