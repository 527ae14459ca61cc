"""What a model of Hugging Face costs by its size: python -m tests.benchmarks.bench_huggingface

GPT-2 of random weights, 768 dimensions and 12 heads, of 6, 12 and 24 layers and the vocabulary of
the real one: memory of its weights and of the process at most, time of a step through the adapter
and of one of `generate` that returns its attentions, how large the trace of fifty tokens is, and
what of it travels to the page of all maps. Where HEED_HF names the folder of a BERT that was
trained, that is read too. The page "Your own" and the README tell what this measured.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import statistics
import time

import torch

from core.views.maps import payload
from core.writer import Writer
from tests.benchmarks.bench_core import tell

LAYERS = (6, 12, 24)
TOKENS, ROUNDS = 50, 2
PIECES = 50257


def made(layers: int) -> tuple[Writer, object]:
    """A random model that does not end of its own accord, as Heed drives it and by itself."""
    import transformers

    from core.facts import WRITES
    from core.models.huggingface.shapes import DecoderOnly
    from core.models.huggingface.tokens import Tokens
    from tests.huggingface.making import of_bytes

    torch.manual_seed(0)
    config = transformers.GPT2Config(n_layer=layers, attn_implementation="eager")
    model = transformers.GPT2LMHeadModel(config).eval()
    end = PIECES - 1
    tokens = Tokens(of_bytes(around=False), PIECES, end, end, 1023)
    return Writer("gpt2", "und", "und", DecoderOnly(model, WRITES), tokens), model


def timed(run) -> float:
    """The median of some runs, in seconds, after one to warm up."""
    found = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return statistics.median(found[1:])


def main() -> None:
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(int(os.environ.get("HEED_THREADS", "2")))
    print(f"GPT-2 of 12 heads × 64, {TOKENS} tokens written, {torch.get_num_threads()} threads")
    for layers in LAYERS:
        ours, theirs = made(layers)
        ids = torch.tensor([[ours.vocabulary.start]])
        seconds = timed(lambda ours=ours: ours.write("", limit=TOKENS))
        other = timed(
            lambda theirs=theirs, ids=ids: theirs.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=False,
                min_new_tokens=TOKENS, max_new_tokens=TOKENS, output_attentions=True,
                return_dict_in_generate=True,
            )
        )  # fmt: skip
        began = time.process_time()
        trace = ours.write("", limit=TOKENS)
        worked = time.process_time() - began
        text = trace.to_json().encode()
        maps, all_maps = (json.dumps(payload(trace, "en", whole=whole)) for whole in (False, True))
        for name, value in (
            ("weights, MiB", ours.facts.parameters * 4 / 2**20),
            ("the process at most, MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            ("a step with its trace, ms", 1000 * seconds / TOKENS),
            ("processor time of a step, ms", 1000 * worked / TOKENS),
            ("a step of generate, ms", 1000 * other / TOKENS),
            ("the trace as JSON, MB", len(text) / 1e6),
            ("the same compressed, MB", len(gzip.compress(text, 6)) / 1e6),
            ("the page of all maps is sent, MB", len(maps) / 1e6),
            ("with all layers, MB", len(all_maps) / 1e6),
        ):
            tell(f"{layers} layers: {name}", f"{value:.1f}")
    if os.environ.get("HEED_HF"):
        from core import load

        reader = load(os.environ["HEED_HF"])
        text = "The cat sat on the mat because it was tired. " * 4
        tell("a trained BERT reads 45 tokens, ms", f"{1000 * timed(lambda: reader.read(text)):.1f}")
        tell("its trace as JSON, MB", f"{len(reader.read(text).to_json()) / 1e6:.1f}")


if __name__ == "__main__":
    main()
