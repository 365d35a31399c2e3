"""Sky, sun, moon, clouds and the five landscapes."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from canvas import Canvas, Colour, Point, mix
from palette import SKY_STOPS, ground_tint, haze

HORIZON = {"mountains": 0.62, "hills": 0.6, "sea": 0.56, "desert": 0.6, "snow": 0.58}


def draw_sky(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    """The sky down to the horizon, with its stars or clouds."""
    canvas.gradient(SKY_STOPS[sky], (0.0, horizon + 0.06))
    if sky == "starry":
        _stars(canvas, horizon, rng)
    elif rng.random() < 0.75:
        _clouds(canvas, sky, rng)


def draw_light(canvas: Canvas, light: str, sky: str, centre: Point) -> None:
    """The sun or the moon, with the light around it."""
    if light == "sun":
        low = sky == "sunset"
        core: Colour = (255, 226, 130) if low else (255, 240, 150)
        canvas.glow(centre, 0.34 if low else 0.26, (255, 196, 110) if low else (255, 250, 214), 0.85)
        canvas.ellipse(centre, (0.074, 0.074) if low else (0.062, 0.062), core)
        canvas.ellipse(centre, (0.06, 0.06) if low else (0.05, 0.05), mix(core, (255, 255, 240), 0.5))
    elif light == "moon":
        canvas.glow(centre, 0.22, (206, 214, 250), 0.5)
        canvas.ellipse(centre, (0.055, 0.055), (240, 240, 228))
        for dx, dy, radius in ((-0.018, -0.014, 0.013), (0.018, 0.006, 0.016), (-0.008, 0.026, 0.009)):
            canvas.ellipse((centre[0] + dx, centre[1] + dy), (radius, radius), (212, 212, 206))


def draw_land(canvas: Canvas, land: str, sky: str, horizon: float, rng: np.random.Generator) -> None:
    """The landscape below the horizon."""
    {"mountains": _mountains, "hills": _hills, "sea": _sea, "desert": _desert, "snow": _snow}[land](
        canvas, sky, horizon, rng
    )


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


def _stars(canvas: Canvas, horizon: float, rng: np.random.Generator) -> None:
    mask = Image.new("L", (64, 64))
    ImageDraw.Draw(mask).ellipse((8, 24, 56, 40), fill=150)
    tilt = float(rng.uniform(20, 40)) * (1 if rng.random() < 0.5 else -1)
    canvas.soft(mask.rotate(tilt).reduce(8), (rng.uniform(0.35, 0.65), 0.22), (0.75, 0.4), (128, 104, 190), 0.42)
    for x, y, size in zip(rng.random(80), rng.random(80) ** 1.2 * horizon, rng.random(80)):
        radius = 0.0026 + 0.0046 * size**3
        canvas.ellipse((x, y), (radius, radius), mix((190, 196, 240), (255, 252, 236), float(size)))


def _clouds(canvas: Canvas, sky: str, rng: np.random.Generator) -> None:
    colour, strength = {
        "day": ((255, 255, 255), 0.85),
        "sunset": ((255, 196, 170), 0.6),
        "night": ((96, 112, 160), 0.55),
    }[sky]
    for _ in range(int(rng.integers(1, 4))):
        mask = Image.new("L", (40, 20))
        pen = ImageDraw.Draw(mask)
        for _ in range(5):
            x, radius = rng.uniform(8, 32), rng.uniform(3, 6)
            pen.ellipse((x - radius, 13 - radius, x + radius, 13 + radius * 0.35), fill=255)
        pen.ellipse((5, 11, 35, 16), fill=255)
        mask = mask.resize((20, 10), Image.Resampling.BOX).resize((80, 40), Image.Resampling.BICUBIC)
        size = rng.uniform(0.09, 0.17)
        canvas.soft(mask, (rng.uniform(0.05, 0.95), rng.uniform(0.08, 0.36)), (size, size * 0.45), colour, strength)


def _wave(rng: np.random.Generator, level: float, height: float, cycles: float) -> list[Point]:
    xs = np.linspace(-0.01, 1.01, 48)
    first, second = rng.uniform(0, 2 * np.pi, 2)
    ys = np.sin(xs * 2 * np.pi * cycles + first) + 0.4 * np.sin(xs * 2 * np.pi * cycles * 2.3 + second)
    return [(float(x), float(level + height * y)) for x, y in zip(xs, ys)]


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
    if sky in ("day", "sunset"):
        for x, y in zip(rng.random(28), rng.random(28)):
            canvas.ellipse((x, y), (0.004, 0.004), (250, 252, 255), 210)
