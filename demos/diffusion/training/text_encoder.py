"""A small text encoder with the interface and the weight names of CLIP's.

Unlike CLIP's it reads in both directions, so that "house" knows of "on the left" behind it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tokenizer import MAX_LENGTH

WIDTH = 128
LAYERS = 4
HEADS = 4


class Attention(nn.Module):
    """Self-attention over the tokens up to the first end token."""

    def __init__(self) -> None:
        super().__init__()
        self.q_proj, self.k_proj = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.v_proj, self.out_proj = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        query, key, value = (
            layer(x).reshape(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        scores = query @ key.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + mask
        mixed = scores.softmax(-1).to(value.dtype) @ value
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, length, WIDTH))


class Mlp(nn.Module):
    """Two layers with CLIP's quick GELU between them."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        return self.fc2(x * torch.sigmoid(1.702 * x))


class Layer(nn.Module):
    """Attention and MLP, each behind its norm."""

    def __init__(self) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(), Mlp()
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.self_attn(self.layer_norm1(x), mask)
        return x + self.mlp(self.layer_norm2(x))


class Embeddings(nn.Module):
    """Token and position tables."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, WIDTH)
        self.position_embedding = nn.Embedding(MAX_LENGTH, WIDTH)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        nn.init.normal_(self.position_embedding.weight, std=0.01)

    def forward(self, ids: Tensor) -> Tensor:
        return self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]


class Transformer(nn.Module):
    """Embeddings, layers and the final norm."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embeddings = Embeddings(vocabulary)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.final_layer_norm = nn.LayerNorm(WIDTH)


class TextEncoder(nn.Module):
    """Token ids to one vector per token.

    Positions after the first end token are zero before the final norm, whatever the padding. So they cost nothing in
    training: short batches are encoded short and padded afterwards with `pad_to`.
    """

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.end = vocabulary - 1
        self.text_model = Transformer(vocabulary)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        """The last hidden state, the vector at the end token, and the hidden states of every depth."""
        model = self.text_model
        is_end = (ids == self.end).to(torch.int64)
        ends_before = is_end.cumsum(1) - is_end
        used = (ends_before == 0).unsqueeze(-1)
        mask = torch.where(used.transpose(1, 2).unsqueeze(1), 0.0, -1e4)
        states = [model.embeddings(ids)]
        for layer in model.layers:
            states.append(layer(states[-1], mask))
        states = [state * used for state in states]
        last = model.final_layer_norm(states[-1])
        first_end = (is_end * (ends_before == 0)).unsqueeze(-1)
        return last, (last * first_end).sum(1), states

    def pad_to(self, hidden: Tensor, length: int = MAX_LENGTH) -> Tensor:
        """Lengthen a last hidden state as if the ids had been padded."""
        rest = self.text_model.final_layer_norm.bias.to(hidden.dtype).expand(hidden.shape[0], length - hidden.shape[1], -1)
        return torch.cat([hidden, rest], 1)
