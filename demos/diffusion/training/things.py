"""House, tree, boat, balloon and lighthouse, each standing on a foot point with a given height."""

from __future__ import annotations

import math

from canvas import Canvas, Colour, Point, mix
from palette import PAINT, thing_tint
from scenes import DARK_SKIES

HEIGHT = {"house": 0.28, "tree": 0.36, "boat": 0.3, "balloon": 0.36, "lighthouse": 0.44}
"""Height of a single thing, as a share of the picture."""

_BLACK: Colour = (20, 18, 30)
_WHITE: Colour = (255, 255, 255)


def draw_thing(canvas: Canvas, kind: str, colour: str, sky: str, foot: Point, height: float) -> None:
    """Draw one thing; for a balloon the foot is the bottom of its basket."""
    paint = thing_tint(PAINT[colour], sky)
    {"house": _house, "tree": _tree, "boat": _boat, "balloon": _balloon, "lighthouse": _lighthouse}[kind](
        canvas, paint, sky, foot, height
    )


def _shadow(canvas: Canvas, foot: Point, half: float) -> None:
    canvas.ellipse(foot, (half, half * 0.14), _BLACK, 70)


def _glass(sky: str) -> Colour:
    return (255, 222, 120) if sky in DARK_SKIES else thing_tint((120, 170, 210), sky)


def _house(canvas: Canvas, paint: Colour, sky: str, foot: Point, height: float) -> None:
    x, y = foot
    half, wall = height * 0.5, height * 0.56
    roof = thing_tint((104, 74, 66), sky)
    _shadow(canvas, (x, y), half * 1.25)
    canvas.box((x + half * 0.45, y - height * 0.98, x + half * 0.68, y - wall), mix(roof, _BLACK, 0.25))
    canvas.box((x - half, y - wall, x + half, y), paint)
    canvas.box((x + half * 0.4, y - wall, x + half, y), mix(paint, _BLACK, 0.14))
    canvas.box((x - half, y - wall, x + half, y - wall * 0.88), mix(paint, _BLACK, 0.24))
    canvas.polygon([(x - half * 1.18, y - wall), (x - half * 0.62, y - height), (x + half * 0.62, y - height), (x + half * 1.18, y - wall)], roof)
    canvas.polygon([(x - half * 1.18, y - wall), (x - half * 0.62, y - height), (x - half * 0.5, y - height), (x - half * 1.0, y - wall)], mix(roof, _WHITE, 0.2))
    frame = mix(paint, _WHITE, 0.85) if sum(paint) < 640 else mix(paint, _BLACK, 0.45)
    for cx in (-0.55, 0.55):
        left, right = x + half * (cx - 0.22), x + half * (cx + 0.22)
        canvas.box((left, y - wall * 0.68, right, y - wall * 0.28), frame)
        canvas.box((left + half * 0.05, y - wall * 0.63, right - half * 0.05, y - wall * 0.33), _glass(sky))
    canvas.box((x - half * 0.2, y - wall * 0.58, x + half * 0.2, y), frame)
    canvas.box((x - half * 0.14, y - wall * 0.52, x + half * 0.14, y), thing_tint((112, 72, 48), sky))


def _tree(canvas: Canvas, paint: Colour, sky: str, foot: Point, height: float) -> None:
    x, y = foot
    trunk = thing_tint((108, 74, 50), sky)
    _shadow(canvas, (x, y), height * 0.3)
    width = height * 0.045
    canvas.polygon([(x - width * 1.5, y), (x - width * 0.8, y - height * 0.5), (x + width * 0.8, y - height * 0.5), (x + width * 1.5, y)], trunk)
    crown = y - height * 0.66
    puffs = ((-0.17, 0.1, 0.17), (0.17, 0.1, 0.17), (0.0, -0.02, 0.24), (-0.1, -0.12, 0.17), (0.11, -0.1, 0.17))
    for tone, dx, dy, scale in ((mix(paint, _BLACK, 0.3), 0.0, 0.03, 1.0), (paint, -0.01, 0.0, 0.95), (mix(paint, _WHITE, 0.22), -0.05, -0.05, 0.55)):
        for px, py, radius in puffs:
            r = height * radius * scale
            canvas.ellipse((x + height * (px * 0.98 + dx), crown + height * (py + dy)), (r, r * 0.95), tone)


def _boat(canvas: Canvas, paint: Colour, sky: str, foot: Point, height: float) -> None:
    x, y = foot
    hull = mix(paint, _BLACK, 0.3)
    half, deck = height * 0.5, y - height * 0.16
    canvas.ellipse((x, y + height * 0.01), (half * 0.95, height * 0.035), mix(hull, _BLACK, 0.4), 110)
    canvas.line([(x, deck), (x, y - height)], thing_tint((96, 66, 44), sky), height * 0.03)
    canvas.polygon([(x + height * 0.03, y - height * 0.98), (x + half * 0.86, deck - height * 0.05), (x + height * 0.03, deck - height * 0.05)], paint)
    canvas.polygon([(x + height * 0.03, y - height * 0.98), (x + half * 0.34, deck - height * 0.05), (x + height * 0.03, deck - height * 0.05)], mix(paint, _WHITE, 0.22))
    canvas.polygon([(x - height * 0.03, y - height * 0.86), (x - half * 0.66, deck - height * 0.05), (x - height * 0.03, deck - height * 0.05)], mix(paint, _BLACK, 0.1))
    canvas.polygon([(x - half, deck), (x + half, deck), (x + half * 0.72, y), (x - half * 0.72, y)], hull)
    canvas.box((x - half, deck, x + half, deck + height * 0.035), mix(paint, _WHITE, 0.5))


def _balloon(canvas: Canvas, paint: Colour, sky: str, foot: Point, height: float) -> None:
    x, y = foot
    radius = height * 0.36
    middle = y - height + radius
    for share, tone in ((1.0, mix(paint, _BLACK, 0.2)), (0.72, paint), (0.4, mix(paint, _WHITE, 0.2)), (0.14, paint)):
        outline = [(x + share * radius * math.cos(a), middle + radius * math.sin(a)) for a in _arc(-math.pi, 0)]
        outline += [(x + share * height * 0.075, y - height * 0.2), (x - share * height * 0.075, y - height * 0.2)]
        canvas.polygon(outline, tone)
    rope = thing_tint((92, 66, 46), sky)
    for side in (-1, 1):
        canvas.line([(x + side * height * 0.07, y - height * 0.2), (x + side * height * 0.05, y - height * 0.1)], rope, height * 0.012)
    canvas.box((x - height * 0.065, y - height * 0.11, x + height * 0.065, y), thing_tint((150, 104, 62), sky))
    canvas.box((x - height * 0.065, y - height * 0.11, x + height * 0.065, y - height * 0.085), thing_tint((104, 68, 40), sky))


def _lighthouse(canvas: Canvas, paint: Colour, sky: str, foot: Point, height: float) -> None:
    x, y = foot
    low, high = height * 0.13, height * 0.08
    top = y - height * 0.74
    _shadow(canvas, (x, y), height * 0.22)
    pale = mix(paint, _WHITE, 0.7) if sum(paint) < 640 else mix(paint, _BLACK, 0.12)
    for band in range(5):
        upper, lower = band / 5, (band + 1) / 5
        y1, y2 = top + (y - top) * upper, top + (y - top) * lower
        w1, w2 = high + (low - high) * upper, high + (low - high) * lower
        tone = paint if band % 2 == 0 else pale
        canvas.polygon([(x - w1, y1), (x + w1, y1), (x + w2, y2), (x - w2, y2)], tone)
        canvas.polygon([(x + w1 * 0.35, y1), (x + w1, y1), (x + w2, y2), (x + w2 * 0.35, y2)], _BLACK, 46)
    dark = thing_tint((58, 56, 70), sky)
    if sky in DARK_SKIES:
        canvas.glow((x, top - height * 0.09), height * 0.3, (255, 236, 150), 0.8)
    canvas.box((x - high * 1.35, top - height * 0.025, x + high * 1.35, top), dark)
    canvas.box((x - high * 0.72, top - height * 0.15, x + high * 0.72, top - height * 0.025), (255, 232, 140))
    canvas.line([(x, top - height * 0.15), (x, top - height * 0.025)], dark, height * 0.014)
    canvas.polygon([(x - high * 1.0, top - height * 0.145), (x, top - height * 0.26), (x + high * 1.0, top - height * 0.145)], dark)


def _arc(start: float, end: float) -> list[float]:
    return [start + (end - start) * index / 24 for index in range(25)]
