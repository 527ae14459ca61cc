"""How fast our Transformer is beside Hugging Face's: python -m tests.benchmarks.bench_transformer

Both are untrained and of the same sizes: a Marian configuration, pre-norm left aside, which costs
the same. Greedy and beam search of a fixed number of tokens, all attentions returned by both; ours
returns the scores too. They take turns, so that both see the same machine.
"""

from __future__ import annotations

import statistics
import time
import warnings

import torch

from core.models.transformer import TransformerConfig, TransformerModel
from core.search import Writable, search
from core.tokenisers.pieces import END_ID, START_ID
from tests.benchmarks.bench_core import tell

PIECES = 4000
ROUNDS, WARM = 12, 2
LENGTHS = (15, 40)
WRITABLE = Writable(START_ID, END_ID, torch.arange(PIECES) >= END_ID)


def ours() -> tuple[TransformerModel, TransformerConfig]:
    """A random one that does not end of its own accord."""
    torch.manual_seed(0)
    config = TransformerConfig(PIECES)
    model = TransformerModel(config).eval()
    with torch.no_grad():
        model.readout_bias[END_ID] = -1e4
    return model, config


def theirs(config: TransformerConfig):
    """Marian of those sizes, with eager attention, the only one that returns its weights."""
    from transformers import MarianConfig, MarianMTModel

    torch.manual_seed(0)
    marian = MarianConfig(
        vocab_size=PIECES, d_model=config.size, encoder_layers=config.encoder_layers,
        decoder_layers=config.decoder_layers, encoder_attention_heads=config.heads,
        decoder_attention_heads=config.heads, encoder_ffn_dim=config.inner,
        decoder_ffn_dim=config.inner, activation_function="relu", scale_embedding=True,
        max_position_embeddings=128, pad_token_id=0, eos_token_id=END_ID,
        decoder_start_token_id=START_ID, forced_eos_token_id=None, attn_implementation="eager",
    )  # fmt: skip
    return MarianMTModel(marian).eval()


@torch.inference_mode()
def race(length: int, beam: int) -> tuple[float, float]:
    """Seconds of ours and theirs for `length` source tokens and as many target tokens."""
    mine, config = ours()
    other = theirs(config)
    source = torch.randint(END_ID + 1, PIECES, (1, length))
    mask = torch.ones_like(source)

    def run_ours() -> None:
        found = search(mine, source, WRITABLE, beam=beam, limit=length)
        assert len(found.depths) == length and len(found.depths[0].prediction.attentions) == 2

    def run_theirs() -> None:
        found = other.generate(
            source, attention_mask=mask, num_beams=beam, do_sample=False, min_new_tokens=length,
            max_new_tokens=length, output_attentions=True, return_dict_in_generate=True,
        )  # fmt: skip
        assert len(found.cross_attentions) == length

    times: tuple[list[float], list[float]] = ([], [])
    for number in range(WARM + ROUNDS):
        for kept, run in zip(times, (run_ours, run_theirs), strict=True):
            began = time.perf_counter()
            run()
            if number >= WARM:
                kept.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> None:
    try:
        import transformers
    except ImportError:
        tell("beside Hugging Face", "skipped", "pip install -r requirements-bench.txt")
        return
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    print(f"the Transformer beside transformers {transformers.__version__}, one thread")
    for length in LENGTHS:
        for beam, aim in ((1, "aim 5 x"), (5, "aim 3 x")):
            mine, other = race(length, beam)
            what = "greedy" if beam == 1 else f"beam {beam}"
            tell(
                f"{what}, {length} tokens, all attentions",
                f"{mine * 1e3:.1f} ms",
                f"theirs {other * 1e3:.1f} ms: {other / mine:.1f} x ({aim})",
            )


if __name__ == "__main__":
    main()
