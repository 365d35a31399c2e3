"""Train denoiser and text encoder together on latents: `python train_denoiser.py --minutes 60 --compile`.

Resumes where it stopped. `--minutes` counts all resumptions together, and the learning rate falls to its end by then.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from captions import caption
from denoiser import Denoiser
from diffusion import denoising_loss, signal_levels
from runtime import Average, cosine, device, load, mixed_precision, save, work_folder
from scenes import Scene, sample_scene
from text_encoder import TextEncoder
from tokenizer import Tokenizer, load_tokenizer

DROPPED_CAPTIONS = 0.12


class Model(nn.Module):
    """Text encoder and denoiser, trained as one."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.text_encoder = TextEncoder(vocabulary)
        self.denoiser = Denoiser()

    def text(self, ids: Tensor) -> Tensor:
        """The last hidden state, padded to 77 tokens."""
        return self.text_encoder.pad_to(self.text_encoder(ids)[0])


class Cards:
    """The latents in memory, and fresh captions of their scenes."""

    def __init__(self, tokenizer: Tokenizer, seed: int) -> None:
        saved = load("latents.pt")
        if saved is None:
            raise SystemExit("No latents.pt in the work folder: run make_latents.py first.")
        self.latents: Tensor = saved["latents"]
        self.scale: float = saved["scaling_factor"]
        self.scenes: list[Scene] = [
            sample_scene(np.random.default_rng(saved["first_seed"] + index)) for index in range(len(self.latents))
        ]
        self.tokenizer = tokenizer
        self.rng = np.random.default_rng(seed)

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Scaled latents and token ids."""
        chosen = self.rng.integers(len(self.scenes), size=size)
        dropped = self.rng.random(size) < DROPPED_CAPTIONS
        texts = ["" if drop else caption(self.scenes[i], self.rng) for i, drop in zip(chosen, dropped)]
        latents = self.latents[torch.from_numpy(chosen)].float() * self.scale
        return latents.contiguous(memory_format=torch.channels_last), torch.from_numpy(self.tokenizer.batch(texts))


def begin(tokenizer: Tokenizer) -> tuple[Model, dict[str, Any] | None]:
    """The model as last saved, or with the text encoder as `train_text.py` left it."""
    model = Model(len(tokenizer))
    saved = load("denoiser.pt")
    if saved:
        model.load_state_dict(saved["model"])
    elif readings := load("text.pt"):
        state = {key[2:]: value for key, value in readings["model"].items() if key.startswith("0.")}
        model.text_encoder.load_state_dict(state)
    return model, saved


def train(options: argparse.Namespace) -> None:
    place = device()
    tokenizer = load_tokenizer(work_folder() / "tokenizer")
    model, saved = begin(tokenizer)
    model.to(place)
    model.denoiser.to(memory_format=torch.channels_last)
    average = Average(model, decay=options.average)
    optimizer = torch.optim.AdamW(
        [
            {"params": model.denoiser.parameters(), "share": 1.0},
            {"params": model.text_encoder.parameters(), "share": 0.2},
        ],
        lr=options.rate,
        betas=(0.9, 0.99),
        weight_decay=0.01,
    )
    step, seconds = 0, 0.0
    if saved:
        average.module.load_state_dict(saved["average"])
        average.updates = step = saved["step"]
        seconds = saved["seconds"]
        optimizer.load_state_dict(saved["optimizer"])
    cards = Cards(tokenizer, seed=step)
    levels = signal_levels().to(place)
    denoiser = torch.compile(model.denoiser) if options.compile else model.denoiser
    first, losses, before, started_with = step, [], time.time(), seconds
    while seconds < options.minutes * 60:
        for group in optimizer.param_groups:
            group["lr"] = rate(step, seconds / (options.minutes * 60), options.rate) * group["share"]
        latents, ids = (part.to(place) for part in cards.batch(options.batch))
        with mixed_precision(place):
            loss = denoising_loss(denoiser, latents, model.text(ids), levels)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        losses.append(loss.item())
        step, seconds, before = step + 1, seconds + time.time() - before, time.time()
        if step % 100 == 0:
            pace = (step - first) * options.batch / (seconds - started_with)
            print(f"step {step} loss {np.mean(losses[-100:]):.4f} samples/s {pace:.1f}", flush=True)
        if step % options.save_every == 0 or seconds >= options.minutes * 60:
            content = {"step": step, "seconds": seconds, "scaling_factor": cards.scale}
            content |= {"model": model.state_dict(), "average": average.module.state_dict()}
            save("denoiser.pt", {**content, "optimizer": optimizer.state_dict()})


def rate(step: int, done: float, peak: float) -> float:
    """The learning rate after a share of the time: warm-up by steps, then a cosine by time."""
    return min(cosine(step, 10**9, peak), cosine(round(done * 10**6), 10**6, peak, warm_up=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--average", type=float, default=0.999)
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument("--compile", action="store_true", help="faster after about a minute of compiling")
    train(parser.parse_args())
