"""What each kind of model states of itself, from its configuration and its parameters."""

from __future__ import annotations

from core.facts import AttentionFacts, Facts


def facts(model) -> Facts:
    """Those of a model of this house, but for its tokeniser."""
    return KINDS[model.config.kind](model)


def _recurrent(model) -> Facts:
    config, shapes = model.config, _shapes(model)
    return Facts(
        config.cell,
        config.wiring,
        config.score,
        ("recurrence", "encoder", *(("cross-attention",) if config.score else ())),
        (AttentionFacts("cross", 1, 1),) if config.score else (),
        sum(value.numel() for value in model.parameters()),
        tuple(
            (name.removeprefix("score.").removesuffix(".weight"), shape)
            for name, shape in shapes.items()
            if name.startswith("score.")
        ),
    )


def _transformer(model) -> Facts:
    config, shapes = model.config, _shapes(model)
    return Facts(
        "Transformer",
        "transformer",
        model.described()[2].name,
        (
            "encoder", "encoder-attention", "cross-attention", "self-attention", "heads",
            "positions", "residual-stream", "causal-mask",
        ),
        (
            AttentionFacts("encoder", config.encoder_layers, config.heads),
            AttentionFacts("self", config.decoder_layers, config.heads),
            AttentionFacts("cross", config.decoder_layers, config.heads),
        ),
        sum(value.numel() for value in model.parameters()),
        tuple(
            (
                f"{letter}_{side}",
                (config.decoder_layers, *shapes[f"decoder.0.cross.W_{side}.{kind}"]),
            )
            for side in "QK"
            for letter, kind in (("W", "weight"), ("b", "bias"))
        ),
    )  # fmt: skip


def _shapes(model) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in model.named_parameters()}


KINDS = {"recurrent": _recurrent, "transformer": _transformer}
