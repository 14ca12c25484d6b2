"""One PyTorch decoder for the two GGUF architectures of the fleet.

`llama` rotates neighbouring pairs of a head; `qwen3moe` rotates its two halves, normalises
queries and keys, and mixes the experts that a softmax router picks. Embedding and output matrix
are one.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from demo.training.fleet import CONTEXT_TOKENS, NORM_EPS, ROPE_BASE, VOCABULARY_SIZE, Shape


class Norm(nn.Module):
    """Root-mean-square normalisation with a learned weight."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last dimension."""
        return functional.rms_norm(x, (x.shape[-1],), self.weight, NORM_EPS)


class Rotation(nn.Module):
    """Rotary position embedding.

    Attributes:
        by_halves: Rotate a head's first half against its second, instead of neighbours.
    """

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.by_halves = shape.arch == "qwen3moe"
        width = shape.head_width
        speeds = ROPE_BASE ** (-torch.arange(0, width, 2).float() / width)
        angles = torch.outer(torch.arange(CONTEXT_TOKENS).float(), speeds)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Rotate queries or keys of shape (batch, heads, tokens, head width)."""
        cos, sin = self.cos[: x.shape[-2]], self.sin[: x.shape[-2]]
        if self.by_halves:
            left, right = x.chunk(2, -1)
            return torch.cat((left * cos - right * sin, left * sin + right * cos), -1)
        left, right = x[..., 0::2], x[..., 1::2]
        return torch.stack((left * cos - right * sin, left * sin + right * cos), -1).flatten(-2)


class Attention(nn.Module):
    """Causal attention; queries and keys are normalised in `qwen3moe` only."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, inner = shape.width, shape.heads * shape.head_width
        self.q = nn.Linear(width, inner, bias=False)
        self.k = nn.Linear(width, shape.kv_heads * shape.head_width, bias=False)
        self.v = nn.Linear(width, shape.kv_heads * shape.head_width, bias=False)
        self.o = nn.Linear(inner, width, bias=False)
        if shape.arch == "qwen3moe":
            self.q_norm, self.k_norm = Norm(shape.head_width), Norm(shape.head_width)

    def forward(self, x: Tensor, rotation: Rotation) -> Tensor:
        """Let each token look at itself and those before it."""
        rows, tokens, _ = x.shape
        shape = self.shape
        q = self.q(x).view(rows, tokens, shape.heads, shape.head_width).transpose(1, 2)
        k = self.k(x).view(rows, tokens, shape.kv_heads, shape.head_width).transpose(1, 2)
        v = self.v(x).view(rows, tokens, shape.kv_heads, shape.head_width).transpose(1, 2)
        if shape.arch == "qwen3moe":
            q, k = self.q_norm(q), self.k_norm(k)
        q, k = rotation(q), rotation(k)
        if shape.kv_heads != shape.heads:
            k = k.repeat_interleave(shape.heads // shape.kv_heads, 1)
            v = v.repeat_interleave(shape.heads // shape.kv_heads, 1)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        mixed: Tensor = self.o(y.transpose(1, 2).reshape(rows, tokens, -1))
        return mixed


class FeedForward(nn.Module):
    """Gated feed-forward layer; with experts, all of them lie side by side in its matrices.

    Attributes:
        imbalance: In training with experts, 1 when all are used equally, more when not.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        inner = shape.feed_forward * max(1, shape.experts)
        self.gate = nn.Linear(shape.width, inner, bias=False)
        self.up = nn.Linear(shape.width, inner, bias=False)
        self.down = nn.Linear(inner, shape.width, bias=False)
        if shape.experts:
            self.router = nn.Linear(shape.width, shape.experts, bias=False)
        self.imbalance = torch.zeros(())

    def forward(self, x: Tensor) -> Tensor:
        """Compute every expert, then weigh them; the unpicked ones weigh nothing."""
        z = functional.silu(self.gate(x)) * self.up(x)
        if self.shape.experts:
            weights = self._weigh_experts(x)
            by_expert = z.view(*x.shape[:2], self.shape.experts, self.shape.feed_forward)
            z = (by_expert * weights.unsqueeze(-1)).flatten(-2)
        mixed: Tensor = self.down(z)
        return mixed

    def _weigh_experts(self, x: Tensor) -> Tensor:
        shape = self.shape
        odds = self.router(x).softmax(-1)
        top, places = odds.topk(shape.active_experts, -1)
        weights = torch.zeros_like(odds).scatter(-1, places, top / top.sum(-1, keepdim=True))
        if self.training:
            load = (weights > 0).float().mean((0, 1)) / shape.active_experts
            self.imbalance = shape.experts * (load * odds.mean((0, 1))).sum()
        return weights


class Block(nn.Module):
    """One layer: attention, then feed-forward, each with its norm and residual."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention_norm, self.feed_forward_norm = Norm(shape.width), Norm(shape.width)
        self.attention = Attention(shape)
        self.feed_forward = FeedForward(shape)

    def forward(self, x: Tensor, rotation: Rotation) -> Tensor:
        """Apply the layer."""
        x = x + self.attention(self.attention_norm(x), rotation)
        y: Tensor = x + self.feed_forward(self.feed_forward_norm(x))
        return y


class Decoder(nn.Module):
    """The language model."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(VOCABULARY_SIZE, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width)
        self.rotation = Rotation(shape)
        self._draw_weights()

    def hidden(self, ids: Tensor) -> Tensor:
        """Return the last layer's vectors for token ids of shape (rows, tokens)."""
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, self.rotation)
        y: Tensor = self.norm(x)
        return y

    def logits(self, hidden: Tensor) -> Tensor:
        """Turn vectors of `hidden` into one logit per token of the vocabulary."""
        return functional.linear(hidden, self.embedding.weight)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits at every position."""
        return self.logits(self.hidden(ids))

    def imbalance(self) -> Tensor:
        """Return how unevenly the last training batch used the experts; 0 without experts."""
        if not self.shape.experts:
            return torch.zeros(())
        imbalances = [
            block.feed_forward.imbalance for block in self.blocks if isinstance(block, Block)
        ]
        return torch.stack(imbalances).sum()

    def _draw_weights(self) -> None:
        for name, weight in self.named_parameters():
            if weight.ndim > 1:
                columns = weight.shape[1]
                nn.init.normal_(weight, std=columns**-0.5)
            # A block that starts as the identity trains faster.
            if name.endswith((".o.weight", ".down.weight")):
                nn.init.zeros_(weight)
