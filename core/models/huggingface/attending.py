"""Attention of a Hugging Face model as our own attention computes it, written down by a recorder.

transformers lets one register an attention function, and every family here asks for it with the
queries, keys and values that it has made. Ours is called like its eager one and returns the same;
what a model is made of stays as it is. Each call writes to the recorder of whoever runs the model.

Shape letters: B batch, H heads, G heads of keys and values, Q queries, K keys, d size of a head.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor, nn

from core.attention import attend
from core.models import Block, Change, Heads, Stream
from core.models.huggingface.families import Stack
from core.whatif import WhatIf

NAME = "heed"  # of our attention function among those of transformers


class Recorder:
    """What the attentions and sublayers of one run computed, in the order in which they ran."""

    def __init__(self, blocks: dict[nn.Module, str], whatif: WhatIf):
        self.blocks, self.whatif = blocks, whatif
        self.heads: dict[str, list[Heads]] = {name: [] for name in blocks.values()}
        self.visible: dict[str, list[Tensor]] = {name: [] for name in blocks.values()}
        self.outputs: dict[nn.Module, list[Tensor]] = {}
        self.embedded: dict[nn.Module, Tensor] = {}  # what a first layer was given

    def block(self, name: str) -> Block:
        """One attention with all its layers."""
        return Block(name, tuple(self.heads[name]), self.visible[name][0])

    def stream(self, stack: Stack, output: Tensor) -> Stream:
        """The residual stream through `stack`, at whose end `output` is read off."""
        ahead = {module: iter(found) for module, found in self.outputs.items()}
        x = embedded = self.embedded[stack.layers[0]]
        changes = []
        for number, layer in enumerate(stack.layers, 1):
            for part in stack.sublayers:
                added = next(ahead[layer.get_submodule(part.adds)])
                normed = next(ahead[layer.get_submodule(part.norm)])
                given, after = (normed, x + added) if stack.norm == "pre" else (x, normed)
                changes.append(Change(f"{part.block}.{number}", x, given, added, after))
                x = after
        return Stream(embedded, tuple(changes), output, stack.norm)


_RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextmanager
def recording(blocks: dict[nn.Module, str], whatif: WhatIf) -> Iterator[Recorder]:
    """Whatever runs inside is written down; other threads have recorders of their own."""
    recorder = Recorder(blocks, whatif)
    token = _RECORDER.set(recorder)
    try:
        yield recorder
    finally:
        _RECORDER.reset(token)


def attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None,
    scaling: float | None = None, position_bias: Tensor | None = None, **_,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Contexts (B, Q, H, d) and weights (B, H, Q, K) of queries (B, H, Q, d) over keys and values
    (B, G, K, d), as transformers calls for them.

    Scores are the products times `scaling`, plus the `position_bias` where a model has one. The
    mask that is added to scores there is 0 where a key may be read. Dropout is for training.
    """
    shared = query.shape[1] // key.shape[1]
    if shared > 1:  # each head with the keys that it reads: Ainslie et al. 2023, 2305.13245
        key, value = (part.repeat_interleave(shared, 1) for part in (key, value))
    scores = (
        query @ key.transpose(-2, -1) * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    )
    if position_bias is not None:  # Raffel et al. 2020 (1910.10683), section 2.1
        scores = scores + position_bias
    recorder, visible = _RECORDER.get(), None
    if attention_mask is not None:
        visible = attention_mask[..., : key.shape[-2]] >= 0
    change = name = None
    if recorder is not None:
        name = recorder.blocks[module]
        if name == "self" and not recorder.whatif.causal:
            visible = None
        change = recorder.whatif.inside(name, len(recorder.heads[name]) + 1)
    found = attend(scores, value, visible, change, query.shape[-1])
    if recorder is not None:
        everywhere = torch.ones(1, 1, 1, key.shape[-2], dtype=torch.bool, device=key.device)
        recorder.heads[name].append(Heads(query, key, value, *found))
        recorder.visible[name].append(everywhere if visible is None else visible)
    return found.context.transpose(1, 2), found.weights.to(value.dtype)


def twin(model: nn.Module) -> nn.Module:
    """The same model with our attention: its modules are others, its weights the very same ones,
    so nothing of `model` changes and nothing is held twice."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import eager_mask

    AttentionInterface.register(NAME, attention)
    AttentionMaskInterface.register(NAME, eager_mask)
    shared = {id(one): one for one in (*model.parameters(), *model.buffers())}
    found = copy.deepcopy(model, shared).eval()
    found.set_attn_implementation(NAME)
    return found


def listen(stack: Stack) -> None:
    """Has the layers of a stack tell the recorder, if there is one, what their sublayers made."""

    def write_input(layer: nn.Module, given: tuple, named: dict) -> None:
        if recorder := _RECORDER.get():
            recorder.embedded.setdefault(layer, given[0] if given else named["hidden_states"])

    def write_output(module: nn.Module, _, made: Tensor | tuple) -> None:
        if recorder := _RECORDER.get():
            output = made[0] if isinstance(made, tuple) else made
            recorder.outputs.setdefault(module, []).append(output)

    stack.layers[0].register_forward_pre_hook(write_input, with_kwargs=True)
    modules = {
        layer.get_submodule(path): None
        for layer in stack.layers
        for part in stack.sublayers
        for path in (part.norm, part.adds)
    }
    for module in modules:
        module.register_forward_hook(write_output)
