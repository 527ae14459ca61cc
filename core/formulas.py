"""Every formula that is drawn: one LaTeX source each, and its MathML for the scripts.

Letters are those of Luong et al. 2015 (arXiv 1508.04025, section 3) around states and of Vaswani et
al. 2017 (arXiv 1706.03762, section 3.2) around heads: t is a target step, s a source place, h a
head. What a score function computes it says itself (core.scores).
"""

from __future__ import annotations

import html
from functools import cache

from latex2mathml.converter import convert_to_element

# Nested lists [tag, text or child, ...], for a script to build MathML from.
Formula = list

LATEX = {
    # Symbols
    "score": "e_{ts}",
    "weight": r"\alpha_{ts}",
    "state": "h_t",
    "stream": "x_t",
    "context": "c_t",
    "combined": r"\tilde{h}_t",
    "cosine": r"\cos",
    "sum": r"\sum",
    "residual": "x",
    "query": "q_t",
    "key": "k_s",
    "root": r"\sqrt{d_k}",
    "length": r"\|\cdot\|",
    "stream_length": r"\|x\|",
    # From scores to weights
    "gaussian": r"\frac{(s - p_t)^2}{2 \sigma^2}",
    "centre": "p_t",
    "softmax": r"\alpha_{ts} = \text{softmax}_s(e_{ts})",
    "softmax_tempered": r"\alpha_{ts} = \text{softmax}_s(e_{ts} / \tau)",
    "mean_weight": r"\alpha_{ts} = \frac{1}{H} \sum_h \alpha_{ts}^h",
    # Contexts
    "context_of_states": r"c_t = \sum_s \alpha_{ts} \bar{h}_s",
    "context_of_values": r"c_t = \sum_s \alpha_{ts} v_s",
    # What the next token is read off
    "combine": r"\tilde{h}_t = \tanh(W_c [c_t; h_t])",
    "combine_alone": r"\tilde{h}_t = \tanh(W_c h_t)",
    "combine_none": r"\tilde{h}_t = h_t",
    "combine_norm": r"\tilde{h}_t = \text{LayerNorm}(x_t)",
    "combine_post": r"\tilde{h}_t = x_t",
    "next": r"p = \text{softmax}(E \tilde{h}_t + b)",
    # Looks at a story, one after another
    "asked": "u^k",
    "next_asked": "u^{k+1}",
    "found": "c^k",
    "found_weights": r"\alpha_s = \text{softmax}_s(e_s)",
    "found_of_values": r"c^k = \sum_s \alpha_s v_s",
    "look": "u^{k+1} = f(u^k + c^k)",
    "answer": r"p = \text{softmax}(E u^{K+1} + b)",
    # One head
    "product": r"q_t^\top k_s",
    "products": r"q_t \odot k_s",
    "score_undivided": r"e_{ts} = q_t^\top k_s",
    "score_divided": r"e_{ts} = \frac{q_t^\top k_s}{\sqrt{d_k}}",
    "taken": r"\alpha_{ts} v_s",
    "head_context": "c_t^h",
    "context_of_head": r"c_t^h = \sum_s \alpha_{ts} v_s",
    "joined": r"[c_t^1; \ldots; c_t^H]",
    "contribution": "W_O^h c_t^h",
    "added": r"\sum_h W_O^h c_t^h + b_O",
}


def rendered(*names: str) -> dict[str, Formula]:
    """The MathML of some of LATEX, by name. Raises KeyError for an unknown one."""
    return {name: mathml(LATEX[name]) for name in names}


def equation(latex: str) -> str:
    """The score that a function computes, with its name before it, as LaTeX."""
    return f"{LATEX['score']} = {latex}"


def length(latex: str) -> str:
    """The length of a vector, as LaTeX."""
    return rf"\|{latex}\|"


def parameter(name: str) -> str:
    """What a parameter of a score function is called, as LaTeX: "W_a" is a letter and its index,
    "beta" a Greek letter."""
    return name if "_" in name or len(name) == 1 else rf"\{name}"


@cache
def mathml(latex: str) -> Formula:
    """A formula as nested lists [tag, text or child, ...], for the script to build MathML from."""

    def plain(element) -> list:
        text = html.unescape(element.text or "")
        return [element.tag, *([text] if text else []), *map(plain, element)]

    return plain(convert_to_element(latex))
