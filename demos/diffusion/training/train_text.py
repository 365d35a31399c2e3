"""Teach the text encoder to name what a caption says, before pictures: `python train_text.py --minutes 4`.

One linear reading per attribute from the end token. The readings are thrown away afterwards; what stays is an encoder
whose vectors hold the attributes apart, so that the denoiser does not have to discover them.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from captions import Omissions, omit, phrase
from runtime import cosine, device, load, mixed_precision, save, work_folder
from scenes import COLOURS, KINDS, LANDS, LIGHTS, SIDES, SKIES, Scene, sample_scene
from text_encoder import WIDTH, TextEncoder
from tokenizer import Tokenizer, load_tokenizer, train_tokenizer

CLASSES = (len(SKIES) + 1, len(LANDS) + 1, len(LIGHTS), *(4, len(COLOURS) + 1, len(SIDES) + 1) * len(KINDS))


def told_classes(told: Scene) -> list[int]:
    """Class numbers of what a caption says: sky, land, light, then count, colour and side per kind; 0 is unsaid."""
    light = LIGHTS.index(told.light) if told.light else 0
    classes = [_class(SKIES, told.sky), _class(LANDS, told.land), light]
    groups = {group.kind: group for group in told.groups}
    for kind in KINDS:
        group = groups.get(kind)
        classes += [group.count, _class(COLOURS, group.colour), _class(SIDES, group.side)] if group else [0, 0, 0]
    return classes


def _class(names: tuple[str, ...], name: str) -> int:
    return names.index(name) + 1 if name else 0


def batch(tokenizer: Tokenizer, rng: np.random.Generator, size: int, held_out: bool = False) -> tuple[Tensor, Tensor]:
    """Ids [n, length] and classes [n, attributes] of random captions."""
    told = [omit(sample_scene(rng, held_out), rng, Omissions()) for _ in range(size)]
    ids = tokenizer.batch([phrase(scene, rng) for scene in told])
    return torch.from_numpy(ids), torch.tensor([told_classes(scene) for scene in told])


def readings_loss(outputs: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
    """Summed cross entropy and the share of right readings per attribute."""
    losses, right = [], []
    for part, wanted in zip(outputs.float().split(CLASSES, 1), classes.T):
        losses.append(functional.cross_entropy(part, wanted))
        right.append((part.argmax(1) == wanted).float().mean())
    return torch.stack(losses).sum(), torch.stack(right)


def train(options: argparse.Namespace) -> None:
    place = device()
    folder = work_folder() / "tokenizer"
    if not (folder / "merges.txt").exists():
        train_tokenizer().write(folder)
    tokenizer = load_tokenizer(folder)
    encoder = TextEncoder(len(tokenizer)).to(place)
    readings = nn.Linear(WIDTH, sum(CLASSES)).to(place)
    both = nn.ModuleList([encoder, readings])
    if saved := load("text.pt"):
        both.load_state_dict(saved["model"])
    optimizer = torch.optim.AdamW(both.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
    rng = np.random.default_rng(options.seed)
    start = time.time()
    for step in range(options.steps):
        if time.time() - start > options.minutes * 60:
            break
        for group in optimizer.param_groups:
            group["lr"] = cosine(step, options.steps, options.rate)
        ids, classes = (part.to(place) for part in batch(tokenizer, rng, options.batch))
        with mixed_precision(place):
            loss, _ = readings_loss(readings(encoder(ids)[1]), classes)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            ids, classes = (part.to(place) for part in batch(tokenizer, rng, 256, held_out=True))
            with torch.no_grad():
                _, right = readings_loss(readings(encoder(ids)[1]), classes)
            print(f"step {step + 1} loss {loss:.4f} held-out right {right.mean():.4f} worst {right.min():.4f}", flush=True)
            save("text.pt", {"model": both.state_dict(), "step": step + 1})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())
