"""Super-resolution: `python upscaler.py --scale 2 --minutes 8` trains one of the two small networks.

Input and output are as in Real-ESRGAN: RGB in 0..1, [n, 3, h, w] to [n, 3, s h, s w].
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from draw import draw
from runtime import cosine, device, load, mixed_precision, save
from scenes import sample_scene

CHANNELS = 48
LAYERS = 8
PATCH = 48
TEST_SEED = 70_000_000
FILTERS = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX)


class Upscaler(nn.Module):
    """Convolutions at the small size, then a rearrangement to the large one, added to the enlarged input."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.enter = nn.Conv2d(3, CHANNELS, 3, padding=1)
        self.body = nn.ModuleList(nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1) for _ in range(LAYERS))
        self.leave = nn.Conv2d(CHANNELS, 3 * scale**2, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.enter(pixels)
        for first, second in zip(self.body[0::2], self.body[1::2]):
            x = x + second(functional.leaky_relu(first(functional.leaky_relu(x, 0.1)), 0.1))
        enlarged = functional.interpolate(pixels, scale_factor=float(self.scale), mode="nearest")
        return enlarged + functional.pixel_shuffle(self.leave(functional.leaky_relu(x, 0.1)), self.scale)


def render_large(job: tuple[int, int]) -> np.ndarray:
    """One picture for (seed, size)."""
    seed, size = job
    return np.asarray(draw(sample_scene(np.random.default_rng(seed)), seed, size))


def pairs(pictures: list[Image.Image], scale: int, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Random small patches, reduced by differing filters and sometimes grainy, and the large patches they come from."""
    small, large = [], []
    for _ in range(count):
        picture = pictures[int(rng.integers(len(pictures)))]
        side = PATCH * scale
        x, y = (int(rng.integers(0, (picture.width - side) // scale + 1)) * scale for _ in range(2))
        patch = picture.crop((x, y, x + side, y + side))
        reduced = patch.resize((PATCH, PATCH), FILTERS[int(rng.integers(len(FILTERS)))])
        pixels = np.asarray(reduced, np.float32) / 255
        if rng.random() < 0.3:
            pixels = pixels + rng.normal(0, rng.uniform(0, 0.012), pixels.shape).astype(np.float32)
        small.append(pixels)
        large.append(np.asarray(patch, np.float32) / 255)
    return tuple(torch.from_numpy(np.stack(part)).permute(0, 3, 1, 2) for part in (small, large))  # type: ignore[return-value]


def decibels(first: np.ndarray, second: np.ndarray) -> float:
    """Peak signal-to-noise ratio of two uint8 pictures."""
    error = np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2)
    return float(10 * np.log10(255**2 / error))


def compare(model: Upscaler, picture: Image.Image, reduction: Image.Resampling) -> tuple[float, float, np.ndarray, np.ndarray]:
    """Decibels of the network and of Lanczos on one picture, and the two results."""
    small_size = (picture.width // model.scale, picture.height // model.scale)
    small = picture.resize(small_size, reduction)
    with torch.no_grad():
        pixels = torch.from_numpy(np.asarray(small, np.float32) / 255).permute(2, 0, 1)[None]
        output = model(pixels)[0].permute(1, 2, 0).clamp(0, 1).numpy()
    ours = (output * 255).round().astype(np.uint8)
    lanczos = np.asarray(small.resize(picture.size, Image.Resampling.LANCZOS))
    target = np.asarray(picture)
    return decibels(ours, target), decibels(lanczos, target), ours, lanczos


def train(options: argparse.Namespace) -> None:
    place = device()
    name = f"upscaler{options.scale}.pt"
    jobs = [(50_000_000 + i, 1024 if i % 2 else 512) for i in range(options.pictures)]
    tests = [(TEST_SEED + i, 512) for i in range(12)]
    with ProcessPoolExecutor(options.workers) as pool:
        pictures = [Image.fromarray(picture) for picture in pool.map(render_large, jobs, chunksize=8)]
        test = [Image.fromarray(picture) for picture in pool.map(render_large, tests)]
    model = Upscaler(options.scale).to(place, memory_format=torch.channels_last)
    if saved := load(name):
        model.load_state_dict(saved["model"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=0)
    start, rng = time.time(), np.random.default_rng(3)
    for step in range(options.steps):
        elapsed = time.time() - start
        if elapsed > options.minutes * 60:
            break
        done = max(step / options.steps, elapsed / (options.minutes * 60))
        for group in optimizer.param_groups:
            group["lr"] = cosine(round(done * 10_000) + min(step, 100), 10_000, options.rate)
        small, large = (part.to(place, memory_format=torch.channels_last) for part in pairs(pictures, options.scale, options.batch, rng))
        with mixed_precision(place):
            output = model(small)
        wrong = output.float() - large
        loss = wrong.abs().mean() + 4 * wrong.square().mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        if (step + 1) % 250 == 0 or done > 0.995:
            model.cpu()
            scores = np.array([compare(model, picture, Image.Resampling.LANCZOS)[:2] for picture in test]).mean(0)
            model.to(place)
            print(f"step {step + 1} loss {loss:.5f} held-out {scores[0]:.2f} dB, Lanczos {scores[1]:.2f} dB", flush=True)
            save(name, {"model": model.state_dict(), "scale": options.scale})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, choices=(2, 4), required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    train(parser.parse_args())
