"""Linear probes and how much they get right: see `core.evaluation.probes`, the command.

Shape letters: B sentences, N size of what the decoder begins with, D of a state, W words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from core.evaluation.bootstrap import estimate
from core.measurements.table import Row
from core.remembered import THIRDS, Probe, third

WORDS, LEAST = 120, 25  # commonest words that probes learn, and sentences that have each of them
DECAY = {"there": 3e-3, "where": 1e-2, "at_place": 1e-3}  # of the weights of standardised states
ROUNDS = 80  # of L-BFGS
FARTHEST, LONGEST = 10, 14  # places and lengths that have figures of their own


class Read(NamedTuple):
    """What was read of held-out sentences."""

    words: list[list[str]]  # of each
    last: Tensor  # (B, N)
    places: list[Tensor]  # (words, D) each, the encoder's state where a word ends


def trained(name: str, read: Read, digest: str, seed: int) -> tuple[Probe, list[Row]]:
    """The probes of one model and the rows that say how good they are, the same for one seed."""
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(read.words))
    cut = 3 * len(order) // 4
    learns, new = order[:cut], order[cut:]
    counts = Counter(word for i in learns for word in {*read.words[i]})
    words = [word for word, count in counts.most_common(WORDS) if count >= LEAST]
    if not words:
        raise ValueError(f"no word is in {LEAST} of {len(learns)} sentences: too few to learn from")
    # The control: the words of another sentence, of those that are learnt from and of the new ones.
    others = np.arange(len(order))
    for part in (learns, new):
        others[part] = draw.permutation(part)
    strange = [read.words[i] for i in others]
    parts: dict[tuple[str, str], list] = defaultdict(list)
    matrices = {}
    for task, texts in (("state", read.words), ("control", strange)):
        there, where = _present(texts, words)  # (B, W), (B, W): a third, or -1
        probe = _fit(read.last[learns], there[learns].float(), None, DECAY["there"])
        guesses = read.last @ probe[:, :-1].T + probe[:, -1]
        _recalled(parts, task, guesses, texts, new, words)
        if task == "control":
            _recalled(parts, "control, trained on", guesses, texts, learns, words, False)
        places = _fit(read.last[learns], None, where[learns], DECAY["where"])
        thirds = (read.last @ places[:, :-1].T + places[:, -1]).unflatten(1, (-1, THIRDS))
        _placed(parts, task, thirds, where, new)
        matrices[task] = probe, places
        if task == "state":
            _placed(parts, "commonest", _commonest(where[learns]), where, new)
    at_place = _at_place(parts, read, words, learns, new)
    half = [part.numpy().astype(np.float16) for part in (*matrices["state"], at_place)]
    return Probe(digest, tuple(words), *half), _rows(name, parts, len(new), seed)


def _present(texts: Sequence[list[str]], words: list[str]) -> tuple[Tensor, Tensor]:
    """Which of the words are in each sentence, and in which third those stand that are there once;
    −1 for the others."""
    index = {word: i for i, word in enumerate(words)}
    there = torch.zeros(len(texts), len(words), dtype=torch.bool)
    where = torch.full((len(texts), len(words)), -1)
    for row, text in enumerate(texts):
        for word, count in Counter(text).items():
            if word in index:
                there[row, index[word]] = True
                if count == 1:
                    where[row, index[word]] = third(text.index(word), len(text))
    return there, where


def _fit(states: Tensor, there: Tensor | None, classes: Tensor | None, decay: float) -> Tensor:
    """(outputs, N + 1), a logistic regression on `states` (B, N): of yes and no (B, W), of thirds
    (B, W), where −1 says nothing, or of one class each (B,)."""
    # In double precision the order in which a processor sums makes no difference that is seen.
    states = states.double()
    there = None if there is None else there.double()
    mean, scale = states.mean(0), states.std(0).clamp_min(1e-3)
    given = (states - mean) / scale
    if there is not None:
        outputs = there.shape[1]
    elif classes.dim() == 2:
        outputs = THIRDS * classes.shape[1]
    else:
        outputs = int(classes.max()) + 1
    weight = torch.zeros(outputs, given.shape[1], dtype=given.dtype, requires_grad=True)
    bias = torch.zeros(outputs, dtype=given.dtype, requires_grad=True)
    ways = torch.optim.LBFGS(
        [weight, bias], max_iter=ROUNDS, history_size=10, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        ways.zero_grad()
        logits = nn.functional.linear(given, weight, bias)
        if there is not None:
            found = nn.functional.binary_cross_entropy_with_logits(logits, there, reduction="sum")
            found = found / len(given)
        elif classes.dim() == 2:
            found = nn.functional.cross_entropy(
                logits.reshape(-1, THIRDS), classes.reshape(-1), ignore_index=-1, reduction="sum"
            ) / len(given)  # fmt: skip
        else:
            found = nn.functional.cross_entropy(logits, classes)
        total = found + decay * weight.square().sum() / 2
        total.backward()
        return total

    ways.step(loss)
    with torch.no_grad():
        turned = weight / scale
        return torch.cat([turned, (bias - turned @ mean)[:, None]], 1).float()


def _recalled(
    parts, task: str, guesses: Tensor, texts, rows, words: list[str], apart: bool = True
) -> None:
    """Of each sentence how many of its words are among as many likeliest, `apart` also by place and
    by length."""
    index = {word: i for i, word in enumerate(words)}
    for row in rows:
        text = texts[row]
        known = [index[word] for word in dict.fromkeys(text) if word in index]
        if not known:
            continue
        best = {*guesses[row].topk(len(known)).indices.tolist()}
        hits = {}
        for place, word in enumerate(text):
            if word in index:
                hits.setdefault(word, (place, index[word] in best))
        _counted(parts, task, len(text), [*hits.values()], apart)


def _counted(
    parts, task: str, length: int, hits: list[tuple[int, bool]], apart: bool = True
) -> None:
    """Takes a sentence of that length with the places of its words that are known, and whether
    each is right."""
    right = sum(hit for _, hit in hits)
    parts["recall", task].append((right, len(hits)))
    if not apart:
        return
    if length <= LONGEST:
        parts["recall", f"{task}, {length} words"].append((right, len(hits)))
    for place, hit in hits:
        if place < FARTHEST:
            parts["recall", f"{task}, place {place + 1}"].append((hit, 1))


def _placed(parts, task: str, thirds: Tensor, where: Tensor, rows) -> None:
    """How often the likeliest third of a word that is there is the one where it stands."""
    right = (thirds.argmax(-1) == where) & (where >= 0)
    for row in rows:
        known = int((where[row] >= 0).sum())
        if known:
            parts["accuracy", task].append((int(right[row].sum()), known))


def _commonest(where: Tensor) -> Tensor:
    """(1, W, 3), how often each word stands in each third: what needs no state."""
    return torch.stack([(where == one).sum(0) for one in range(THIRDS)], -1)[None].float()


def _at_place(parts, read: Read, words: list[str], learns, new) -> Tensor:
    """A probe of which word stands at a place, from the encoder's state there, and its recall."""
    index = {word: i for i, word in enumerate(words)}
    pairs = [
        (state, index[word])
        for row in learns
        for word, state in zip(read.words[row], read.places[row], strict=True)
        if word in index
    ]
    states, classes = torch.stack([one for one, _ in pairs]), torch.tensor([i for _, i in pairs])
    probe = _fit(states, None, classes, DECAY["at_place"])
    for row in new:
        text = read.words[row]
        found = (read.places[row] @ probe[:, :-1].T + probe[:, -1]).argmax(-1).tolist()
        known = [(i, found[i] == index[w]) for i, w in enumerate(text) if w in index]
        if known:
            _counted(parts, "at its place", len(text), known)
    return probe


def _rows(name: str, parts, count: int, seed: int) -> list[Row]:
    like = Row(name, "", 0.0, slice=f"{count} of held-out", block="")
    return [
        like._replace(
            measure=measure, setting=setting, count=len(each),
            **estimate(np.array(each, float), seed)._asdict(),
        )
        for (measure, setting), each in sorted(parts.items(), key=_order)
    ]  # fmt: skip


def _order(one) -> tuple:
    """Rows of one task together, places and lengths in their order."""
    (measure, setting), _ = one
    *task, last = setting.split(", ")
    numbers = [int(part) for part in last.split() if part.isdecimal()]
    named = setting if not numbers else ", ".join(task)
    return measure, named, "words" in last, numbers
