"""Go on training from exported files: `python restore.py ../models/postcard --upscalers ../models/upscalers`.

`--reader reader.onnx` restores the classifier too.

Writes the checkpoints that the training scripts resume from, with weights read back from the ONNX files. The clock of the
denoiser's learning-rate schedule starts at zero again; use a lower `--rate` than for a fresh start.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from autoencoder import Decoder, Encoder
from reader import Reader
from runtime import save, work_folder
from tokenizer import load_tokenizer
from train_autoencoder import new_optimizer as autoencoder_optimizer
from train_denoiser import Model, new_optimizer
from upscaler import Upscaler


def weights(path: Path, prefix: str = "") -> dict[str, Tensor]:
    """The weights in an exported file by their names, of which a prefix is taken away."""
    found = {}
    for weight in onnx.load(path).graph.initializer:
        name = weight.name.removesuffix(".half")
        if name.startswith(prefix):
            found[name.removeprefix(prefix)] = torch.from_numpy(numpy_helper.to_array(weight).copy()).float()
    return found


def restore_postcard(folder: Path) -> None:
    """Write tokenizer, denoiser.pt and autoencoder.pt."""
    tokenizer = load_tokenizer(folder / "tokenizer")
    tokenizer.write(work_folder() / "tokenizer")
    model = Model(len(tokenizer))
    model.text_encoder.load_state_dict(weights(folder / "text_encoder/model.onnx"))
    model.denoiser.load_state_dict(weights(folder / "unet/model.onnx", "denoiser."))
    scale = json.loads((folder / "vae_decoder/config.json").read_text())["scaling_factor"]
    content = {"model": model.state_dict(), "average": model.state_dict(), "step": 0, "seconds": 0.0}
    save("denoiser.pt", {**content, "scaling_factor": scale, "optimizer": new_optimizer(model, 1e-3).state_dict()})
    both = nn.ModuleList([Encoder(), Decoder()])
    both[0].load_state_dict(weights(folder / "vae_encoder/model.onnx", "encoder."))
    both[1].load_state_dict(weights(folder / "vae_decoder/model.onnx"))
    save("autoencoder.pt", {"model": both.state_dict(), "optimizer": autoencoder_optimizer(both).state_dict(), "step": 0})


def restore_upscalers(folder: Path) -> None:
    """Write upscaler2.pt and upscaler4.pt."""
    for scale in (2, 4):
        model = Upscaler(scale)
        model.load_state_dict(weights(folder / f"postcard-x{scale}.onnx"))
        save(f"upscaler{scale}.pt", {"model": model.state_dict(), "scale": scale})


def restore_reader(path: Path) -> None:
    """Write reader.pt."""
    model = Reader()
    # Counts of batches are no weights, and are not exported.
    state = {key: value for key, value in model.state_dict().items() if key.endswith("num_batches_tracked")}
    model.load_state_dict({**state, **weights(path)})
    save("reader.pt", {"model": model.state_dict(), "accuracies": {}})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--upscalers", type=Path)
    parser.add_argument("--reader", type=Path)
    options = parser.parse_args()
    restore_postcard(options.folder)
    if options.upscalers:
        restore_upscalers(options.upscalers)
    if options.reader:
        restore_reader(options.reader)
