"""The reader: a small classifier that tells what a postcard shows. `python reader.py --minutes 10` trains it.

Run again, it goes on from the reader it wrote. It learns from drawn postcards of all combinations, the held-out ones
too, so that it does not favour what the generator was trained on. Half of its pictures are blurred and half are grainy,
as generated ones may be.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from draw import draw
from runtime import cosine, device, load, mixed_precision, save
from scenes import COLOURS, KINDS, LANDS, LIGHTS, SIDES, SKIES, Scene, sample_scene

SIDE = 128
PARTS = (len(SKIES), len(LANDS), len(LIGHTS), *(4, len(COLOURS), len(SIDES)) * len(KINDS))
NAMES = ("sky", "land", "light", *(f"{kind} {part}" for kind in KINDS for part in ("count", "colour", "side")))
IGNORED = -100


@dataclass(frozen=True)
class Reading:
    """What the reader sees of one kind."""

    count: int
    colour: str
    side: str


class Reader(nn.Module):
    """Pixels in -1..1 at 128 x 128 to class scores for every attribute."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.PixelUnshuffle(2)]
        channels = 12
        for width, stride in ((32, 1), (48, 2), (64, 1), (96, 2), (96, 1), (128, 2), (128, 1)):
            layers += [nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
        self.features = nn.Sequential(*layers)
        self.outputs = nn.Sequential(
            nn.Conv2d(128, 32, 1), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 64, 256), nn.ReLU(), nn.Linear(256, sum(PARTS))
        )

    def forward(self, pixels: Tensor) -> Tensor:
        return self.outputs(self.features(pixels))


def classes(scene: Scene) -> list[int]:
    """Class numbers of a scene in the order of `NAMES`; colour and side of absent kinds are ignored."""
    values = [SKIES.index(scene.sky), LANDS.index(scene.land), LIGHTS.index(scene.light)]
    groups = {group.kind: group for group in scene.groups}
    for kind in KINDS:
        group = groups.get(kind)
        values += [group.count, COLOURS.index(group.colour), SIDES.index(group.side)] if group else [0, IGNORED, IGNORED]
    return values


def scene_of(seed: int) -> Scene:
    """A scene of any combination, one in three held out."""
    rng = np.random.default_rng(seed)
    return sample_scene(rng, held_out=bool(rng.random() < 0.33))


def render_small(job: tuple[int, int]) -> np.ndarray:
    """Half-size pictures for (first seed, how many)."""
    first, count = job
    return np.stack([np.asarray(draw(scene_of(seed), seed).reduce(2)) for seed in range(first, first + count)])


def examples(first: int, count: int, workers: int) -> tuple[Tensor, Tensor]:
    """Pictures [n, 3, 128, 128] as uint8 and their classes."""
    jobs = [(seed, min(100, first + count - seed)) for seed in range(first, first + count, 100)]
    with ProcessPoolExecutor(workers) as pool:
        pictures = np.concatenate(list(pool.map(render_small, jobs)))
    labels = torch.tensor([classes(scene_of(seed)) for seed in range(first, first + count)])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2), labels


def roughen(pixels: Tensor) -> Tensor:
    """Grain, shifts of brightness and blur, on half of the pictures each: what a generated picture may have."""
    count = len(pixels)
    grain = torch.rand(count, 1, 1, 1) * 0.12 * (torch.rand(count, 1, 1, 1) < 0.5)
    pixels = pixels * (1 + 0.06 * torch.randn(count, 1, 1, 1)) + 0.03 * torch.randn(count, 3, 1, 1)
    blurred = functional.avg_pool2d(functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, 1)
    pixels = torch.where(torch.rand(count, 1, 1, 1) < 0.5, blurred, pixels)
    return pixels + grain * torch.randn_like(pixels)


def read(model: Reader, pixels: Tensor) -> list[dict[str, object]]:
    """Readings of full-size pictures [n, 3, 256, 256] in -1..1: sky, land, light and a `Reading` per kind."""
    with torch.no_grad():
        parts = [part.argmax(1).tolist() for part in model(functional.avg_pool2d(pixels, 2)).split(PARTS, 1)]
    results = []
    for row in zip(*parts):
        found: dict[str, object] = {"sky": SKIES[row[0]], "land": LANDS[row[1]], "light": LIGHTS[row[2]]}
        for index, kind in enumerate(KINDS):
            count, colour, side = row[3 + 3 * index : 6 + 3 * index]
            found[kind] = Reading(count, COLOURS[colour], SIDES[side])
        results.append(found)
    return results


def accuracies(model: Reader, pictures: Tensor, labels: Tensor) -> dict[str, float]:
    """Share of right readings per attribute; colour and side only where the kind is there."""
    with torch.no_grad():
        outputs = torch.cat([model(chunk.float() / 127.5 - 1) for chunk in pictures.split(250)])
    result = {}
    for name, part, wanted in zip(NAMES, outputs.split(PARTS, 1), labels.T):
        asked = wanted != IGNORED
        result[name] = float((part.argmax(1) == wanted)[asked].float().mean())
    return result


def load_reader() -> Reader:
    """The trained reader."""
    saved = load("reader.pt")
    if saved is None:
        raise SystemExit("No reader.pt in the work folder: run reader.py first.")
    model = Reader()
    model.load_state_dict(saved["model"])
    return model.eval()


def train(options: argparse.Namespace) -> None:
    place = device()
    pictures, labels = examples(30_000_000, options.pictures, options.workers)
    test = examples(40_000_000, 2000, options.workers)
    model = Reader()
    if saved := load("reader.pt"):
        model.load_state_dict(saved["model"])
    model.to(place, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
    start, rng = time.time(), np.random.default_rng(2)
    for step in range(options.steps):
        if time.time() - start > options.minutes * 60:
            break
        for group in optimizer.param_groups:
            group["lr"] = cosine(step, options.steps, options.rate)
        chosen = torch.from_numpy(rng.integers(len(pictures), size=options.batch))
        pixels = roughen(pictures[chosen].float() / 127.5 - 1).to(place, memory_format=torch.channels_last)
        with mixed_precision(place):
            outputs = model(pixels).float()
        wanted = labels[chosen].to(place)
        losses = [functional.cross_entropy(part, column) for part, column in zip(outputs.split(PARTS, 1), wanted.T) if (column != IGNORED).any()]
        loss = torch.stack(losses).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) % 200 == 0 or step + 1 == options.steps:
            model.eval()
            right = accuracies(model.cpu(), *test)
            model.to(place).train()
            worst = min(right, key=lambda name: right[name])
            mean = sum(right.values()) / len(right)
            print(f"step {step + 1} loss {loss:.3f} held-out right {mean:.4f} worst {worst} {right[worst]:.4f}", flush=True)
            save("reader.pt", {"model": model.state_dict(), "accuracies": right})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--pictures", type=int, default=24_000)
    parser.add_argument("--workers", type=int, default=2)
    train(parser.parse_args())
