"""Colours of things and how the hour of the day tints them."""

from __future__ import annotations

from canvas import Colour, mix

PAINT: dict[str, Colour] = {
    "red": (208, 48, 46),
    "yellow": (246, 204, 52),
    "green": (54, 150, 70),
    "blue": (46, 94, 196),
    "pink": (242, 128, 178),
    "white": (246, 245, 242),
}

SKY_STOPS: dict[str, list[tuple[float, Colour]]] = {
    "day": [(0.0, (74, 146, 220)), (0.6, (156, 206, 240)), (1.0, (214, 236, 246))],
    "sunset": [(0.0, (86, 62, 128)), (0.45, (206, 92, 104)), (0.75, (246, 148, 84)), (1.0, (254, 208, 126))],
    "night": [(0.0, (14, 20, 52)), (1.0, (54, 72, 122))],
    "starry": [(0.0, (8, 6, 34)), (0.6, (34, 26, 84)), (1.0, (74, 54, 124))],
    "dawn": [(0.0, (116, 158, 208)), (0.5, (206, 192, 222)), (0.8, (248, 200, 196)), (1.0, (255, 230, 190))],
    "cloudy": [(0.0, (124, 136, 150)), (0.6, (170, 178, 186)), (1.0, (208, 212, 214))],
    "aurora": [(0.0, (4, 14, 38)), (0.6, (10, 46, 70)), (1.0, (28, 88, 94))],
}

_AMBIENT: dict[str, tuple[Colour, float]] = {
    "day": ((255, 255, 255), 0.0),
    "sunset": ((180, 84, 70), 0.26),
    "night": ((18, 28, 70), 0.56),
    "starry": ((22, 16, 62), 0.58),
    "dawn": ((238, 170, 176), 0.2),
    "cloudy": ((122, 132, 146), 0.28),
    "aurora": ((10, 44, 60), 0.55),
}


def ground_tint(colour: Colour, sky: str) -> Colour:
    """The colour of land under a sky."""
    ambient, share = _AMBIENT[sky]
    return mix(colour, ambient, share)


def thing_tint(colour: Colour, sky: str) -> Colour:
    """The colour of a thing under a sky: tinted less than land, so that its name still fits."""
    ambient, share = _AMBIENT[sky]
    return mix(colour, ambient, share * 0.34)


def haze(colour: Colour, sky: str, share: float) -> Colour:
    """The colour of distant land, mixed with the sky at the horizon."""
    return mix(ground_tint(colour, sky), SKY_STOPS[sky][-1][1], share)
