"""Muon for the matrices of the blocks (expert by expert), AdamW for everything else."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from demo.training.model import Decoder

MATRIX_RATE = 0.006
MATRIX_DECAY = 0.02
MATRIX_MOMENTUM = 0.95
OTHER_RATE = 0.002


@dataclass(frozen=True, kw_only=True)
class _Matrix:
    """A weight that Muon moves.

    Attributes:
        experts: Experts that lie side by side in it, 1 for a plain matrix.
        by_columns: The experts are side by side in the columns, not in the rows.
    """

    weight: nn.Parameter
    momentum: Tensor
    experts: int
    by_columns: bool


class Muon:
    """Moves a decoder's weights."""

    def __init__(self, decoder: Decoder) -> None:
        self._matrices: list[_Matrix] = []
        others: list[nn.Parameter] = []
        for name, weight in decoder.named_parameters():
            if weight.ndim <= 1 or "embedding" in name or "router" in name:
                others.append(weight)
                continue
            self._matrices.append(
                _Matrix(
                    weight=weight,
                    momentum=torch.zeros_like(weight),
                    experts=max(1, decoder.shape.experts) if "feed_forward" in name else 1,
                    by_columns=name.endswith(".down.weight"),
                )
            )
        self._adam = torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0)

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """Move all weights along their gradients, at `scale` times the full rate."""
        for matrix in self._matrices:
            _move(matrix, scale)
            matrix.weight.grad = None
        for group in self._adam.param_groups:
            group["lr"] = OTHER_RATE * scale
        self._adam.step()
        self._adam.zero_grad()


def _move(matrix: _Matrix, scale: float) -> None:
    weight, gradient = matrix.weight, matrix.weight.grad
    if gradient is None:
        raise RuntimeError("a weight without gradient: call `backward` before `step`")
    matrix.momentum.lerp_(gradient, 1 - MATRIX_MOMENTUM)
    move = gradient.lerp(matrix.momentum, MATRIX_MOMENTUM)
    rows, columns = weight.shape
    if matrix.by_columns:
        by_expert = move.view(rows, matrix.experts, -1).transpose(0, 1)
        move = _orthogonalise(by_expert).transpose(0, 1).reshape(rows, columns)
        columns //= matrix.experts
    else:
        move = _orthogonalise(move.view(matrix.experts, -1, columns)).reshape(rows, columns)
        rows //= matrix.experts
    rate = MATRIX_RATE * scale
    weight.mul_(1 - rate * MATRIX_DECAY).add_(move, alpha=-rate * max(1.0, rows / columns) ** 0.5)


def _orthogonalise(matrices: Tensor) -> Tensor:
    """Push all singular values of each matrix towards 1, in five Newton-Schulz steps."""
    x = matrices / (matrices.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    for _ in range(5):
        square = x @ x.mT
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * (square @ square)) @ x
    restored: Tensor = x.mT if tall else x
    return restored
