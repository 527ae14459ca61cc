"""How fast words are explained and weights are found: python -m tests.benchmarks.bench_explaining

Times are of one process with one thread; those of a processor leave out what else the machine did.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from core.explaining import explained
from core.explaining.farthest import farthest
from core.explaining.finding import find
from core.explanations import FOUND, UNREACHABLE
from core.translator import Translator, use_threads
from tests.benchmarks.bench_core import tell

MODELS = ("eng-fra-general", "eng-fra-bahdanau", "eng-fra-transformer")
SENTENCES = ("She gave him the red book.", "I did not know that you were there.")


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Seconds on the clock, seconds of the processor, and what came of it."""
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - clock, time.process_time() - processor, found


def told(name: str, times: list[tuple[float, float, object]], aim: str) -> None:
    clock, processor = (statistics.median(one[i] for one in times) for i in (0, 1))
    tell(f"{name}, median of {len(times)}", f"{clock:.2f} s", f"{aim}; processor {processor:.2f} s")


def main() -> None:
    use_threads(1)
    for name in MODELS:
        measure(Translator.load(name))


def measure(model: Translator) -> None:
    traces = [model.translate(sentence) for sentence in SENTENCES]
    explained(model, traces[0], [0])  # what is imported once
    asked = [(trace, step) for trace in traces for step in range(1, 6, 2)]
    told(
        f"{model.name}: all explanations of a step",
        [timed(lambda t=t, s=s: explained(model, t, [s])) for t, s in asked], "aim 1.5 s",
    )  # fmt: skip
    found = [
        timed(lambda t=t, s=s, i=one.id: find(model, t, s, i))
        for t, s in asked
        for one in t.path()[s].expansion.candidates[1:4]
    ]
    told(f"{model.name}: find a word", found, "aim 1 s")
    outcomes = [one.outcome for *_, one in found]
    known = [outcomes.count(one) for one in (FOUND, UNREACHABLE)]
    tell(
        "  found, proven out of reach, neither",
        ", ".join(map(str, (*known, len(outcomes) - sum(known)))),
    )
    told(
        f"{model.name}: the farthest weights",
        [timed(lambda t=t, s=s: farthest(model, t, s)) for t, s in asked], "no aim",
    )  # fmt: skip


if __name__ == "__main__":
    main()
