"""Export what was trained: `python export.py ../models/postcard`, `--upscalers ../models/upscalers`, `--reader reader.onnx`.

The folder has the diffusers ONNX layout. Weights are stored as float16 and computed with as float32. Every file is
compared with the trained network at another batch and size than it was traced with; a difference stops the export.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from autoencoder import LATENT_CHANNELS, Decoder, Encoder
from denoiser import CHANNELS, HEAD_WIDTH, Denoiser
from diffusion import BETA_END, BETA_START, STEPS
from reader import load_reader
from runtime import load, work_folder
from text_encoder import HEADS, LAYERS, WIDTH, TextEncoder
from tokenizer import MAX_LENGTH, load_tokenizer
from train_denoiser import Model
from upscaler import Upscaler

OPSET = 17
TOLERANCE = 6e-3
"""Largest allowed difference from the trained network, relative to its largest output; float16 weights cause it."""


class TextGraph(nn.Module):
    """The text encoder with every hidden state as an output of its own."""

    def __init__(self, encoder: TextEncoder) -> None:
        super().__init__()
        self.text_model, self.end = encoder.text_model, encoder.end

    def forward(self, input_ids: Tensor) -> tuple[Tensor, ...]:
        last, pooled, states = TextEncoder.forward(self, input_ids)  # type: ignore[arg-type]
        return (last, pooled, *states)


class DenoiserGraph(nn.Module):
    """The denoiser with one timestep, a scalar, for the whole batch."""

    def __init__(self, denoiser: Denoiser) -> None:
        super().__init__()
        self.denoiser = denoiser

    def forward(self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor) -> Tensor:
        return self.denoiser(sample, timestep.reshape(1), encoder_hidden_states)


class EncoderGraph(nn.Module):
    """The encoder with the log-variance the layout wants: next to none."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, sample: Tensor) -> Tensor:
        mean = self.encoder(sample)
        return torch.cat([mean, torch.full_like(mean, -30.0)], 1)


def export_postcard(folder: Path) -> None:
    """Write the whole model folder."""
    tokenizer = load_tokenizer(work_folder() / "tokenizer")
    tokenizer.write(folder / "tokenizer")
    saved, pictures = load("denoiser.pt"), load("autoencoder.pt")
    if saved is None or pictures is None:
        raise SystemExit("denoiser.pt or autoencoder.pt is missing in the work folder: train first (see README.md).")
    model = Model(len(tokenizer))
    model.load_state_dict(saved["average"])
    autoencoder = nn.ModuleList([Encoder(), Decoder()])
    autoencoder.load_state_dict(pictures["model"])
    _export_text(folder, model.text_encoder)
    _export_denoiser(folder, model.denoiser)
    _export_autoencoder(folder, autoencoder)
    _write_settings(folder, saved["scaling_factor"], len(tokenizer))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {size / 1e6:.2f} MB, trained for {saved['step']} steps")


def export_upscalers(folder: Path) -> None:
    """Write postcard-x2.onnx and postcard-x4.onnx."""
    for scale in (2, 4):
        saved = load(f"upscaler{scale}.pt")
        if saved is None:
            raise SystemExit(f"upscaler{scale}.pt is missing in the work folder: run upscaler.py --scale {scale} first.")
        model = Upscaler(scale)
        model.load_state_dict(saved["model"])
        axes = {name: {0: "batch", 2: "height", 3: "width"} for name in ("input", "output")}
        checks = [{"input": torch.rand(1, 3, 40, 24)}, {"input": torch.rand(3, 3, 17, 32)}]
        _export(model, checks, ["output"], axes, folder / f"postcard-x{scale}.onnx")


def export_reader(path: Path) -> None:
    """Write the classifier; its output is the scores of `PARTS`, one after another."""
    model = load_reader()
    axes = {name: {0: "batch"} for name in ("pixels", "scores")}
    _export(model, [{"pixels": torch.rand(size, 3, 128, 128) * 2 - 1} for size in (2, 3)], ["scores"], axes, path)


def _export_text(folder: Path, encoder: TextEncoder) -> None:
    names = ["last_hidden_state", "pooler_output", *(f"hidden_states.{i}" for i in range(LAYERS + 1))]
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in ["input_ids", *names]}
    axes["pooler_output"] = {0: "batch_size"}

    def ids(batch: int, length: int) -> Tensor:
        rows = torch.randint(0, encoder.end, (batch, length))
        rows[:, length // 2 :] = encoder.end
        return rows

    checks = [{"input_ids": ids(2, MAX_LENGTH)}, {"input_ids": ids(3, 30)}]
    _export(TextGraph(encoder), checks, names, axes, folder / "text_encoder/model.onnx")


def _export_denoiser(folder: Path, denoiser: Denoiser) -> None:
    axes = {
        "sample": {0: "batch_size", 2: "height", 3: "width"},
        "encoder_hidden_states": {0: "batch_size", 1: "sequence_length"},
        "out_sample": {0: "batch_size", 2: "height", 3: "width"},
    }

    def inputs(batch: int, height: int, width: int, tokens: int) -> dict[str, Tensor]:
        sample, text = torch.randn(batch, LATENT_CHANNELS, height, width), torch.randn(batch, tokens, WIDTH)
        return {"sample": sample, "timestep": torch.tensor(601.0), "encoder_hidden_states": text}

    checks = [inputs(2, 32, 32, MAX_LENGTH), inputs(3, 24, 40, 2 * MAX_LENGTH)]
    _export(DenoiserGraph(denoiser), checks, ["out_sample"], axes, folder / "unet/model.onnx")


def _export_autoencoder(folder: Path, autoencoder: nn.ModuleList) -> None:
    free = {0: "batch_size", 2: "height", 3: "width"}
    pixels = [{"sample": torch.rand(2, 3, 128, 128) * 2 - 1}, {"sample": torch.rand(1, 3, 64, 192) * 2 - 1}]
    axes = {"sample": free, "latent_parameters": free}
    _export(EncoderGraph(autoencoder[0]), pixels, ["latent_parameters"], axes, folder / "vae_encoder/model.onnx")
    latents = [{"latent_sample": torch.randn(2, LATENT_CHANNELS, 16, 16)}, {"latent_sample": torch.randn(1, LATENT_CHANNELS, 8, 24)}]
    _export(autoencoder[1], latents, ["sample"], {"latent_sample": free, "sample": free}, folder / "vae_decoder/model.onnx")


def _export(module: nn.Module, checks: list[dict[str, Tensor]], outputs: list[str], axes: dict, path: Path) -> None:
    """Trace with the first inputs, halve the weights, compare on all inputs, write."""
    module.eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder) / "traced.onnx"
        torch.onnx.export(
            module,
            tuple(checks[0].values()),
            traced,
            input_names=list(checks[0]),
            output_names=outputs,
            dynamic_axes=axes,
            do_constant_folding=False,  # keeps every weight under its own name, which restore.py relies on
            opset_version=OPSET,
            dynamo=False,
        )
        model = onnx.load(traced)
    _halve_weights(model)
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, path)
    worst = max(_difference(module, path, inputs) for inputs in checks)
    if worst > TOLERANCE:
        raise SystemExit(f"{path}: differs from the trained network by {worst:.1e} of its largest output.")
    print(f"{path.parent.name}/{path.name}: {path.stat().st_size / 1e6:.2f} MB, largest relative difference {worst:.1e}")


def _halve_weights(model: onnx.ModelProto) -> None:
    """Store large float32 weights as float16 with a cast to float32, which the runtime folds away when loading."""
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < 256:
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _difference(module: nn.Module, path: Path, inputs: dict[str, Tensor]) -> float:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    results = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    with torch.no_grad():
        expected = module(*inputs.values())
    pairs = zip(expected if isinstance(expected, tuple) else (expected,), results)
    return max(float(np.abs(ours.numpy() - theirs).max() / np.abs(theirs).max()) for ours, theirs in pairs)


def _write_settings(folder: Path, scaling_factor: float, vocabulary: int) -> None:
    version = {"_diffusers_version": "0.30.0"}
    library, texts = "diffusers", "transformers"
    _json(folder / "model_index.json", {
        "_class_name": "StableDiffusionPipeline", **version, "feature_extractor": [None, None],
        "requires_safety_checker": False, "safety_checker": [None, None],
        "scheduler": [library, "EulerDiscreteScheduler"], "text_encoder": [texts, "CLIPTextModel"],
        "tokenizer": [texts, "CLIPTokenizer"], "unet": [library, "UNet2DConditionModel"], "vae": [library, "AutoencoderKL"],
    })
    _json(folder / "generation.json", {"steps": 20, "cfgScale": 3})
    _json(folder / "scheduler/scheduler_config.json", {
        "_class_name": "EulerDiscreteScheduler", **version, "beta_start": BETA_START, "beta_end": BETA_END,
        "beta_schedule": "scaled_linear", "num_train_timesteps": STEPS, "prediction_type": "v_prediction",
        "timestep_spacing": "trailing", "steps_offset": 1, "interpolation_type": "linear",
        "use_karras_sigmas": False, "trained_betas": None, "clip_sample": False, "set_alpha_to_one": False,
    })
    _json(folder / "text_encoder/config.json", {
        "architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "vocab_size": vocabulary, "hidden_size": WIDTH,
        "intermediate_size": 4 * WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "hidden_act": "quick_gelu",
        "max_position_embeddings": MAX_LENGTH, "bos_token_id": vocabulary - 2, "eos_token_id": vocabulary - 1,
        "pad_token_id": vocabulary - 1, "layer_norm_eps": 1e-5,
    })
    _json(folder / "unet/config.json", {
        "_class_name": "UNet2DConditionModel", **version, "sample_size": 32, "in_channels": LATENT_CHANNELS,
        "out_channels": LATENT_CHANNELS, "block_out_channels": list(CHANNELS), "cross_attention_dim": WIDTH,
        "attention_head_dim": [max(1, width // HEAD_WIDTH) for width in CHANNELS], "time_cond_proj_dim": None, "addition_embed_type": None,
    })
    for part in ("vae_encoder", "vae_decoder"):
        _json(folder / part / "config.json", {
            "_class_name": "AutoencoderKL", **version, "in_channels": 3, "out_channels": 3, "latent_channels": LATENT_CHANNELS,
            "block_out_channels": [28, 56, 96, 96], "sample_size": 256, "scaling_factor": round(scaling_factor, 6),
        })


def _json(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--upscalers", type=Path)
    parser.add_argument("--reader", type=Path)
    options = parser.parse_args()
    torch.manual_seed(0)
    if options.folder:
        export_postcard(options.folder)
    if options.upscalers:
        export_upscalers(options.upscalers)
    if options.reader:
        export_reader(options.reader)
