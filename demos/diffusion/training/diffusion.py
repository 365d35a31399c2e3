"""The noise schedule, the training loss and a sampler for looking at results while training."""

from __future__ import annotations

import torch
from torch import Tensor

from denoiser import Denoiser

STEPS = 1000
BETA_START, BETA_END = 0.00085, 0.02
"""Stable Diffusion ends at 0.012. There the noisiest latents still tell how bright the sky is, so that the denoiser reads
it from them instead of the words, and pure noise becomes a sky of middling brightness (Lin et al., 2023, section 3.1)."""
GAMMA = 5.0
"""Signal-to-noise ratio above which the loss weighs less, as in min-SNR weighting."""
SMALL_THINGS = 2.0
"""How much more a cell weighs that stands out of its row: things, sun and moon cover little of a picture."""


def signal_levels() -> Tensor:
    """The product of (1 - beta) up to each step, for the scaled-linear schedule of Stable Diffusion."""
    betas = torch.linspace(BETA_START**0.5, BETA_END**0.5, STEPS, dtype=torch.float64) ** 2
    return (1 - betas).cumprod(0).float()


def noisy(latents: Tensor, noise: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
    """The latents with noise and the velocity to predict, at the given signal levels [n, 1, 1, 1]."""
    signal, rest = level.sqrt(), (1 - level).sqrt()
    return signal * latents + rest * noise, signal * noise - rest * latents


def random_steps(count: int, place: torch.device) -> Tensor:
    """Timesteps for training: uniform, gathered at the upper middle, where the composition is decided, or among the last.

    The last ones decide the sky, and nothing but the words tells it there.
    """
    uniform = torch.rand(count, device=place)
    gathered = torch.sigmoid(torch.randn(count, device=place) + 0.5)
    last = 1 - 0.12 * torch.rand(count, device=place)
    kind = torch.rand(count, device=place)
    chosen = torch.where(kind < 0.45, uniform, torch.where(kind < 0.85, gathered, last))
    return (chosen * STEPS).long().clamp(0, STEPS - 1)


def denoising_loss(model: Denoiser, latents: Tensor, text: Tensor, levels: Tensor) -> Tensor:
    """Mean squared error of v; nearly clean latents, where only fine grain is left to learn, weigh less.

    Plain min-SNR weights would also fade out the noisiest steps, and those decide what is where.
    """
    steps = random_steps(len(latents), latents.device)
    level = levels[steps][:, None, None, None]
    sample, velocity = noisy(latents, torch.randn_like(latents), level)
    ratio = level / (1 - level)
    weight = ((GAMMA + 1) / (ratio + 1)).clamp(max=1) * (1 + SMALL_THINGS * standing_out(latents))
    wrong = model(sample, steps, text).float() - velocity
    return (weight * wrong.square()).sum() / (weight.sum() * wrong.shape[1])


def standing_out(latents: Tensor) -> Tensor:
    """How far each cell [n, 1, h, w] is from the middle of its row, 0..1: sky and land hardly are, things are."""
    distance = (latents - latents.median(-1, keepdim=True).values).square().mean(1, keepdim=True).sqrt()
    return distance.clamp(max=1)


@torch.no_grad()
def generate(model: Denoiser, text: Tensor, empty: Tensor, noise: Tensor, steps: int = 20, guidance: float = 3.0) -> Tensor:
    """Latents for texts [n, tokens, width] by deterministic DDIM steps with classifier-free guidance."""
    levels = signal_levels().to(noise.device)
    schedule = torch.linspace(STEPS - 1, 0, steps + 1).round().long()[:-1]
    sample = noise
    context = torch.cat([text, empty.expand_as(text)])
    for index, step in enumerate(schedule.tolist()):
        times = torch.full((len(context),), step, device=noise.device)
        wanted, free = model(torch.cat([sample, sample]), times, context).float().chunk(2)
        velocity = free + guidance * (wanted - free)
        level = levels[step]
        clean = level.sqrt() * sample - (1 - level).sqrt() * velocity
        epsilon = level.sqrt() * velocity + (1 - level).sqrt() * sample
        following = levels[schedule[index + 1]] if index + 1 < steps else torch.tensor(1.0)
        sample = following.sqrt() * clean + (1 - following).sqrt() * epsilon
    return sample
