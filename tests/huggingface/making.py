"""Small models of every family with random weights, and tokenisers trained on a few sentences, as
folders that transformers has written."""

from __future__ import annotations

import io
import json
from pathlib import Path

import sentencepiece
import torch
import transformers as hf
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from core.huggingface import FAMILIES
from core.models.huggingface.reading import quiet
from tests.conftest import sentence_pairs

TEXTS = [text for pair in sentence_pairs() for text in pair]
WORDS = "I sing now."  # what the tests read, in the language of the pairs
SIZES = {"bert": 90, "bytes": 300, "pieces": 120}
STD = 0.5  # so large that distributions are far from flat


def wordpiece() -> hf.PreTrainedTokenizerFast:
    """As BERT's."""
    own = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    own.normalizer = normalizers.BertNormalizer(lowercase=True)
    own.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    own.train_from_iterator(TEXTS, trainers.WordPieceTrainer(
        vocab_size=SIZES["bert"], special_tokens=marks, show_progress=False
    ))  # fmt: skip
    own.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    own.decoder = decoders.WordPiece()
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=own, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip


def of_bytes(*, around: bool) -> hf.PreTrainedTokenizerFast:
    """As GPT-2's; with marks `around` as those of RoBERTa and BART."""
    own = Tokenizer(models.BPE())
    own.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    own.decoder = decoders.ByteLevel()
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] if around else ["<|endoftext|>"]
    own.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=SIZES["bytes"], special_tokens=marks, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    ))  # fmt: skip
    if not around:
        own.post_processor = processors.ByteLevel(trim_offsets=False)
        end = "<|endoftext|>"
        return hf.PreTrainedTokenizerFast(tokenizer_object=own, bos_token=end, eos_token=end)
    own.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=own, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        unk_token="<unk>", mask_token="<mask>", cls_token="<s>", sep_token="</s>",
    )  # fmt: skip


def metaspace(kind: str) -> hf.PreTrainedTokenizerFast:
    """Pieces that begin with "▁": of T5 with an end mark, of ALBERT with two marks, of Llama with
    one before."""
    own = Tokenizer(models.Unigram())
    own.pre_tokenizer = pre_tokenizers.Metaspace()
    own.decoder = decoders.Metaspace()
    marks = ["<pad>", "</s>", "<unk>", "<s>", "[CLS]", "[SEP]", "[MASK]"]
    own.train_from_iterator(TEXTS, trainers.UnigramTrainer(
        vocab_size=SIZES["pieces"], special_tokens=marks, unk_token="<unk>", show_progress=False
    ))  # fmt: skip
    single, named = {
        "t5": ("$A </s>", {}),
        "albert": (
            "[CLS] $A [SEP]",
            {"cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"},
        ),
        "llama": ("<s> $A", {"bos_token": "<s>"}),
    }[kind]  # fmt: skip
    ids = [(mark, own.token_to_id(mark)) for mark in marks if mark in single]
    own.post_processor = processors.TemplateProcessing(single=single, special_tokens=ids)
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=own, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", **named
    )  # fmt: skip


def spm(folder: Path, *names: str) -> list[str]:
    """A sentencepiece model under each of the names, and its pieces."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(TEXTS), model_writer=model, vocab_size=SIZES["pieces"],
        hard_vocab_limit=False, minloglevel=2, num_threads=1,
    )  # fmt: skip
    for name in names:
        (folder / name).write_bytes(model.getvalue())
    own = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [own.IdToPiece(i) for i in range(own.GetPieceSize())]


def _unmarked(pieces: list[str]) -> list[str]:
    return [one for one in pieces if one not in ("<s>", "</s>", "<unk>")]


def marian(folder: Path) -> hf.MarianTokenizer:
    pieces = spm(folder, "source.spm", "target.spm")
    order = [
        "</s>",
        "<unk>",
        *(one for one in pieces if one not in ("<s>", "</s>", "<unk>")),
        "<pad>",
    ]
    path = folder / "vocab.json"
    path.write_text(json.dumps({piece: i for i, piece in enumerate(order)}), encoding="utf-8")
    return hf.MarianTokenizer(
        str(folder / "source.spm"), str(folder / "target.spm"), str(path), source_lang="en",
        target_lang="fr",
    )  # fmt: skip


def m2m(folder: Path) -> hf.M2M100Tokenizer:
    pieces = spm(folder, "sentencepiece.bpe.model")
    order = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        *(one for one in pieces if one not in ("<s>", "</s>", "<unk>")),
    ]
    path = folder / "vocab.json"
    path.write_text(json.dumps({piece: i for i, piece in enumerate(order)}), encoding="utf-8")
    return hf.M2M100Tokenizer(str(path), str(folder / "sentencepiece.bpe.model"))


def nllb() -> hf.NllbTokenizer:
    """As that of NLLB, a mark of each of its languages after the pieces."""
    own = Tokenizer(models.BPE(unk_token="<unk>"))
    own.pre_tokenizer = pre_tokenizers.Metaspace()
    own.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=SIZES["pieces"], special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        show_progress=False,
    ))  # fmt: skip
    told = json.loads(own.to_str())["model"]
    merges = [tuple(one) for one in told["merges"]]
    return hf.NllbTokenizer(vocab=told["vocab"], merges=merges)


BART = {
    "d_model": 16, "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": 2,
    "decoder_attention_heads": 4, "encoder_ffn_dim": 20, "decoder_ffn_dim": 20,
    "max_position_embeddings": 64, "init_std": STD,
}  # fmt: skip
BERT = {
    "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 20,
    "max_position_embeddings": 64, "initializer_range": STD,
}  # fmt: skip
LLAMA = {**BERT, "num_hidden_layers": 2, "num_key_value_heads": 2, "tie_word_embeddings": False}


def made(family: str, folder: Path, **other):
    """A model of that family and its tokeniser; `other` settings go into its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    kind, splits, settings = {
        "gpt2": (hf.GPT2LMHeadModel, lambda: of_bytes(around=False), {
            "n_embd": 16, "n_layer": 3, "n_head": 4, "n_positions": 64, "initializer_range": STD}),
        "gpt_neox": (hf.GPTNeoXForCausalLM, lambda: of_bytes(around=False), BERT),
        "qwen2": (hf.Qwen2ForCausalLM, lambda: of_bytes(around=False), LLAMA),
        "llama": (hf.LlamaForCausalLM, lambda: metaspace("llama"), LLAMA),
        "mistral": (hf.MistralForCausalLM, lambda: metaspace("llama"), {
            **LLAMA, "sliding_window": 40}),
        "bert": (hf.BertForMaskedLM, wordpiece, BERT),
        "electra": (hf.ElectraForMaskedLM, wordpiece, {**BERT, "embedding_size": 12}),
        "distilbert": (hf.DistilBertForMaskedLM, wordpiece, {
            "dim": 16, "n_layers": 3, "n_heads": 4, "hidden_dim": 20,
            "max_position_embeddings": 64, "initializer_range": STD}),
        "roberta": (hf.RobertaForMaskedLM, lambda: of_bytes(around=True), BERT),
        "albert": (hf.AlbertForMaskedLM, lambda: metaspace("albert"), {
            **BERT, "embedding_size": 12}),
        "bart": (hf.BartForConditionalGeneration, lambda: of_bytes(around=True), {
            **BART, "forced_eos_token_id": None}),
        "t5": (hf.T5ForConditionalGeneration, lambda: metaspace("t5"), {
            "d_model": 16, "d_kv": 6, "d_ff": 20, "num_layers": 2, "num_heads": 4,
            "initializer_factor": 1.5}),
        "marian": (hf.MarianMTModel, lambda: marian(folder), {**BART, "forced_eos_token_id": None}),
        "m2m_100": (hf.M2M100ForConditionalGeneration, lambda: m2m(folder), BART),
    }[family]  # fmt: skip
    tokeniser = splits()
    size = len(tokeniser)
    if family == "m2m_100":  # the languages, and places for more
        size = tokeniser.encoder_size + len(tokeniser.lang_code_to_id) + 8
    marks = {
        "pad_token_id": tokeniser.pad_token_id, "eos_token_id": tokeniser.eos_token_id,
        "bos_token_id": tokeniser.bos_token_id,
    }  # fmt: skip
    if FAMILIES[family] == "translate":
        starts = {"marian": "pad_token_id", "t5": "pad_token_id"}.get(family, "eos_token_id")
        marks["decoder_start_token_id"] = marks[starts]
    config = kind.config_class(**{"vocab_size": size, **marks, **settings, **other})
    model = kind(config).eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.dim() == 1 and "bias" in name:
                value.normal_(std=0.2)
    return model, tokeniser


def save(family: str, folder: Path, **other) -> Path:
    """Writes such a model into a folder."""
    with quiet():
        model, tokeniser = made(family, folder, **other)
        model.save_pretrained(folder)
        tokeniser.save_pretrained(folder)
    return folder


def read(family: str, folder: Path):
    """The model and its tokeniser as transformers reads them, with its own eager attention."""
    kind = {
        "translate": hf.AutoModelForSeq2SeqLM, "write": hf.AutoModelForCausalLM,
        "read": hf.AutoModelForMaskedLM,
    }[FAMILIES[family]]  # fmt: skip
    with quiet():
        model = kind.from_pretrained(folder, attn_implementation="eager").eval()
        return model, hf.AutoTokenizer.from_pretrained(folder)
