"""Teach the text encoder to read every phrase for itself: `python separate.py --minutes 5`, between text and denoiser.

What stands for "in the snow" shall be the same whether "at sunset" stands beside it or not. Otherwise the denoiser learns
each pair of sky and land as a word of its own, and a pair that training holds back means nothing to it. The encoder as it
is reads the phrases of a caption one by one; a copy learns to give the same vectors when it reads the whole caption. The
first and the last token, which would stand for the whole caption, become those of an empty one: they tell nothing.
Many phrases of no picture take part, so that the copy learns where phrases end and not which of them may stand together.
Afterwards the encoder stays as it is, but for the vectors of its words.
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from captions import Omissions, omit, pieces
from runtime import cosine, device, load, mixed_precision, save, work_folder
from scenes import Scene, sample_scene
from text_encoder import WIDTH, TextEncoder
from tokenizer import Tokenizer, load_tokenizer
from train_text import sample_told

OTHER_LANDS = tuple(
    """in the city|in the jungle|by the river|at the lake|in a garden|in the park|on an island|on a farm|
    in a village|in the swamp|on a rooftop|in a field of flowers|in a cave|on the road|by a bridge|in the valley|
    on the moon|city|river|garden|village|street|island|valley|waterfall|harbour|vineyard""".split("|")
)
OTHER_SKIES = tuple(
    """in the fog|in the rain|in a thunderstorm|under a rainbow|on a windy day|in spring|in autumn|in summer|
    after the rain|under a purple sky|under a green sky|in bad weather|fog|rain|storm|rainbow|autumn|spring|summer|
    mist""".split("|")
)
REPLACED = 0.5
"""Share of captions with another land, and of those with another sky."""


class PhraseByPhrase:
    """Captions, and the vectors an encoder gives to their phrases one by one."""

    def __init__(self, encoder: TextEncoder, tokenizer: Tokenizer) -> None:
        self.encoder, self.tokenizer = encoder, tokenizer
        self.known: dict[str, Tensor] = {}
        self._read({""})
        self.first, self.last = self.known[""]

    def batch(self, captions: list[list[str]]) -> tuple[Tensor, Tensor, Tensor]:
        """Token ids, wanted vectors, and which tokens count: all up to the end token."""
        self._read({piece for caption in captions for piece in caption})
        ids = torch.from_numpy(self.tokenizer.batch(["".join(caption).strip() for caption in captions]))
        wanted, counts = torch.zeros(*ids.shape, WIDTH), torch.zeros(ids.shape)
        for row, phrases in enumerate(captions):
            vectors = torch.cat([self.first[None], *(self.known[phrase][1:-1] for phrase in phrases), self.last[None]])
            wanted[row, : len(vectors)], counts[row, : len(vectors)] = vectors, 1.0
        return ids, wanted, counts

    @torch.no_grad()
    def _read(self, texts: set[str]) -> None:
        new = sorted(text for text in texts if text not in self.known)
        if new:
            rows = self.tokenizer.batch(new)
            vectors = self.encoder(torch.from_numpy(rows))[0]
            for text, found in zip(new, vectors):
                self.known[text] = found[: len(self.tokenizer.encode(text))].clone()


def sample_pieces(rng: np.random.Generator, held_out: bool) -> list[str]:
    """A caption in parts; in training often with a foreign land or sky."""
    if held_out:
        return pieces(omit(sample_scene(rng, True), rng, Omissions()), rng)
    told: Scene = sample_told(rng, False)
    if rng.random() < REPLACED:
        told = replace(told, land=str(rng.choice(OTHER_LANDS)).strip())
    if rng.random() < REPLACED:
        told = replace(told, sky=str(rng.choice(OTHER_SKIES)).strip())
    return pieces(told, rng)


def separation_loss(encoder: TextEncoder, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Mean squared difference from the vectors of the phrases alone, over the tokens that count."""
    ids, wanted, counts = batch
    wrong = encoder(ids)[0].float() - wanted
    return (wrong.square().mean(-1) * counts).sum() / counts.sum()


def load_encoder(tokenizer: Tokenizer) -> TextEncoder:
    """The text encoder of the denoiser's checkpoint where there is one, otherwise that of `train_text.py`."""
    encoder = TextEncoder(len(tokenizer))
    if saved := load("denoiser.pt"):
        prefix, state = "text_encoder.", saved["average"]
    elif saved := load("text.pt"):
        prefix, state = "0.", saved["model"]
    else:
        raise SystemExit("No text.pt in the work folder: run train_text.py first.")
    encoder.load_state_dict({key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)})
    return encoder


def keep(encoder: TextEncoder, step: int) -> None:
    """Write separate.pt, which the denoiser's training starts with."""
    save("separate.pt", {"model": encoder.state_dict(), "step": step})


def train(options: argparse.Namespace) -> None:
    device()
    tokenizer = load_tokenizer(work_folder() / "tokenizer")
    teacher = load_encoder(tokenizer)
    encoder = copy.deepcopy(teacher)
    if saved := load("separate.pt"):
        encoder.load_state_dict(saved["model"])
    phrases = PhraseByPhrase(teacher.requires_grad_(False), tokenizer)
    rng, test_rng = np.random.default_rng(1), np.random.default_rng(98)
    test = phrases.batch([sample_pieces(test_rng, True) for _ in range(300)])
    spread = test[1][test[2] > 0].var(0).mean()
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    start = time.time()
    for step in range(options.steps):
        done = max(step / options.steps, (time.time() - start) / (options.minutes * 60))
        for group in optimizer.param_groups:
            group["lr"] = cosine(round(done * 10_000), 10_000, options.rate, warm_up=200)
        batch = phrases.batch([sample_pieces(rng, False) for _ in range(options.batch)])
        with mixed_precision(torch.device("cpu")):
            loss = separation_loss(encoder, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0 or done >= 1:
            with torch.no_grad():
                left = separation_loss(encoder, test) / spread
            print(f"step {step + 1} loss {loss:.4f} difference left on held-out captions {left:.4f}", flush=True)
            keep(encoder, step + 1)
        if done >= 1:
            break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1e-3)
    train(parser.parse_args())
