"""Draw postcards and encode them once: `python make_latents.py --pictures 60000`. Training then reads only latents."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch

from autoencoder import Encoder
from runtime import device, load, mixed_precision, save, work_folder
from train_autoencoder import render, to_pixels

FIRST_SEED = 1_000_000
CHUNK = 64


def encode(encoder: Encoder, pictures: np.ndarray) -> torch.Tensor:
    """Latents, not scaled, in half precision."""
    place = next(encoder.parameters()).device
    with torch.no_grad(), mixed_precision(place):
        pixels = to_pixels(pictures).to(place).contiguous(memory_format=torch.channels_last)
        return encoder(pixels).half().cpu().contiguous()


def load_encoder() -> Encoder:
    """The trained encoder."""
    saved = load("autoencoder.pt")
    if saved is None:
        raise SystemExit("No autoencoder.pt in the work folder: run train_autoencoder.py first.")
    encoder = Encoder()
    encoder.load_state_dict({key[2:]: value for key, value in saved["model"].items() if key.startswith("0.")})
    return encoder.eval().to(memory_format=torch.channels_last)


def make(options: argparse.Namespace) -> None:
    encoder = load_encoder().to(device())
    latents = torch.empty(options.pictures, 4, 32, 32, dtype=torch.float16)
    jobs = [(FIRST_SEED + at, min(CHUNK, options.pictures - at)) for at in range(0, options.pictures, CHUNK)]
    start = time.time()
    with ProcessPoolExecutor(options.workers) as pool:
        for index, pictures in enumerate(pool.map(render, jobs, chunksize=1)):
            latents[index * CHUNK : index * CHUNK + len(pictures)] = encode(encoder, pictures)
            if index % 100 == 99:
                print(f"{(index + 1) * CHUNK} pictures, {(index + 1) * CHUNK / (time.time() - start):.0f}/s", flush=True)
    scale = 1 / latents.float().std().item()
    means = latents.float().mean((0, 2, 3)) * scale
    print(f"scaling factor {scale:.4f}, scaled means {means.tolist()}")
    save("latents.pt", {"latents": latents, "first_seed": FIRST_SEED, "scaling_factor": scale})
    print(f"wrote {work_folder() / 'latents.pt'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=60_000)
    parser.add_argument("--workers", type=int, default=2)
    make(parser.parse_args())
