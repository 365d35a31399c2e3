"""Generate pictures from the exported folder with onnxruntime: what evaluation and contact sheets use."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime

from tokenizer import MAX_LENGTH, load_tokenizer

Array = np.ndarray


class Postcard:
    """The exported model, driven by deterministic Euler steps with classifier-free guidance."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a busy machine has no core to wait on
        self.sessions = {
            part: onnxruntime.InferenceSession(str(folder / part / "model.onnx"), settings, providers=["CPUExecutionProvider"])
            for part in ("text_encoder", "unet", "vae_encoder", "vae_decoder")
        }
        self.tokenizer = load_tokenizer(folder / "tokenizer")
        self.scale = json.loads((folder / "vae_decoder/config.json").read_text())["scaling_factor"]
        schedule = json.loads((folder / "scheduler/scheduler_config.json").read_text())
        roots = np.linspace(schedule["beta_start"] ** 0.5, schedule["beta_end"] ** 0.5, schedule["num_train_timesteps"])
        self.levels = np.cumprod(1 - roots**2)

    def text(self, prompts: list[str]) -> Array:
        """Hidden states [n, 77, width]."""
        ids = self.tokenizer.batch(prompts, MAX_LENGTH)
        return self.sessions["text_encoder"].run(["last_hidden_state"], {"input_ids": ids})[0]

    def latents(self, prompts: list[str], noise: Array, steps: int = 20, guidance: float = 3.0, negative: str = "") -> Array:
        """Scaled latents for prompts, starting from standard normal noise [n, 4, h, w]."""
        text = np.concatenate([self.text(prompts), self.text([negative] * len(prompts))])
        times = np.arange(len(self.levels), 0, -len(self.levels) / steps).round().astype(int) - 1
        sample = noise.astype(np.float32)
        for index, time in enumerate(times):
            feeds = {"sample": np.concatenate([sample, sample]), "timestep": np.array(time, np.float32), "encoder_hidden_states": text}
            wanted, free = np.split(self.sessions["unet"].run(["out_sample"], feeds)[0], 2)
            velocity = free + guidance * (wanted - free)
            level = self.levels[time]
            following = self.levels[times[index + 1]] if index + 1 < len(times) else 1.0
            clean = level**0.5 * sample - (1 - level) ** 0.5 * velocity
            epsilon = level**0.5 * velocity + (1 - level) ** 0.5 * sample
            sample = (following**0.5 * clean + (1 - following) ** 0.5 * epsilon).astype(np.float32)
        return sample

    def decode(self, latents: Array) -> Array:
        """Pixels [n, 3, 8 h, 8 w] in -1..1 from scaled latents."""
        feeds = {"latent_sample": (latents / self.scale).astype(np.float32)}
        return self.sessions["vae_decoder"].run(["sample"], feeds)[0].clip(-1, 1)

    def generate(self, prompts: list[str], seeds: list[int], **options: object) -> Array:
        """Pixels for prompts; each picture's noise depends on its own seed alone."""
        noise = np.stack([np.random.default_rng(seed).standard_normal((4, 32, 32)) for seed in seeds])
        return self.decode(self.latents(prompts, noise, **options))  # type: ignore[arg-type]


def to_bytes(pixels: Array) -> Array:
    """uint8 [n, h, w, 3] from pixels [n, 3, h, w] in -1..1."""
    return ((pixels + 1) * 127.5).round().astype(np.uint8).transpose(0, 2, 3, 1)
