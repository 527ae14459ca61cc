"""The concat score with two hidden layers."""

from core.scores.concat import Concat


class ConcatTwoLayers(Concat):
    """score(h_t, h̄_s) = v_aᵀ tanh(W_2 tanh(W_a [h_t; h̄_s]))."""

    name = "concat-two-layers"
    source = "after Luong et al. 2015, section 3.1 (concat), with two hidden layers"
    deeper = ("W_2",)
