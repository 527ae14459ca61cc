"""How long a live training takes to reverse 95% of held-out numbers, with each attention, beside
the same model in plain PyTorch without a picture: python -m tests.benchmarks.bench_live

Times are of the processor, of one thread: other work on the machine changes them little.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import torch

from core.live.config import ATTENTIONS, Config, Learnt
from core.tasks.toys import figures
from core.training.live import MEASURED, Live
from core.training.worker import LOOKING, PICTURES

RIGHT = 95.0
EVERY = 25  # updates between two measurements of the plain way, whose time does not count
MOST = 3000  # updates


def made(attention: str) -> Live:
    config = Config(attention=attention, updates=MOST)
    return Live(Learnt.checked("reverse"), config, Path(tempfile.gettempdir()) / "heed-bench")


def watched(attention: str) -> tuple[float, int] | None:
    """Seconds and updates until that many are right, pictures and measuring at the pace of the
    page; None where it does not come to that."""
    live, began, next_ = made(attention), time.process_time(), [0.0, 0.0]
    for _ in live.steps():
        now = time.process_time()
        if now < next_[0]:
            continue
        shown = live.look(measure=now >= next_[1])
        ended = time.process_time()
        pause = (ended - now) / LOOKING
        measured = shown.moment.right is not None
        next_[measured] = ended + pause
        next_[0] = ended + max(PICTURES, 0.0 if measured else pause)
        if measured and shown.moment.right >= RIGHT:
            return ended - began, live.done
    return None


def plain(attention: str) -> tuple[float, int] | None:
    """The same model and batches in a loop that does nothing but train."""
    live = made(attention)
    model, recipe = live.model, live.training.recipe
    optimiser = torch.optim.Adam(model.parameters(), recipe.rate, betas=(0.9, 0.98), fused=True)
    done, spent, epoch = 0, 0.0, 0

    def loss(batch) -> tuple[float, int]:
        found = live.training.loss(model, batch)
        return found.plain.item(), found.count

    while done < MOST:
        for batch in live.data.corpus.batches(random.Random(f"{recipe.seed} {epoch}")):
            began = time.process_time()
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * recipe.share(done, MOST)
            found = model.train().loss(type(batch)(*map(torch.from_numpy, batch)), recipe.smoothing)
            optimiser.zero_grad()
            (found.smoothed / found.count).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
            optimiser.step()
            spent += time.process_time() - began
            done += 1
            if done % EVERY == 0:
                with torch.no_grad():
                    right = figures(model.eval(), live.data, loss, MEASURED)["right"]
                if right >= RIGHT:
                    return spent, done
        epoch += 1
    return None


def main() -> None:
    torch.set_num_threads(1)
    print(f"reversing 5 to 8 digits until {RIGHT:.0f}% of held-out answers are right")
    print(f"{'attention':<16}{'watched':>16}{'plain':>16}{'an update, ratio':>20}   aim: 1.25")
    for attention in ATTENTIONS:
        times = [one(attention) for one in (watched, plain)]
        told = [f"{t[0]:.1f} s, {t[1]}" if t else f"not in {MOST}" for t in times]
        ratio = "–"
        if all(times):
            each = [seconds / updates for seconds, updates in times]
            ratio = f"{each[0] / each[1]:.2f}"
        print(f"{attention:<16}{told[0]:>16}{told[1]:>16}{ratio:>20}", flush=True)


if __name__ == "__main__":
    main()
