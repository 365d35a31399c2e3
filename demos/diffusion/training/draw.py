"""Draw a postcard: `python draw.py sheet.png` makes a contact sheet of random ones."""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image

from canvas import Canvas
from lands import HORIZON, draw_lake, draw_land, draw_reflection, draw_shore
from scenes import Group, Scene, sample_scene
from skies import draw_light, draw_sky
from things import HEIGHT, draw_thing

SIZE = 256
_CENTRE = {"left": 0.25, "middle": 0.5, "right": 0.75}
_SCALE = {1: 1.0, 2: 0.7, 3: 0.54}
_SPACING = {1: 0.0, 2: 0.22, 3: 0.172}


def draw(scene: Scene, seed: int, size: int = SIZE) -> Image.Image:
    """The postcard of a scene. The seed decides everything the scene leaves open; same seed, same picture."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size)
    horizon = HORIZON[scene.land] + float(rng.uniform(-0.025, 0.025))
    draw_sky(canvas, scene.sky, horizon, rng)
    light = (_light_x(scene, rng), _light_y(scene, rng))
    draw_light(canvas, scene.light, scene.sky, light)
    draw_land(canvas, scene.land, scene.sky, horizon, rng)
    _draw_waterside(canvas, scene, light[0], horizon, rng)
    for group in sorted(scene.groups, key=lambda group: group.kind == "balloon"):
        _draw_group(canvas, group, scene, len(scene.groups), rng)
    return canvas.finish()


def _light_x(scene: Scene, rng: np.random.Generator) -> float:
    taken = {group.side for group in scene.groups}
    free = [x for side, x in _CENTRE.items() if side not in taken]
    return free[int(rng.integers(len(free)))] + float(rng.uniform(-0.06, 0.06))


def _light_y(scene: Scene, rng: np.random.Generator) -> float:
    low = scene.sky in ("sunset", "dawn") and scene.land not in ("mountains",)
    return float(rng.uniform(0.3, 0.42) if low else rng.uniform(0.13, 0.24))


def _draw_waterside(canvas: Canvas, scene: Scene, light_x: float, horizon: float, rng: np.random.Generator) -> None:
    kinds = {group.kind for group in scene.groups}
    if scene.land == "sea":
        if scene.light != "none":
            draw_reflection(canvas, scene.light, light_x, horizon, rng)
        if kinds & {"house", "tree", "lighthouse"}:
            draw_shore(canvas, scene.sky, rng)
    elif "boat" in kinds:
        draw_lake(canvas, scene.sky, 0.76, rng)


def _draw_group(canvas: Canvas, group: Group, scene: Scene, groups: int, rng: np.random.Generator) -> None:
    scale = _SCALE[group.count] * (0.9 if groups > 1 else 1.0) * float(rng.uniform(0.92, 1.08))
    centre = _CENTRE[group.side] + float(rng.uniform(-0.03, 0.03))
    base = _foot(group.kind, scene, rng)
    for index in range(group.count):
        x = centre + (index - (group.count - 1) / 2) * _SPACING[group.count]
        y = base + float(rng.uniform(-0.012, 0.012)) * (3 if group.kind == "balloon" else 1)
        draw_thing(canvas, group.kind, group.colour, scene.sky, (x, y), HEIGHT[group.kind] * scale)


def _foot(kind: str, scene: Scene, rng: np.random.Generator) -> float:
    if kind == "balloon":
        return float(rng.uniform(0.46, 0.52))
    if kind == "boat":
        shared = scene.land == "sea" and len(scene.groups) > 1
        return float(rng.uniform(0.7, 0.74) if shared else rng.uniform(0.84, 0.9))
    lakeside = scene.land != "sea" and any(group.kind == "boat" for group in scene.groups)
    return float(rng.uniform(0.72, 0.74) if lakeside else rng.uniform(0.85, 0.9))


def contact_sheet(pictures: list[Image.Image], columns: int) -> Image.Image:
    """Pictures of one size in rows, with a thin gap between them."""
    width, height, gap = pictures[0].width, pictures[0].height, 4
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) - gap, rows * (height + gap) - gap), (255, 255, 255))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % columns * (width + gap), index // columns * (height + gap)))
    return sheet


if __name__ == "__main__":
    generator = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    contact_sheet([draw(sample_scene(generator), seed) for seed in range(24)], 6).save(sys.argv[1])
