"""Landscapes and their water."""

from __future__ import annotations

import numpy as np

from canvas import Canvas, Colour, Point, mix
from palette import SKY_STOPS, ground_tint, haze
from scenes import DARK_SKIES

HORIZON = {"mountains": 0.62, "hills": 0.6, "sea": 0.56, "desert": 0.6, "snow": 0.58, "forest": 0.6, "lavender": 0.57, "canyon": 0.62}
"""Where the land begins, as a share of the picture's height from above."""


def draw_land(canvas: Canvas, land: str, sky: str, horizon: float, rng: np.random.Generator) -> None:
    """The landscape below the horizon."""
    painters = {
        "mountains": _mountains, "hills": _hills, "sea": _sea, "desert": _desert,
        "snow": _snow, "forest": _forest, "lavender": _lavender, "canyon": _canyon,
    }
    painters[land](canvas, sky, horizon, rng)


def draw_lake(canvas: Canvas, sky: str, top: float, rng: np.random.Generator) -> None:
    """Water along the lower edge, for boats on land."""
    shore = _wave(rng, top, 0.008, 1.5)
    water = ground_tint((58, 128, 176), sky)
    canvas.shaded_ground([(x, y - 0.012) for x, y in shore], (ground_tint((206, 190, 140), sky),) * 2, (top - 0.05, 1))
    canvas.shaded_ground(shore, (mix(water, SKY_STOPS[sky][-1][1], 0.35), water), (top - 0.04, 1.0))
    _ripples(canvas, mix(water, (255, 255, 255), 0.3), top + 0.03, rng)


def draw_shore(canvas: Canvas, sky: str, rng: np.random.Generator) -> None:
    """A strip of beach along the lower edge of the sea, for things that stand on the ground."""
    edge = _wave(rng, 0.79, 0.012, 1.2)
    canvas.shaded_ground([(x, y - 0.012) for x, y in edge], (ground_tint((236, 244, 244), sky),) * 2, (0.7, 1.0))
    sand = ground_tint((232, 208, 150), sky)
    canvas.shaded_ground(edge, (sand, mix(sand, (90, 60, 30), 0.22)), (0.74, 1.0))


def draw_reflection(canvas: Canvas, light: str, x: float, horizon: float, rng: np.random.Generator) -> None:
    """The broken path of light on the sea under the sun or the moon."""
    colour: Colour = (255, 232, 168) if light == "sun" else (214, 222, 246)
    for y in np.linspace(horizon + 0.012, 0.78, 13):
        half = 0.018 + (y - horizon) * 0.24 * rng.uniform(0.5, 1.0)
        offset = rng.uniform(-0.012, 0.012)
        canvas.ellipse((x + offset, float(y)), (half, 0.0045), colour, 130)


def _mountains(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    rock: Colour = (98, 104, 132)
    for base, tall, share in ((horizon, 0.2, 0.5), (horizon + 0.04, 0.27, 0.12)):
        count = 4 if share > 0.3 else 3
        shift = rng.uniform(-0.12, 0.12)
        for index in rng.permutation(count):
            x = (index + 0.5) / count + shift + rng.uniform(-0.05, 0.05)
            _peak(canvas, (float(x), base - tall * rng.uniform(0.75, 1.1)), base + 0.05, haze(rock, sky, share), sky)
    meadow = ground_tint((84, 134, 84), sky)
    canvas.shaded_ground(_wave(rng, horizon + 0.05, 0.012, 1.0), (haze((84, 134, 84), sky, 0.2), mix(meadow, (16, 40, 30), 0.35)), (horizon, 1.0))
    for _ in range(14):
        x, y = rng.uniform(0, 1), horizon + rng.uniform(0.05, 0.09)
        _pine(canvas, (float(x), float(y)), 0.05, ground_tint((40, 84, 66), sky))


def _peak(canvas: Canvas, top: Point, base: float, rock: Colour, sky: str) -> None:
    x, y = top
    half = (base - y) * 0.85
    lit, dark = mix(rock, (255, 255, 255), 0.12), mix(rock, (10, 14, 40), 0.28)
    canvas.polygon([(x, y), (x + half, base), (x - half, base)], lit)
    canvas.polygon([(x, y), (x + half, base), (x + half * 0.12, base), (x + half * 0.1, y + (base - y) * 0.5)], dark)
    snow = ground_tint((250, 250, 255), sky)
    drop, side = (base - y) * 0.3, half * 0.3
    canvas.polygon(
        [(x, y), (x + side, y + drop), (x + side * 0.45, y + drop * 0.8), (x, y + drop * 1.1), (x - side * 0.5, y + drop * 0.75), (x - side, y + drop)],
        snow,
    )
    canvas.polygon([(x, y), (x + side, y + drop), (x + side * 0.45, y + drop * 0.8), (x + side * 0.12, y + drop)], mix(snow, rock, 0.3))


def _pine(canvas: Canvas, foot: Point, height: float, colour: Colour) -> None:
    x, y = foot
    for level in range(3):
        top, half = y - height * (1 - 0.22 * level), height * (0.16 + 0.07 * level)
        canvas.polygon([(x, top), (x + half, top + height * 0.42), (x - half, top + height * 0.42)], colour)


def _hills(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    layers = ((0.0, 0.035, 1.4, (132, 176, 112), 0.45), (0.07, 0.035, 1.0, (112, 172, 84), 0.15), (0.15, 0.03, 0.7, (92, 158, 66), 0.0))
    for drop, height, cycles, colour, share in layers:
        tone = haze(colour, sky, share)
        canvas.shaded_ground(
            _wave(rng, horizon + drop - 0.02, height, cycles), (mix(tone, (255, 244, 170), 0.18), mix(tone, (10, 50, 30), 0.3)), (horizon + drop - 0.1, 1.0)
        )


def _sea(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    deep = ground_tint((26, 104, 168), sky)
    canvas.gradient([(0.0, mix(deep, SKY_STOPS[sky][-1][1], 0.42)), (0.5, deep), (1.0, mix(deep, (4, 20, 60), 0.3))], (horizon, 1.0))
    _ripples(canvas, mix(deep, (255, 255, 255), 0.28), horizon + 0.03, rng)


def _ripples(canvas: Canvas, colour: Colour, top: float, rng: np.random.Generator) -> None:
    for _ in range(22):
        depth = rng.random()
        half = 0.02 + 0.05 * depth
        canvas.ellipse((rng.uniform(0, 1), float(top + (0.99 - top) * depth)), (half, 0.0022 + 0.002 * depth), colour, 150)


def _desert(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    for drop, share in ((0.0, 0.3), (0.09, 0.1), (0.2, 0.0)):
        sand = haze((232, 178, 104), sky, share)
        ridge = _wave(rng, horizon + drop, 0.03, rng.uniform(0.6, 1.1))
        canvas.shaded_ground(ridge, (mix(sand, (255, 240, 190), 0.25), mix(sand, (120, 60, 30), 0.25)), (horizon + drop - 0.08, 1.0))
        lines = mix(sand, (130, 70, 40), 0.22)
        for _ in range(4):
            start, below = int(rng.integers(0, 34)), rng.uniform(0.025, 0.08)
            canvas.line([(x, y + below) for x, y in ridge[start : start + 12]], lines, 0.004)


def _snow(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    for drop, share in ((0.0, 0.35), (0.08, 0.12), (0.18, 0.0)):
        tone = haze((240, 244, 252), sky, share)
        canvas.shaded_ground(
            _wave(rng, horizon + drop, 0.018, rng.uniform(0.7, 1.2)), (mix(tone, (255, 255, 255), 0.35), mix(tone, (120, 150, 200), 0.28)), (horizon + drop - 0.05, 1.0)
        )
        if drop == 0.0:
            for _ in range(9):
                foot = (float(rng.uniform(0, 1)), float(horizon + rng.uniform(0.035, 0.06)))
                _pine(canvas, foot, 0.085, ground_tint((70, 110, 112), sky))
                _pine(canvas, (foot[0], foot[1] - 0.028), 0.05, ground_tint((236, 242, 250), sky))
    if sky not in DARK_SKIES:
        for x, y in zip(rng.random(28), rng.random(28)):
            canvas.ellipse((x, y), (0.004, 0.004), (250, 252, 255), 210)


def _forest(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    moss: Colour = (74, 104, 62)
    floor = ground_tint(moss, sky)
    canvas.shaded_ground(_wave(rng, horizon + 0.04, 0.01, 1.0), (haze(moss, sky, 0.15), mix(floor, (14, 26, 14), 0.4)), (horizon, 1.0))
    for drop, tall, count, share in ((0.04, 0.22, 13, 0.3), (0.075, 0.17, 17, 0.05)):
        for x in np.linspace(0, 1, count) + rng.uniform(-0.02, 0.02, count):
            foot = (float(x), float(horizon + drop + rng.uniform(-0.01, 0.01)))
            _pine(canvas, foot, tall * float(rng.uniform(0.75, 1.1)), haze((34, 82, 58), sky, share))


def _lavender(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    bloom: Colour = (148, 108, 198)
    tone, furrow = ground_tint(bloom, sky), ground_tint((98, 116, 74), sky)
    canvas.shaded_ground(_wave(rng, horizon, 0.012, 1.0), (haze((112, 150, 96), sky, 0.25), furrow), (horizon - 0.05, 1.0))
    start, vanishing = horizon + 0.035, 0.5 + float(rng.uniform(-0.2, 0.2))
    for row in range(-7, 8):
        far, near = vanishing + row * 0.075, vanishing + row * 0.26
        shade = mix(tone, (255, 255, 255), 0.12) if row % 2 == 0 else tone
        canvas.polygon([(far - 0.028, start), (far + 0.028, start), (near + 0.1, 1.01), (near - 0.1, 1.01)], shade)


def _canyon(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    rock: Colour = (186, 88, 62)
    for base, tall, share, count in ((horizon, 0.15, 0.45, 3), (horizon + 0.04, 0.2, 0.1, 2)):
        shift = rng.uniform(-0.15, 0.15)
        for index in range(count):
            x = (index + 0.5) / count + shift + rng.uniform(-0.06, 0.06)
            _table_mountain(canvas, (float(x), base + 0.05), tall * float(rng.uniform(0.75, 1.1)), haze(rock, sky, share))
    ground = ground_tint(rock, sky)
    canvas.shaded_ground(_wave(rng, horizon + 0.04, 0.012, 1.1), (mix(haze(rock, sky, 0.15), (255, 210, 170), 0.2), mix(ground, (70, 30, 26), 0.4)), (horizon, 1.0))


def _table_mountain(canvas: Canvas, foot: Point, height: float, rock: Colour) -> None:
    x, y = foot
    top, shoulder, base = height * 0.5, height * 0.6, height * 0.95
    canvas.polygon([(x - shoulder, y - height * 0.45), (x + shoulder, y - height * 0.45), (x + base, y), (x - base, y)], mix(rock, (60, 24, 24), 0.18))
    canvas.polygon([(x - top, y - height), (x + top, y - height), (x + shoulder, y - height * 0.42), (x - shoulder, y - height * 0.42)], rock)
    canvas.polygon([(x + top * 0.35, y - height), (x + top, y - height), (x + shoulder, y - height * 0.42), (x + shoulder * 0.4, y - height * 0.42)], mix(rock, (60, 24, 24), 0.3))
    canvas.polygon([(x - top, y - height), (x + top, y - height), (x + top * 1.04, y - height * 0.93), (x - top * 1.04, y - height * 0.93)], mix(rock, (255, 220, 180), 0.3))


def _wave(rng: np.random.Generator, level: float, height: float, cycles: float) -> list[Point]:
    xs = np.linspace(-0.01, 1.01, 48)
    first, second = rng.uniform(0, 2 * np.pi, 2)
    ys = np.sin(xs * 2 * np.pi * cycles + first) + 0.4 * np.sin(xs * 2 * np.pi * cycles * 2.3 + second)
    return [(float(x), float(level + height * y)) for x, y in zip(xs, ys)]
