"""A contact sheet of the newest checkpoint, while training goes on: `python samples.py sheet.png "a red house" ...`."""

from __future__ import annotations

import sys

import torch
from PIL import Image
from torch import nn

from autoencoder import Decoder, Encoder
from diffusion import generate
from draw import contact_sheet
from pipeline import to_bytes
from runtime import device, load, mixed_precision, work_folder
from tokenizer import load_tokenizer
from train_denoiser import Model

PROMPTS = (
    "a red house in the mountains by day with the sun",
    "two blue boats on the left, sea, sunset, sun",
    "three yellow balloons over the desert by day",
    "a white lighthouse on the right by the sea on a starry night with the moon",
    "a green tree in the middle, hills, day",
    "a pink tree on the left and a blue house on the right in the snow at night",
    "a pink lighthouse at the sea at sunset",
    "two green houses in the hills at night with the moon",
    "three red boats in the middle, sea, starry sky",
    "a yellow balloon on the left in the mountains at sunset with the sun",
    "desert under a starry sky",
    "three white houses on the right in the snow by day",
)


def sheet(prompts: list[str], guidance: float = 3.0) -> Image.Image:
    """One picture per prompt, from fixed noise."""
    place = device()
    tokenizer = load_tokenizer(work_folder() / "tokenizer")
    saved, pictures = load("denoiser.pt"), load("autoencoder.pt")
    if saved is None or pictures is None:
        raise SystemExit("denoiser.pt or autoencoder.pt is missing in the work folder: train first (see README.md).")
    model, autoencoder = Model(len(tokenizer)).eval().to(place), nn.ModuleList([Encoder(), Decoder()]).to(place)
    model.load_state_dict(saved["average"])
    autoencoder.load_state_dict(pictures["model"])
    noise = torch.randn(len(prompts), 4, 32, 32, generator=torch.Generator().manual_seed(1)).to(place)
    with torch.no_grad(), mixed_precision(place):
        ids = torch.from_numpy(tokenizer.batch([*prompts, ""])).to(place)
        text = model.text(ids)
        latents = generate(model.denoiser, text[:-1], text[-1:], noise, guidance=guidance)
        pixels = autoencoder[1](latents / saved["scaling_factor"]).float().clamp(-1, 1)
    print(f"step {saved['step']}")
    return contact_sheet([Image.fromarray(picture) for picture in to_bytes(pixels.cpu().numpy())], 6)


if __name__ == "__main__":
    sheet(sys.argv[2:] or list(PROMPTS)).save(sys.argv[1])
