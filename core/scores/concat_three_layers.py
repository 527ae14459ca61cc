"""The concat score with three hidden layers."""

from core.scores.concat import Concat


class ConcatThreeLayers(Concat):
    """score(h_t, h̄_s) = v_aᵀ tanh(W_3 tanh(W_2 tanh(W_a [h_t; h̄_s])))."""

    name = "concat-three-layers"
    source = "after Luong et al. 2015, section 3.1 (concat), with three hidden layers"
    deeper = ("W_2", "W_3")
