"""Measure a model again: python -m core.evaluation eng-fra-general --data eng-fra.tsv.gz"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from tqdm import tqdm

from core import manifest
from core.corpus import read_pairs, split_pairs
from core.evaluation import evaluate
from core.evaluation.card import publish
from core.manifest import ModelError
from core.translator import Translator


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation",
        description="Measure models on the held-out sentences of their corpus: BLEU and chrF, "
        "overall and by source length.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("model", help="a name of the manifest, or the folder that training wrote")
    parser.add_argument("--data", type=Path, required=True, help="the TSV it was trained on")
    parser.add_argument("--held-out", type=int, default=2000, help="as it was trained with")
    parser.add_argument("--seed", type=int, default=1, help="as it was trained with")
    parser.add_argument("--languages", nargs=2, default=["eng", "fra"], help="ISO 639-3 codes")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--publish",
        action="store_true",
        help="put the model among the shipped ones: its folder, card, example and manifest entry",
    )
    parser.add_argument("--remark", default="", help="a remark on the training, for the card")
    options = parser.parse_args()
    try:
        return measure(options)
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation: {error}", file=sys.stderr)
        return 2


def measure(options: argparse.Namespace) -> int:
    """Measures, prints, publishes. Raises OSError, ValueError or ModelError."""
    torch.set_num_threads(options.threads)
    folder = Path(options.model)
    if folder.is_dir():
        translator = Translator.read(folder, *options.languages)
    else:
        translator = Translator.load(options.model)
        folder = manifest.MODELS / options.model
    pairs = read_pairs(options.data, lambda line: print(line, file=sys.stderr))
    split = split_pairs(pairs, options.held_out, options.seed)
    found = evaluate(translator, split.test, lambda items: tqdm(items, unit="sentence"))
    print(f"{translator.name}: {found.sentences} held-out sentences, greedy")
    print(f"BLEU {found.bleu:.2f}  {found.bleu_signature}")
    print(f"BLEU {found.bleu_all:.2f}  against all references of the corpus")
    print(f"chrF {found.chrf:.2f}  {found.chrf_signature}")
    print(f"{1000 * found.seconds:.2f} ms a token, traced")
    print(found.by_length.round(1).to_string(index=False))
    if options.publish:
        publish(translator, folder, found, len(split.train), options.remark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
