"""Train the autoencoder on drawn postcards: `python train_autoencoder.py --minutes 12`. Resumes where it stopped."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
from torch import Tensor

from autoencoder import Decoder, Encoder, autoencoder_loss
from draw import draw
from runtime import cosine, device, load, mixed_precision, save
from scenes import sample_scene

CROP = 128


def render(job: tuple[int, int]) -> np.ndarray:
    """Pictures [n, 256, 256, 3] of random training scenes for (first seed, how many)."""
    first, count = job
    pictures = []
    for seed in range(first, first + count):
        pictures.append(np.asarray(draw(sample_scene(np.random.default_rng(seed)), seed)))
    return np.stack(pictures)


def render_many(first: int, count: int, workers: int) -> np.ndarray:
    """As `render`, in parallel."""
    jobs = [(seed, min(64, first + count - seed)) for seed in range(first, first + count, 64)]
    with ProcessPoolExecutor(workers) as pool:
        return np.concatenate(list(pool.map(render, jobs)))


def to_pixels(pictures: np.ndarray | Tensor) -> Tensor:
    """uint8 [n, h, w, 3] to float [n, 3, h, w] in -1..1."""
    return torch.as_tensor(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def crops(pictures: Tensor, count: int) -> Tensor:
    """Random square crops, aligned to the latent grid in no way."""
    chosen = torch.randint(len(pictures), (count,))
    corners = torch.randint(256 - CROP + 1, (count, 2))
    cut = [pictures[i, y : y + CROP, x : x + CROP] for i, (y, x) in zip(chosen.tolist(), corners.tolist())]
    return to_pixels(torch.stack(cut)).contiguous(memory_format=torch.channels_last)


def peak_signal_to_noise(encoder: Encoder, decoder: Decoder, pictures: np.ndarray) -> float:
    """Decibels of whole reconstructed pictures."""
    with torch.no_grad():
        pixels = to_pixels(pictures).to(next(encoder.parameters()).device)
        error = (decoder(encoder(pixels)).clamp(-1, 1) - pixels).square().mean() / 4
    return float(-10 * torch.log10(error))


def new_optimizer(both: torch.nn.ModuleList) -> torch.optim.Optimizer:
    """AdamW over encoder and decoder."""
    return torch.optim.AdamW(both.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=1e-4)


def train(options: argparse.Namespace) -> None:
    place = device()
    encoder, decoder = Encoder().to(place), Decoder().to(place)
    both = torch.nn.ModuleList([encoder, decoder]).to(memory_format=torch.channels_last)
    optimizer = new_optimizer(both)
    step = 0
    if saved := load("autoencoder.pt"):
        both.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
    pictures = torch.from_numpy(render_many(0, options.pictures, options.workers))
    held_out = render_many(10_000_000, 48, 1)
    start, started_at = time.time(), step
    while step < options.steps and time.time() - start < options.minutes * 60:
        for group in optimizer.param_groups:
            group["lr"] = cosine(step, options.steps, options.rate)
        with mixed_precision(place):
            loss, error = autoencoder_loss(encoder, decoder, crops(pictures, options.batch).to(place))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 200 == 0 or step == options.steps:
            pace = (step - started_at) / (time.time() - start)
            quality = peak_signal_to_noise(encoder, decoder, held_out)
            print(f"step {step} loss {loss:.4f} l1 {error:.4f} psnr {quality:.2f} steps/s {pace:.2f}", flush=True)
            save("autoencoder.pt", {"model": both.state_dict(), "optimizer": optimizer.state_dict(), "step": step})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--pictures", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=2)
    train(parser.parse_args())
