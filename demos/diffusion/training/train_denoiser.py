"""Train the denoiser on latents and captions: `python train_denoiser.py --minutes 60`.

Of the text encoder only the vectors of words move, so that words become as different as what they stand for. How words
are read together stays as `separate.py` left it.

Resumes where it stopped. `--minutes` counts all resumptions together, and the learning rate falls to its end by then.
"""

from __future__ import annotations

import argparse
import time
from multiprocessing.sharedctypes import Synchronized
from typing import Any

import numpy as np
import torch
from torch import Tensor, multiprocessing, nn

from captions import Omissions, caption
from denoiser import Denoiser
from diffusion import denoising_loss, signal_levels
from runtime import Average, cosine, device, load, mixed_precision, save, work_folder
from scenes import Scene, sample_scene
from text_encoder import TextEncoder
from tokenizer import Tokenizer, load_tokenizer

DROPPED_CAPTIONS = 0.1
TOLD = Omissions(colour=0.08, side=0.2, land=0.25, sky=0.25, light=0.15)
"""Land without sky and sky without land are said often: what each looks like shall be learned from itself."""
TERSE = Omissions(colour=0.3, side=0.7, land=0.6, sky=0.6, light=0.8)
TERSE_CAPTIONS = 0.2
"""Share of captions of few words, as people type them."""
LONG_CAPTIONS = 0.05
"""Share of batches whose text has a second, empty part, as prompts of more than 75 tokens are read."""


WORDS_RATE = 0.1
"""Learning rate of the vectors of words, as a share of the denoiser's."""


class Model(nn.Module):
    """The text encoder, finished but for the vectors of its words, and the denoiser."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.text_encoder = TextEncoder(vocabulary).requires_grad_(False)
        self.text_encoder.text_model.embeddings.token_embedding.requires_grad_()
        self.denoiser = Denoiser()

    def text(self, ids: Tensor) -> Tensor:
        """The last hidden state, padded to 77 tokens."""
        return self.text_encoder.pad_to(self.text_encoder(ids)[0])


class Cards:
    """The latents in memory, and fresh captions of their scenes."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        saved = load("latents.pt")
        if saved is None:
            raise SystemExit("No latents.pt in the work folder: run make_latents.py first.")
        self.latents: Tensor = saved["latents"]
        self.scale: float = saved["scaling_factor"]
        self.scenes: list[Scene] = [
            sample_scene(np.random.default_rng(saved["first_seed"] + index)) for index in range(len(self.latents))
        ]
        self.tokenizer = tokenizer

    def batch(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Scaled latents and token ids."""
        chosen = rng.integers(len(self.scenes), size=size)
        dropped = rng.random(size) < DROPPED_CAPTIONS
        terse = rng.random(size) < TERSE_CAPTIONS
        texts = [
            "" if drop else caption(self.scenes[i], rng, TERSE if short else TOLD)
            for i, drop, short in zip(chosen, dropped, terse)
        ]
        latents = self.latents[torch.from_numpy(chosen)].float() * self.scale
        return latents.contiguous(memory_format=torch.channels_last), torch.from_numpy(self.tokenizer.batch(texts))


def begin(tokenizer: Tokenizer) -> tuple[Model, dict[str, Any] | None]:
    """The model as last saved, or with the text encoder as `separate.py` left it."""
    model = Model(len(tokenizer))
    saved = load("denoiser.pt")
    if saved:
        model.load_state_dict(saved["model"])
        return model, saved
    text = load("separate.pt")
    if text is None:
        raise SystemExit("No separate.pt in the work folder: run train_text.py and separate.py first.")
    model.text_encoder.load_state_dict(text["model"])
    return model, None


def train(options: argparse.Namespace) -> None:
    place = device()
    tokenizer = load_tokenizer(work_folder() / "tokenizer")
    model, saved = begin(tokenizer)
    model.to(place)
    model.denoiser.to(memory_format=torch.channels_last)
    cards = Cards(tokenizer)
    steps = multiprocessing.get_context("spawn").Value("l", saved["step"] if saved else 0)
    if options.workers == 1:
        work(0, options, model, cards, steps)
        return
    model.share_memory()
    cards.latents.share_memory_()
    multiprocessing.spawn(work, (options, model, cards, steps), nprocs=options.workers)


def work(worker: int, options: argparse.Namespace, model: Model, cards: Cards, steps: "Synchronized[int]") -> None:
    """Train until the time is over; worker 0 keeps the running average and writes checkpoints.

    Several workers change the same weights without waiting for each other, each with an optimizer of its own. On a CPU
    that others use too this is far faster than one process with threads, which wait for each other at every layer.
    """
    place = device()
    saved = load("denoiser.pt")
    optimizer = new_optimizer(model, options.rate)
    average = Average(model, decay=options.average)
    seconds = 0.0
    if saved:
        average.module.load_state_dict(saved["average"])
        average.updates, seconds = saved["step"], saved["seconds"]
        optimizer.load_state_dict(saved["optimizer"])
    rng = np.random.default_rng((worker, steps.value))
    torch.manual_seed(1000 * steps.value + worker)
    levels, empty = signal_levels().to(place), torch.from_numpy(cards.tokenizer.batch([""])).to(place)
    losses, before, first, started_with, saved_at = [], time.time(), steps.value, seconds, seconds
    while seconds < options.minutes * 60:
        for group in optimizer.param_groups:
            group["lr"] = group["share"] * rate(steps.value, seconds / (options.minutes * 60), options.rate)
        latents, ids = (part.to(place) for part in cards.batch(options.batch, rng))
        with mixed_precision(place):
            text = model.text(ids)
            if rng.random() < LONG_CAPTIONS:
                text = torch.cat([text, model.text(empty).expand_as(text)], 1)
            loss = denoising_loss(model.denoiser, latents, text, levels)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.denoiser.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        with steps.get_lock():
            steps.value += 1
        seconds, before = seconds + time.time() - before, time.time()
        if worker > 0:
            continue
        average.update(model)
        if len(losses) % 50 == 0:
            pace = (steps.value - first) * options.batch / (seconds - started_with)
            print(f"step {steps.value} loss {np.mean(losses[-50:]):.4f} samples/s {pace:.1f}", flush=True)
        if seconds - saved_at > 60 * options.save_every or seconds >= options.minutes * 60:
            saved_at = seconds
            content = {"step": steps.value, "seconds": seconds, "scaling_factor": cards.scale}
            content |= {"model": model.state_dict(), "average": average.module.state_dict()}
            save("denoiser.pt", {**content, "optimizer": optimizer.state_dict()})


def new_optimizer(model: Model, peak: float) -> torch.optim.Optimizer:
    """AdamW over the denoiser and the vectors of words."""
    words = model.text_encoder.text_model.embeddings.token_embedding.parameters()
    groups = [
        {"params": model.denoiser.parameters(), "share": 1.0, "weight_decay": 0.01},
        {"params": words, "share": WORDS_RATE, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.99))


def rate(step: int, done: float, peak: float) -> float:
    """The learning rate after a share of the time: warm-up by steps, then a cosine by time."""
    return min(cosine(step, 10**9, peak), cosine(round(done * 10**6), 10**6, peak, warm_up=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--average", type=float, default=0.999)
    parser.add_argument("--save-every", type=float, default=3, help="minutes between checkpoints")
    parser.add_argument("--workers", type=int, default=1, help="on a CPU: one per core, with POSTCARD_THREADS=1")
    train(parser.parse_args())
