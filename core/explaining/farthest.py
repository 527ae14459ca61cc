"""Another attention, the same answer: how far weights can move while the next token hardly changes.

Jain & Wallace 2019 (arXiv 1902.10186), section 4.2.2: of all weights whose next-token distribution
stays within ε of the model's own (total variation, their TVD), those that are farthest from the
model's own (Jensen–Shannon divergence, at most ln 2 = 0.693 nats). Their objective is relaxed as
they do it, JSD − λ max(0, TVD − ε), over the logits of the weights, by Adam (Kingma & Ba 2015),
from STARTS beginnings; what crosses ε is then drawn back on the straight way to the model's own
weights, until it is inside. What comes out is the farthest that was met: more may be possible.

Wiegreffe & Pinter 2019 (arXiv 1908.04626): such weights are set by hand, one step at a time. That
they exist does not say that the model could have learnt to compute them, nor that attention says
nothing; it says that these weights alone do not determine the answer.

Shape letters: B beginnings, N free heads, S source tokens, V vocabulary, G levels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.explaining.again import Again, apart
from core.explanations import Farthest
from core.trace import Trace
from core.translator import Translator
from core.wire import frozen

STEPS = 40
RATE = 0.5
STARTS = 8  # drawn around the model's own weights, from near to far
PENALTY = 20.0  # λ, in nats of divergence for each unit of total variation past ε
LEVELS = 17
SEED = 1


def farthest(
    translator: Translator, trace: Trace, step: int, epsilon: float = 0.05, block: str = "cross"
) -> Farthest:
    """The weights of step `step`, from 0, farthest from the model's own whose next-token
    distribution is within `epsilon`. Raises what `Again` does, and ValueError for an ε that is not
    from 0 to 1."""
    if not (math.isfinite(epsilon) and 0 <= epsilon <= 1):
        raise ValueError(f"ε is a total variation, from 0 to 1, not {epsilon!r}")
    again = Again(translator, trace, step, block)
    with torch.no_grad():
        usual = again.log_probs(again.own[None])[0].exp()  # (V,)
    found = _inside(again, usual, epsilon, _climbed(again, usual, epsilon))
    with torch.no_grad():
        now = again.log_probs(found[None])[0].exp()
    likeliest, before = (int(torch.where(again.allowed, one, 0).argmax()) for one in (now, usual))
    return Farthest(
        step, block, epsilon, again.heads, frozen(again.own.numpy()), frozen(found.numpy()),
        float(divergence(found, again.own)), float(apart(found, again.own)),
        float(changed(now, usual)), likeliest, likeliest == before, again.rows(found),
    )  # fmt: skip


def divergence(weights: Tensor, own: Tensor) -> Tensor:
    """Jensen–Shannon divergence of `weights` (..., N, S) and `own` (N, S), nats, mean over N."""
    middle = (weights + own) / 2
    parts = [
        torch.where(one > 0, one * (one.clamp(min=1e-30) / middle.clamp(min=1e-30)).log(), 0.0)
        for one in (weights, own.expand_as(weights))
    ]
    return (sum(parts).sum(-1) / 2).mean(-1)


def changed(probabilities: Tensor, usual: Tensor) -> Tensor:
    """Total variation of `probabilities` (..., V) and `usual` (V,), 0 to 1."""
    return (probabilities - usual).abs().sum(-1) / 2


def _climbed(again: Again, usual: Tensor, epsilon: float) -> Tensor:
    """Candidates (B, N, S): where the climb from each beginning ended, the farthest place inside ε
    that was passed, and all weight on each source token."""
    generator = torch.Generator().manual_seed(SEED)
    drawn = torch.randn(STARTS, *again.own.shape, generator=generator)
    drawn[::2] = drawn[::2, :1]  # every other one moves all heads alike
    near = torch.linspace(0.3, 4, STARTS)[:, None, None]
    logits = (again.own + 1e-4).log() + near * drawn
    passed, most = again.own, 0.0
    mean, square = torch.zeros_like(logits), torch.zeros_like(logits)
    for step in range(1, STEPS + 1):
        logits.requires_grad_()
        with torch.enable_grad():
            weights = logits.softmax(-1)
            beyond = changed(again.log_probs(weights).exp(), usual) - epsilon
            far = divergence(weights, again.own)
            slope = torch.autograd.grad((far - PENALTY * beyond.clamp(min=0)).sum(), logits)[0]
        inside = torch.where(beyond <= 0, far, -1.0).detach()
        if float(inside.max()) > most:
            passed, most = weights[inside.argmax()].detach(), float(inside.max())
        # Adam, by hand: the rate falls to nothing, so that the climb comes to rest at ε.
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope.square()
        moved = (mean / (1 - 0.9**step)) / ((square / (1 - 0.99**step)).sqrt() + 1e-8)
        rate = RATE * (1 + math.cos(math.pi * step / STEPS)) / 2
        logits = logits.detach() + rate * moved
    size = again.own.shape[-1]
    corners = torch.eye(size)[:, None].expand(size, *again.own.shape)
    return torch.cat([logits.softmax(-1), passed[None], corners])


@torch.no_grad()
def _inside(again: Again, usual: Tensor, epsilon: float, tried: Tensor) -> Tensor:
    """Of the ways from the model's own weights to `tried` (B, N, S) the farthest place (N, S) that
    is inside ε."""
    own = again.own
    levels = torch.linspace(0, 1, LEVELS)[:, None, None, None]
    places = (own + levels * (tried - own)).flatten(0, 1)  # (G B, N, S)
    over = changed(again.log_probs(places).exp(), usual) > epsilon
    worth = divergence(places, own).masked_fill(over, -1.0)
    return places[worth.argmax()]
