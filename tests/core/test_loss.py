"""The loss that goes through the logits in pieces is the plain one, in value and gradients."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from core.loss import ROWS, readout_loss


@pytest.mark.parametrize("count", [1, 5, ROWS, 2 * ROWS + 3])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_it_is_cross_entropy_with_label_smoothing(count, smoothing):
    torch.manual_seed(0)
    given = [torch.randn(*shape, requires_grad=True) for shape in ((count, 6), (11, 6), (11,))]
    hidden, weight, bias = given
    wanted = torch.randint(11, (count,))
    found, plain = readout_loss(hidden, weight, bias, wanted, smoothing)
    logits = hidden @ weight.T + bias
    expected = cross_entropy(logits, wanted, reduction="sum", label_smoothing=smoothing)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(plain, cross_entropy(logits, wanted, reduction="sum"))
    assert not plain.requires_grad
    # As in training: a part of a larger sum, so that the incoming gradient is not one.
    pairs = zip(
        torch.autograd.grad(found / 3, given), torch.autograd.grad(expected / 3, given), strict=True
    )
    for one, other in pairs:
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_its_gradient_is_that_of_finite_differences():
    torch.manual_seed(0)
    hidden, weight, bias = torch.randn(3, 4), torch.randn(5, 4), torch.randn(5)
    wanted = torch.tensor([0, 4, 2])

    def loss(bias):
        return readout_loss(hidden, weight, bias, wanted, 0.1)[0]

    bias.requires_grad_()
    (gradient,) = torch.autograd.grad(loss(bias), bias)
    for index in range(5):
        step = torch.zeros(5).index_fill(0, torch.tensor(index), 1e-2)
        slope = (loss(bias + step) - loss(bias - step)) / 2e-2
        torch.testing.assert_close(gradient[index], slope.detach(), atol=2e-3, rtol=1e-2)


def test_half_precision_is_close():
    torch.manual_seed(0)
    hidden, weight, bias = torch.randn(40, 16), torch.randn(30, 16) / 4, torch.randn(30)
    wanted = torch.randint(30, (40,))
    exact, _ = readout_loss(hidden, weight, bias, wanted, 0.1)
    rough, _ = readout_loss(hidden, weight, bias, wanted, 0.1, torch.bfloat16)
    assert rough.dtype is torch.float32
    torch.testing.assert_close(rough, exact, rtol=1e-2, atol=0)


def test_large_logits_do_not_overflow():
    found, _ = readout_loss(
        torch.full((2, 4), 100.0), torch.eye(4) * 100, torch.zeros(4), torch.tensor([0, 1]), 0.1
    )
    assert found.isfinite()
