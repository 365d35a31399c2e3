"""Score the exported model on held-out prompts: `python evaluate.py ../models/postcard figures`.

200 scenes, each with at least one combination that training never showed, are captioned with every fact said: once of the
skies and lands that postcards began with, 85 of them with a pair never shown, and once of all. The reader (reader.py)
tells what the generated pictures show. Writes results.json and contact sheets, failures included.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from captions import COMPLETE, caption
from draw import contact_sheet
from pipeline import Postcard, to_bytes
from reader import Reader, Reading, load_reader, read
from runtime import device, load
from scenes import (
    FIRST_LANDS,
    FIRST_SKIES,
    HELD_OUT_KIND_COLOUR,
    HELD_OUT_KIND_COUNT_SIDE,
    HELD_OUT_SKY_LAND,
    LANDS,
    SKIES,
    Scene,
    sample_scene,
)

PROMPTS = 200
FIRST_SEED = 90_000_000


@dataclass(frozen=True)
class Check:
    """One fact asked for: its attribute, whether the picture shows it, and whether it is part of what was held out."""

    attribute: str
    right: bool
    held_out: bool
    note: str


def checks(scene: Scene, found: dict[str, object]) -> list[Check]:
    """Every fact of a scene against what the reader found."""
    new_place = (scene.sky, scene.land) in HELD_OUT_SKY_LAND
    result = [
        Check("sky", found["sky"] == scene.sky, new_place, f"{scene.sky}: {found['sky']}"),
        Check("land", found["land"] == scene.land, new_place, f"{scene.land}: {found['land']}"),
    ]
    if scene.light != "none":
        result.append(Check("sun or moon", found["light"] == scene.light, False, f"{scene.light}: {found['light']}"))
    for group in scene.groups:
        reading = found[group.kind]
        assert isinstance(reading, Reading)
        new_colour = (group.kind, group.colour) in HELD_OUT_KIND_COLOUR
        new_count = (group.kind, group.count, group.side) in HELD_OUT_KIND_COUNT_SIDE
        there = reading.count > 0
        result.append(Check("thing", there, new_colour or new_count, f"{group.kind} missing"))
        result.append(Check("count", reading.count == group.count, new_count, f"{group.count} {group.kind}: {reading.count}"))
        if there:
            colour = f"{group.colour} {group.kind}: {reading.colour}"
            result.append(Check("colour", reading.colour == group.colour, new_colour, colour))
            result.append(Check("side", reading.side == group.side, new_count, f"{group.kind} {group.side}: {reading.side}"))
    return result


def summary(all_checks: list[Check]) -> dict[str, dict[str, float]]:
    """Share of right facts per attribute, over all and over those that are themselves part of a held-out combination."""
    result: dict[str, dict[str, float]] = {}
    for attribute in dict.fromkeys(check.attribute for check in all_checks):
        mine = [check for check in all_checks if check.attribute == attribute]
        new = [check for check in mine if check.held_out]
        result[attribute] = {"asked": len(mine), "right": _share(mine), "held_out_asked": len(new), "held_out_right": _share(new)}
    return result


@dataclass(frozen=True)
class Outcome:
    """Prompts of one set, their pictures, and every fact of each against what the reader found."""

    prompts: list[str]
    pictures: list[np.ndarray]
    results: list[list[Check]]

    def titled(self) -> list[Image.Image]:
        """Every picture above its prompt."""
        return [_titled(Image.fromarray(card), prompt, row) for card, prompt, row in zip(self.pictures, self.prompts, self.results)]

    def wrong(self) -> list[int]:
        """Which pictures do not show everything asked for."""
        return [index for index, row in enumerate(self.results) if not all(check.right for check in row)]


def evaluate(options: argparse.Namespace) -> None:
    device()
    model, reader = Postcard(options.model), load_reader()
    outcomes = {
        "first skies and lands": _outcome(options, model, reader, FIRST_SKIES, FIRST_LANDS),
        "all skies and lands": _outcome(options, model, reader, SKIES, LANDS),
    }
    options.figures.mkdir(parents=True, exist_ok=True)
    saved = load("reader.pt")
    content: dict[str, object] = {"steps": options.steps, "guidance": options.guidance, "reader": saved["accuracies"] if saved else None}
    content |= {name: _report(name, outcome) for name, outcome in outcomes.items()}
    (options.figures / "results.json").write_text(json.dumps(content, indent=1) + "\n")
    first, every = outcomes.values()
    contact_sheet(first.titled()[:12] + every.titled()[:12], 6).save(options.figures / "held-out.png")
    failures = [outcome.titled()[index] for outcome in (first, every) for index in outcome.wrong()[:9]]
    if failures:
        contact_sheet(failures, 6).save(options.figures / "failures.png")


def _outcome(
    options: argparse.Namespace, model: Postcard, reader: Reader, skies: tuple[str, ...], lands: tuple[str, ...]
) -> Outcome:
    rng = np.random.default_rng(2024)
    scenes = [sample_scene(rng, True, skies, lands) for _ in range(options.prompts)]
    prompts = [caption(scene, rng, COMPLETE) for scene in scenes]
    pictures: list[np.ndarray] = []
    found: list[dict[str, object]] = []
    for at in range(0, len(prompts), 8):
        part = prompts[at : at + 8]
        seeds = [FIRST_SEED + at + index for index in range(len(part))]
        pixels = model.generate(part, seeds, guidance=options.guidance, steps=options.steps)
        pictures += list(to_bytes(pixels))
        found += read(reader, torch.from_numpy(pixels))
    return Outcome(prompts, pictures, [checks(scene, reading) for scene, reading in zip(scenes, found)])


def _report(name: str, outcome: Outcome) -> dict[str, object]:
    scores = summary([check for row in outcome.results for check in row])
    whole = 1 - len(outcome.wrong()) / len(outcome.prompts)
    print(f"{name}: everything right in {whole:.3f} of {len(outcome.prompts)} pictures")
    for attribute, score in scores.items():
        print(f"{attribute:12} {score['right']:.3f} of {score['asked']}; held out {score['held_out_right']:.3f} of {score['held_out_asked']}")
    failures = [
        {"prompt": outcome.prompts[index], "wrong": [check.note for check in outcome.results[index] if not check.right]}
        for index in outcome.wrong()
    ]
    return {"prompts": len(outcome.prompts), "scores": scores, "everything_right": round(whole, 4), "failures": failures}


def _share(some: list[Check]) -> float:
    return round(sum(check.right for check in some) / len(some), 4) if some else float("nan")


def _titled(card: Image.Image, prompt: str, row: list[Check]) -> Image.Image:
    """The picture above its prompt, and what is wrong with it in red."""
    sheet = Image.new("RGB", (256, 312), (255, 255, 255))
    sheet.paste(card)
    pen = ImageDraw.Draw(sheet)
    words, lines = prompt.split(), [""]
    for word in words:
        if pen.textlength(f"{lines[-1]} {word}") > 250:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    pen.multiline_text((3, 258), "\n".join(lines[:3]), (30, 30, 30), spacing=1)
    wrong = "; ".join(check.note for check in row if not check.right)
    pen.text((3, 298), wrong[:48], (200, 20, 20))
    return sheet


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--prompts", type=int, default=PROMPTS)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=3.0)
    evaluate(parser.parse_args())
