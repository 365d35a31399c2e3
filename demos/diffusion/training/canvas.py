"""A drawing surface in unit coordinates, drawn at twice the size and reduced for smooth edges."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
OVERSAMPLING = 2


class Canvas:
    """Shapes in coordinates 0..1 (x to the right, y down) on a square picture."""

    def __init__(self, size: int) -> None:
        self.side = size * OVERSAMPLING
        self.image = Image.new("RGB", (self.side, self.side))
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def finish(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.reduce(OVERSAMPLING)

    def polygon(self, points: list[Point], colour: Colour, alpha: int = 255) -> None:
        self.pen.polygon([(x * self.side, y * self.side) for x, y in points], (*colour, alpha))

    def ellipse(self, centre: Point, radii: Point, colour: Colour, alpha: int = 255) -> None:
        (x, y), (rx, ry) = centre, radii
        box = [(x - rx) * self.side, (y - ry) * self.side, (x + rx) * self.side, (y + ry) * self.side]
        self.pen.ellipse(box, (*colour, alpha))

    def box(self, corners: tuple[float, float, float, float], colour: Colour, alpha: int = 255) -> None:
        self.pen.rectangle([value * self.side for value in corners], (*colour, alpha))

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        self.pen.line(
            [(x * self.side, y * self.side) for x, y in points],
            (*colour, 255),
            width=max(1, round(width * self.side)),
        )

    def gradient(self, stops: list[tuple[float, Colour]], span: tuple[float, float]) -> None:
        """Fill the full width between two heights with a vertical gradient of (position 0..1, colour) stops."""
        top, bottom = (int(value * self.side) for value in span)
        column = _column(tuple(stops), bottom - top)
        self.image.paste(column.resize((self.side, bottom - top), Image.Resampling.NEAREST), (0, top))

    def shaded_ground(self, outline: list[Point], colours: tuple[Colour, Colour], span: tuple[float, float]) -> None:
        """Fill the area below an outline (left to right) with a vertical gradient from one colour to another."""
        mask = Image.new("L", (self.side, self.side))
        points = [(x * self.side, y * self.side) for x, y in [*outline, (1.01, 1.01), (-0.01, 1.01)]]
        ImageDraw.Draw(mask).polygon(points, 255)
        top, bottom = (int(value * self.side) for value in span)
        column = _column(((0.0, colours[0]), (1.0, colours[1])), bottom - top)
        fill = column.resize((self.side, bottom - top), Image.Resampling.NEAREST)
        self.image.paste(fill, (0, top), mask.crop((0, top, self.side, bottom)))

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Light that fades with the distance from a point; strength 0..1."""
        self.soft(_glow_mask(), centre, (radius, radius), colour, strength)

    def soft(
        self, mask: Image.Image, centre: Point, radii: Point, colour: Colour, strength: float
    ) -> None:
        """Paint a colour through a mask stretched to the given radii."""
        width, height = (max(2, round(2 * radius * self.side)) for radius in radii)
        alpha = mask.resize((width, height), Image.Resampling.BILINEAR).point(lambda value: value * strength)
        corner = (round(centre[0] * self.side - width / 2), round(centre[1] * self.side - height / 2))
        self.image.paste(colour, (*corner, corner[0] + width, corner[1] + height), alpha)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """A blend of two colours; share 0 is the first, 1 the second."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second))  # type: ignore[return-value]


def _column(stops: tuple[tuple[float, Colour], ...], height: int) -> Image.Image:
    at = np.linspace(0, 1, max(1, height))
    places = [place for place, _ in stops]
    rows = np.stack([np.interp(at, places, [colour[i] for _, colour in stops]) for i in range(3)], axis=1)
    return Image.fromarray(rows.round().astype(np.uint8)[:, None, :])


@lru_cache(maxsize=1)
def _glow_mask() -> Image.Image:
    axis = np.linspace(-1, 1, 128)
    distance = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2)
    return Image.fromarray((np.clip(1 - distance, 0, 1) ** 2 * 255).astype(np.uint8))
