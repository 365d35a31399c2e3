"""Skies with their stars, clouds and northern lights; sun and moon."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from canvas import Canvas, Colour, Point, mix
from palette import SKY_STOPS


def draw_sky(canvas: Canvas, sky: str, horizon: float, rng: np.random.Generator) -> None:
    """The sky down to the horizon, with its stars or clouds."""
    canvas.gradient(SKY_STOPS[sky], (0.0, horizon + 0.06))
    if sky == "starry":
        _stars(canvas, horizon, rng)
    elif sky == "aurora":
        _aurora(canvas, rng)
    elif sky == "cloudy":
        for _ in range(3):
            _clouds(canvas, sky, rng)
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


def _stars(canvas: Canvas, horizon: float, rng: np.random.Generator) -> None:
    mask = Image.new("L", (64, 64))
    ImageDraw.Draw(mask).ellipse((8, 24, 56, 40), fill=150)
    tilt = float(rng.uniform(20, 40)) * (1 if rng.random() < 0.5 else -1)
    canvas.soft(mask.rotate(tilt).reduce(8), (rng.uniform(0.35, 0.65), 0.22), (0.75, 0.4), (128, 104, 190), 0.42)
    for x, y, size in zip(rng.random(80), rng.random(80) ** 1.2 * horizon, rng.random(80)):
        radius = 0.0026 + 0.0046 * size**3
        canvas.ellipse((x, y), (radius, radius), mix((190, 196, 240), (255, 252, 236), float(size)))


def _aurora(canvas: Canvas, rng: np.random.Generator) -> None:
    """Curtains of light along a wave across the sky."""
    mask = Image.new("L", (16, 48))
    ImageDraw.Draw(mask).polygon([(8, 2), (13, 34), (8, 46), (3, 34)], fill=255)
    mask = mask.resize((8, 12), Image.Resampling.BOX).resize((32, 48), Image.Resampling.BICUBIC)
    colour: Colour = (74, 232, 156) if rng.random() < 0.7 else (96, 220, 216)
    first, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.28)
    for x in np.linspace(-0.05, 1.05, 16):
        y = height + 0.06 * np.sin(x * 5 + first)
        canvas.soft(mask, (float(x), float(y)), (0.09, rng.uniform(0.14, 0.22)), colour, rng.uniform(0.2, 0.5))


def _clouds(canvas: Canvas, sky: str, rng: np.random.Generator) -> None:
    colour, strength = {
        "day": ((255, 255, 255), 0.85),
        "sunset": ((255, 196, 170), 0.6),
        "night": ((96, 112, 160), 0.55),
        "dawn": ((255, 226, 222), 0.7),
        "cloudy": ((226, 230, 234) if rng.random() < 0.5 else (104, 114, 128), 0.75),
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
