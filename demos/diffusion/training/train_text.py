"""Teach the text encoder what belongs to what, before pictures: `python train_text.py --minutes 4`.

Readings of colour, count and side are taken from the token of each noun, those of sky, land and light from the end
token. The readings are thrown away afterwards; what stays is an encoder whose vectors hold the attributes apart, so that
the denoiser does not have to discover them. Many other nouns and colours take part: with five kinds and six colours alone
the encoder would learn the pairs by heart and fail on the pairs that training holds back.
"""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from captions import NOUNS, Omissions, omit, phrase
from runtime import cosine, device, load, mixed_precision, save, work_folder
from scenes import COLOURS, KINDS, LANDS, LIGHTS, SIDES, SKIES, Scene, sample_scene
from text_encoder import WIDTH, TextEncoder
from tokenizer import Tokenizer, load_tokenizer, train_tokenizer

OTHER_NOUNS = tuple(
    """castle cow horse dog cat bird car train bus plane tent bench windmill barn church fence flower bush rock chair
    table lamp kite truck bike fountain statue temple palace hut rabbit duck swan deer bear robot rocket wagon canoe raft
    whale umbrella ball box clock flag cactus snowman door window mushroom pumpkin bucket basket ladder""".split()
)
OTHER_COLOURS = tuple(
    "orange purple black grey brown violet silver turquoise beige lime navy maroon teal magenta ivory amber".split()
)
ALL_COLOURS = COLOURS + OTHER_COLOURS
ALL_NOUNS = KINDS + OTHER_NOUNS
PLACE_CLASSES = (len(SKIES) + 1, len(LANDS) + 1, len(LIGHTS))
THING_CLASSES = (len(ALL_NOUNS), 4, len(ALL_COLOURS) + 1, len(SIDES) + 1)
REPLACED = 0.6
"""Share of things that get another noun, and of those that get another colour."""


class Readings(nn.Module):
    """Class scores: place facts from the end token, thing facts from noun tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Linear(WIDTH, sum(PLACE_CLASSES))
        self.things = nn.Linear(WIDTH, sum(THING_CLASSES))


class Batch:
    """Captions as ids, what they say of the place, and for each noun its row, token and classes."""

    def __init__(self, tokenizer: Tokenizer, told: list[Scene], rng: np.random.Generator) -> None:
        texts = [phrase(scene, rng) for scene in told]
        self.ids = torch.from_numpy(tokenizer.batch(texts))
        self.places = torch.tensor([_place_classes(scene) for scene in told])
        nouns = [
            (row, _noun_token(tokenizer, text, group.kind), *_thing_classes(group.kind, group.count, group.colour, group.side))
            for row, (text, scene) in enumerate(zip(texts, told))
            for group in scene.groups
        ]
        table = torch.tensor(nouns)
        self.rows, self.tokens, self.things = table[:, 0], table[:, 1], table[:, 2:]


def sample_told(rng: np.random.Generator, held_out: bool) -> Scene:
    """What a caption shall say; in training with foreign nouns and colours mixed in."""
    told = omit(sample_scene(rng, held_out), rng, Omissions())
    if held_out:
        return told
    groups = []
    for group in told.groups:
        if rng.random() < REPLACED:
            group = replace(group, kind=str(rng.choice(OTHER_NOUNS)))
        if group.colour and rng.random() < REPLACED:
            colours = OTHER_COLOURS if group.kind in KINDS else ALL_COLOURS
            group = replace(group, colour=str(rng.choice(colours)))
        groups.append(group)
    return replace(told, groups=tuple(groups))


def readings_loss(encoder: TextEncoder, readings: Readings, batch: Batch) -> tuple[Tensor, Tensor]:
    """Summed cross entropy and the share of right readings: sky, land, light, kind, count, colour, side."""
    last, pooled, _ = encoder(batch.ids)
    parts = [*readings.places(pooled).float().split(PLACE_CLASSES, 1)]
    parts += readings.things(last[batch.rows, batch.tokens]).float().split(THING_CLASSES, 1)
    wanted = [*batch.places.T, *batch.things.T]
    losses = [functional.cross_entropy(part, target) for part, target in zip(parts, wanted)]
    right = [(part.argmax(1) == target).float().mean() for part, target in zip(parts, wanted)]
    return torch.stack(losses).sum(), torch.stack(right)


def train(options: argparse.Namespace) -> None:
    device()
    folder = work_folder() / "tokenizer"
    if not (folder / "merges.txt").exists():
        train_tokenizer().write(folder)
    tokenizer = load_tokenizer(folder)
    encoder, readings = TextEncoder(len(tokenizer)), Readings()
    both = nn.ModuleList([encoder, readings])
    if saved := load("text.pt"):
        both.load_state_dict(saved["model"])
    optimizer = torch.optim.AdamW(both.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    rng, test_rng = np.random.default_rng(options.seed), np.random.default_rng(99)
    test = Batch(tokenizer, [sample_told(test_rng, True) for _ in range(300)], test_rng)
    start = time.time()
    for step in range(options.steps):
        if time.time() - start > options.minutes * 60:
            break
        for group in optimizer.param_groups:
            group["lr"] = cosine(step, options.steps, options.rate)
        batch = Batch(tokenizer, [sample_told(rng, False) for _ in range(options.batch)], rng)
        with mixed_precision(torch.device("cpu")):
            loss, _ = readings_loss(encoder, readings, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            with torch.no_grad():
                _, right = readings_loss(encoder, readings, test)
            shares = " ".join(f"{share:.3f}" for share in right.tolist())
            print(f"step {step + 1} loss {loss:.4f} held-out right {shares}", flush=True)
            save("text.pt", {"model": both.state_dict(), "step": step + 1})


def _place_classes(told: Scene) -> list[int]:
    light = LIGHTS.index(told.light) if told.light else 0
    return [_class(SKIES, told.sky), _class(LANDS, told.land), light]


def _thing_classes(kind: str, count: int, colour: str, side: str) -> tuple[int, int, int, int]:
    return (ALL_NOUNS.index(kind), count, _class(ALL_COLOURS, colour), _class(SIDES, side))


def _class(names: tuple[str, ...], name: str) -> int:
    return names.index(name) + 1 if name else 0


def _noun_token(tokenizer: Tokenizer, text: str, kind: str) -> int:
    """The index of the noun's last token."""
    forms = NOUNS.get(kind, ((kind, kind + "s"),))
    pattern = "|".join(re.escape(form) for pair in forms for form in sorted(pair, reverse=True))
    found = re.search(rf"\b(?:{pattern})\b", text)
    assert found is not None, (text, kind)
    return len(tokenizer.encode(text[: found.end()])) - 2


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())
