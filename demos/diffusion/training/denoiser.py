"""The denoiser: a small UNet with cross-attention on the text at 16 x 16 and 8 x 8."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from autoencoder import LATENT_CHANNELS
from text_encoder import WIDTH as TEXT_WIDTH

CHANNELS = (48, 96, 192)
EMBEDDING = 256
HEAD_WIDTH = 32
GROUPS = 8
WAVES = 3
PLACES = 2 + 4 * WAVES
"""Numbers that tell a cell where it is: its coordinates in -1..1 and waves of them."""


class Block(nn.Module):
    """Two convolutions; time and text scale and shift what the second one sees."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(GROUPS, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(GROUPS, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.modulation = nn.Linear(EMBEDDING, 2 * outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        for layer in (self.conv2, self.modulation):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        hidden = self.conv1(functional.silu(self.norm1(x)))
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, 1)
        hidden = self.norm2(hidden) * (1 + scale) + shift
        return self.shortcut(x) + self.conv2(functional.silu(hidden))


class Attention(nn.Module):
    """Queries from the picture; keys and values from a context, which is the picture itself or the text."""

    def __init__(self, channels: int, context: int) -> None:
        super().__init__()
        self.heads = channels // HEAD_WIDTH
        self.query = nn.Linear(channels, channels, bias=False)
        self.key_value = nn.Linear(context, 2 * channels, bias=False)
        self.out = nn.Linear(channels, channels)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        def heads(part: Tensor) -> Tensor:
            return part.reshape(part.shape[0], part.shape[1], self.heads, HEAD_WIDTH).transpose(1, 2)

        key, value = self.key_value(context).chunk(2, -1)
        scores = heads(self.query(x) * HEAD_WIDTH**-0.5) @ heads(key).transpose(-1, -2)
        mixed = scores.softmax(-1).to(value.dtype) @ heads(value)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


def places(feature_map: Tensor) -> Tensor:
    """The position features [1, PLACES, h, w] of a feature map: relative to its size, so that larger ones fit too."""
    height, width = feature_map.shape[2], feature_map.shape[3]
    y = (torch.arange(height, device=feature_map.device).float() + 0.5) / height * 2 - 1
    x = (torch.arange(width, device=feature_map.device).float() + 0.5) / width * 2 - 1
    grid = torch.stack([y[:, None] + 0 * x[None, :], x[None, :] + 0 * y[:, None]])
    waves = [wave(grid * (math.pi / 2 * 2**n)) for n in range(WAVES) for wave in (torch.sin, torch.cos)]
    return torch.cat([grid, *waves])[None]


class Transformer(nn.Module):
    """Self-attention, cross-attention on the text, and a two-layer network, over the cells of a feature map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.place = nn.Conv2d(PLACES, channels, 1, bias=False)
        self.norm0, self.norm1 = nn.GroupNorm(GROUPS, channels), nn.LayerNorm(channels)
        self.norm2, self.norm3 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.itself = Attention(channels, channels)
        self.text = Attention(channels, TEXT_WIDTH)
        self.widen, self.narrow = nn.Linear(channels, 3 * channels), nn.Linear(3 * channels, channels)
        nn.init.zeros_(self.narrow.weight)
        nn.init.zeros_(self.narrow.bias)

    def forward(self, feature_map: Tensor, text: Tensor) -> Tensor:
        batch, channels, height, width = feature_map.shape
        cells = (self.norm0(feature_map) + self.place(places(feature_map))).permute(0, 2, 3, 1).reshape(batch, height * width, channels)
        start = cells
        normed = self.norm1(cells)
        cells = cells + self.itself(normed, normed)
        cells = cells + self.text(self.norm2(cells), text)
        cells = cells + self.narrow(functional.silu(self.widen(self.norm3(cells))))
        change = (cells - start).reshape(batch, height, width, channels).permute(0, 3, 1, 2)
        return feature_map + change


class Conditioning(nn.Module):
    """One vector from the timestep and the text.

    The text's part is a sum over its tokens: what "in the snow" adds is the same under every sky, and the sum of a pair
    that training never showed lies among those it did show.
    """

    def __init__(self) -> None:
        super().__init__()
        self.time = nn.Sequential(nn.Linear(128, EMBEDDING), nn.SiLU(), nn.Linear(EMBEDDING, EMBEDDING))
        self.token = nn.Sequential(nn.Linear(TEXT_WIDTH, EMBEDDING), nn.SiLU(), nn.Linear(EMBEDDING, EMBEDDING, bias=False))
        self.gate = nn.Linear(TEXT_WIDTH, 1)
        nn.init.normal_(self.token[2].weight, std=0.01)
        nn.init.constant_(self.gate.bias, -2.0)

    def forward(self, timestep: Tensor, text: Tensor) -> Tensor:
        frequencies = torch.exp(torch.arange(64, device=text.device) * (-math.log(10_000) / 64))
        angles = timestep.float()[:, None] * frequencies
        time = self.time(torch.cat([angles.cos(), angles.sin()], 1))
        tokens = (self.gate(text).sigmoid() * self.token(text)).sum(1)
        return functional.silu(time + tokens)


class Denoiser(nn.Module):
    """Predicts v from noisy latents [n, 4, h, w], timesteps [n] and text [n, tokens, 128]; h and w multiples of 4."""

    def __init__(self) -> None:
        super().__init__()
        top, middle, bottom = CHANNELS
        self.conditioning = Conditioning()
        self.enter = nn.Conv2d(LATENT_CHANNELS, top, 3, padding=1)
        self.place = nn.Conv2d(PLACES, top, 1, bias=False)
        self.down1 = nn.ModuleList([Block(top, top)])
        self.shrink1 = nn.Conv2d(top, middle, 3, stride=2, padding=1)
        self.down2 = nn.ModuleList([Block(middle, middle), Transformer(middle), Block(middle, middle)])
        self.shrink2 = nn.Conv2d(middle, bottom, 3, stride=2, padding=1)
        self.inner = nn.ModuleList(
            [Block(bottom, bottom), Transformer(bottom), Block(bottom, bottom), Transformer(bottom), Block(bottom, bottom)]
        )
        self.grow2 = nn.Conv2d(bottom, middle, 3, padding=1)
        self.up2 = nn.ModuleList([Block(2 * middle, middle), Transformer(middle), Block(middle, middle)])
        self.grow1 = nn.Conv2d(middle, top, 3, padding=1)
        self.up1 = nn.ModuleList([Block(2 * top, top), Block(top, top)])
        self.norm, self.leave = nn.GroupNorm(GROUPS, top), nn.Conv2d(top, LATENT_CHANNELS, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, sample: Tensor, timestep: Tensor, text: Tensor) -> Tensor:
        embedding = self.conditioning(timestep, text)

        def run(blocks: nn.ModuleList, x: Tensor) -> Tensor:
            for block in blocks:
                x = block(x, text if isinstance(block, Transformer) else embedding)
            return x

        first = run(self.down1, self.enter(sample) + self.place(places(sample)))
        second = run(self.down2, self.shrink1(first))
        x = run(self.inner, self.shrink2(second))
        x = self.grow2(functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        x = run(self.up2, torch.cat([x, second], 1))
        x = self.grow1(functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        x = run(self.up1, torch.cat([x, first], 1))
        return self.leave(functional.silu(self.norm(x)))
