"""What every training script shares: the device, checkpoints, running averages and the learning rate."""

from __future__ import annotations

import copy
import math
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from torch import nn


def device() -> torch.device:
    """The GPU where there is one, otherwise the CPU with two threads (`POSTCARD_THREADS` changes that)."""
    torch.set_num_threads(int(os.environ.get("POSTCARD_THREADS", "2")))
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def mixed_precision(place: torch.device) -> AbstractContextManager[None]:
    """bfloat16 where it is worth it; CPUs with AMX train several times faster in it."""
    return torch.autocast(place.type, dtype=torch.bfloat16)


def work_folder() -> Path:
    """Where checkpoints and latents go: `POSTCARD_WORK`, or `checkpoints` here (not in version control)."""
    folder = Path(os.environ.get("POSTCARD_WORK", Path(__file__).parent / "checkpoints"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def save(name: str, content: dict[str, Any]) -> None:
    """Write a checkpoint so that a stop in mid-write leaves the old one whole."""
    path = work_folder() / name
    torch.save(content, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def load(name: str) -> dict[str, Any] | None:
    """A checkpoint, or None when there is none yet."""
    path = work_folder() / name
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None


def cosine(step: int, steps: int, peak: float, warm_up: int = 100) -> float:
    """Learning rate: linear warm-up, then a cosine down to a hundredth of the peak."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    done = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


class Average:
    """An exponential moving average of a module's weights."""

    def __init__(self, module: nn.Module, decay: float = 0.999) -> None:
        self.module = copy.deepcopy(module).requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for average, current in zip(self.module.parameters(), module.parameters()):
            average.lerp_(current, 1 - decay)
