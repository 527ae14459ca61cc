"""A model may have attentions of any name: a trace has them on the axes that its facts say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.attention import attend
from core.facts import AttentionFacts, Facts
from core.models import Block, Heads
from core.models.recurrent import RecurrentConfig, RecurrentModel
from core.refusals import BadWhatIf
from core.trace import READ, SOURCE, WRITTEN, Trace
from core.translator import Translator
from core.whatif import Replaced

TEXT = "Tom sings now."


class ThreeWays(RecurrentModel):
    """Besides its own attention: the source to itself, and the token read to its embedding."""

    def facts(self):
        own = super().facts()
        more = (
            AttentionFacts("inside", 1, 1, SOURCE, SOURCE),
            AttentionFacts("last", 1, 1, WRITTEN, READ),
        )
        return replace(own, attentions=(*own.attentions, *more))

    def encode(self, source, visible=None, whatif=None):
        memory = super().encode(source, visible)
        states = memory.states[:, None]
        heads = Heads(states, states, states, *attend(states @ states.mT, states))
        return memory._replace(
            attentions=(Block("inside", (heads,), memory.visible[:, None, None]),)
        )

    def decode(self, tokens, state, whatif=None):
        """A step of one token: what was read is kept in the feed, which nothing else reads."""
        found = super().decode(tokens, state, *([whatif] if whatif else []))
        read = torch.cat([state.feed, self._embed(tokens)], 1)  # (B, T, D)
        last = self._embed(tokens)[:, None]
        heads = Heads(
            last, read[:, None], read[:, None], *attend(last @ read[:, None].mT, read[:, None])
        )
        visible = torch.ones(1, 1, 1, read.shape[1], dtype=torch.bool)
        block = Block("last", (heads,), visible)
        return found._replace(
            attentions=(*found.attentions, block), state=found.state._replace(feed=read)
        )


@pytest.fixture(scope="module")
def translator(vocabulary) -> Translator:
    torch.manual_seed(1)
    model = ThreeWays(RecurrentConfig(len(vocabulary), size=8, dropout=0.0)).eval()
    return Translator("three", "eng", "fra", model, vocabulary)


@pytest.mark.parametrize("beam", [1, 3])
def test_each_attention_stands_on_the_axes_of_its_facts(translator, beam):
    trace = translator.translate(TEXT, beam=beam, limit=4)
    assert {name: (one.queries, one.keys) for name, one in trace.blocks.items()} == {
        "cross": (WRITTEN, SOURCE), "last": (WRITTEN, READ), "inside": (SOURCE, SOURCE),
    }  # fmt: skip
    assert Trace.from_json(trace.to_json()) == trace
    steps = len(trace.path())
    assert trace.attention("last").weights.shape == (steps, steps)
    assert (trace.attention("last").visible == np.tri(steps, dtype=bool)).all()
    assert trace.attention("inside").weights.shape == (len(trace.source),) * 2


def test_weights_of_such_an_attention_are_checked_by_its_axes(translator):
    with pytest.raises(BadWhatIf, match="must be 2 numbers"):
        translator.translate(TEXT, weights=[Replaced(1, (1.0,), "last")], limit=4)
    with pytest.raises(BadWhatIf, match="it has cross, inside, last"):
        translator.translate(TEXT, weights=[Replaced(1, (1.0,), "self")], limit=4)
    given = [Replaced(0, (1.0,), "last")]
    assert translator.translate(TEXT, weights=given, limit=4).path()[0].replaced


def test_facts_that_an_earlier_version_wrote_are_read(translator):
    plain = translator.facts.plain()
    earlier = [
        {name: one[name] for name in ("block", "layers", "heads")} for one in plain["attentions"]
    ]
    found = Facts.read({**plain, "wiring": "luong", "attentions": earlier[:1]})
    assert found.attentions == translator.facts.attentions[:1]
    with pytest.raises(TypeError):
        Facts.read({**plain, "more": 1})
