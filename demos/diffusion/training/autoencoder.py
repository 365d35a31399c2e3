"""The picture autoencoder: 256 x 256 x 3 to 32 x 32 x 4 and back, small and without normalisation layers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

LATENT_CHANNELS = 4
DOWNSCALE = 8


class Residual(nn.Module):
    """Two 3 x 3 convolutions added to their input; starts as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(functional.silu(self.first(functional.silu(x))))


class Encoder(nn.Module):
    """Pixels in -1..1 to latents (not yet scaled)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, 48, 3, padding=1),
            Residual(48),
            nn.Conv2d(48, 96, 3, stride=2, padding=1),
            Residual(96),
            Residual(96),
            nn.SiLU(),
            nn.Conv2d(96, LATENT_CHANNELS, 3, padding=1),
        )

    def forward(self, pixels: Tensor) -> Tensor:
        return self.layers(pixels)


class Decoder(nn.Module):
    """Latents (not scaled) to pixels in -1..1."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, 96, 3, padding=1),
            Residual(96),
            Residual(96),
            Residual(96),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(96, 56, 3, padding=1),
            Residual(56),
            Residual(56),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(56, 28, 3, padding=1),
            Residual(28),
            nn.SiLU(),
            nn.Conv2d(28, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def forward(self, latents: Tensor) -> Tensor:
        return self.layers(latents)


def autoencoder_loss(encoder: Encoder, decoder: Decoder, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """The training loss and the mean absolute error of the reconstruction.

    Noise on the latents makes the decoder bear imperfect ones and keeps the latent space smooth; it does the work of
    a variational autoencoder's divergence term.
    """
    latents = encoder(pixels)
    rebuilt = decoder(latents + 0.12 * torch.randn_like(latents)).float()
    error = (rebuilt - pixels).abs()
    wrong = rebuilt - pixels
    edges = wrong.diff(dim=2).abs().mean() + wrong.diff(dim=3).abs().mean()
    return error.mean() + 0.4 * wrong.square().mean() + 0.5 * edges + 1e-3 * latents.float().square().mean(), error.mean()
