"""Measure the exported upscalers on held-out drawings: `python compare_upscalers.py ../models/upscalers figures`.

Writes upscalers.json (decibels for the network, Lanczos and bicubic) and upscalers.png (small picture enlarged by
nearest neighbour, Lanczos, the network, and the drawing itself).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from draw import contact_sheet, draw
from runtime import device
from scenes import sample_scene

PICTURES = 24
FIRST_SEED = 80_000_000
SIZE = 512
DETAIL = 176
RESAMPLINGS = {"lanczos": Image.Resampling.LANCZOS, "bicubic": Image.Resampling.BICUBIC}


def decibels(first: Image.Image, second: Image.Image) -> float:
    """Peak signal-to-noise ratio."""
    error = np.mean((np.asarray(first, np.float64) - np.asarray(second, np.float64)) ** 2)
    return float(10 * np.log10(255**2 / error))


def enlarge(session: onnxruntime.InferenceSession, small: Image.Image) -> Image.Image:
    """One picture through an exported network."""
    pixels = np.asarray(small, np.float32).transpose(2, 0, 1)[None] / 255
    output = session.run(["output"], {"input": pixels})[0][0].clip(0, 1)
    return Image.fromarray((output * 255).round().astype(np.uint8).transpose(1, 2, 0))


def compare(models: Path, figures: Path) -> None:
    scores: dict[str, dict[str, float]] = {}
    details: list[Image.Image] = []
    for scale in (2, 4):
        session = onnxruntime.InferenceSession(str(models / f"postcard-x{scale}.onnx"), providers=["CPUExecutionProvider"])
        rows = []
        for seed in range(FIRST_SEED, FIRST_SEED + PICTURES):
            picture = draw(sample_scene(np.random.default_rng(seed)), seed, SIZE)
            small = picture.resize((SIZE // scale, SIZE // scale), Image.Resampling.LANCZOS)
            results = {name: small.resize(picture.size, resampling) for name, resampling in RESAMPLINGS.items()}
            results["network"] = enlarge(session, small)
            rows.append({name: decibels(result, picture) for name, result in results.items()})
            if seed - FIRST_SEED < 3:
                nearest = small.resize(picture.size, Image.Resampling.NEAREST)
                details += [_detail(card) for card in (nearest, results["lanczos"], results["network"], picture)]
        scores[f"x{scale}"] = {name: round(float(np.mean([row[name] for row in rows])), 2) for name in rows[0]}
        worst = min(row["network"] - row["lanczos"] for row in rows)
        scores[f"x{scale}"]["smallest gain over lanczos"] = round(worst, 2)
        print(f"x{scale}", scores[f"x{scale}"])
    figures.mkdir(parents=True, exist_ok=True)
    (figures / "upscalers.json").write_text(json.dumps({"pictures": PICTURES, "decibels": scores}, indent=1) + "\n")
    contact_sheet(details, 4).save(figures / "upscalers.png", optimize=True)


def _detail(card: Image.Image) -> Image.Image:
    corner = ((SIZE - DETAIL) // 2, SIZE - DETAIL - 40)
    return card.crop((*corner, corner[0] + DETAIL, corner[1] + DETAIL))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("figures", type=Path)
    options = parser.parse_args()
    device()
    compare(options.models, options.figures)
