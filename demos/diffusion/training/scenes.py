"""What a postcard may show: attributes, the sampling of scenes and the combinations held out of training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SKIES = ("day", "sunset", "night", "starry", "dawn", "cloudy", "aurora")
LANDS = ("mountains", "hills", "sea", "desert", "snow", "forest", "lavender", "canyon")
FIRST_SKIES, FIRST_LANDS = SKIES[:4], LANDS[:5]
"""What postcards began with; the others came so that skies and lands would be learned apart from each other."""
LIGHTS = ("none", "sun", "moon")
KINDS = ("house", "tree", "boat", "balloon", "lighthouse")
COLOURS = ("red", "yellow", "green", "blue", "pink", "white")
SIDES = ("left", "middle", "right")
COUNTS = (1, 2, 3)

DARK_SKIES = ("night", "starry", "aurora")
"""Skies under which windows and lighthouses are lit, and that have no sun."""

BOAT_LANDS = ("sea", "mountains", "hills", "forest")
"""Boats need water: the sea, or a lake in the foreground."""

HELD_OUT_KIND_COLOUR = frozenset(
    {("house", "green"), ("tree", "blue"), ("boat", "yellow"), ("balloon", "white"), ("lighthouse", "pink")}
)
HELD_OUT_SKY_LAND = frozenset({("starry", "desert"), ("sunset", "snow"), ("night", "hills")})
HELD_OUT_KIND_COUNT_SIDE = frozenset(
    {
        ("house", 3, "right"),
        ("tree", 2, "left"),
        ("boat", 2, "right"),
        ("balloon", 3, "left"),
        ("lighthouse", 2, "middle"),
    }
)


@dataclass(frozen=True)
class Group:
    """One to three things of one kind and colour, standing together."""

    kind: str
    colour: str
    count: int
    side: str


@dataclass(frozen=True)
class Scene:
    """Everything a caption can say about a postcard."""

    sky: str
    land: str
    light: str
    groups: tuple[Group, ...]


def is_held_out(scene: Scene) -> bool:
    """True when the scene holds a combination that training never shows."""
    if (scene.sky, scene.land) in HELD_OUT_SKY_LAND:
        return True
    return any(
        (group.kind, group.colour) in HELD_OUT_KIND_COLOUR
        or (group.kind, group.count, group.side) in HELD_OUT_KIND_COUNT_SIDE
        for group in scene.groups
    )


def sample_scene(
    rng: np.random.Generator, held_out: bool = False, skies: tuple[str, ...] = SKIES, lands: tuple[str, ...] = LANDS
) -> Scene:
    """Draw a scene at random, from the training combinations or from the held-out ones."""
    while True:
        scene = _any_scene(rng, skies, lands)
        if is_held_out(scene) == held_out:
            return scene


def _any_scene(rng: np.random.Generator, skies: tuple[str, ...], lands: tuple[str, ...]) -> Scene:
    sky, land = _pick(rng, skies), _pick(rng, lands)
    return Scene(sky, land, _light(rng, sky), _groups(rng, land))


def _light(rng: np.random.Generator, sky: str) -> str:
    chances = {
        "day": (0.4, 0.55, 0.05),
        "sunset": (0.35, 0.5, 0.15),
        "dawn": (0.4, 0.5, 0.1),
        "cloudy": (0.6, 0.35, 0.05),
    }
    return str(rng.choice(LIGHTS, p=chances.get(sky, (0.4, 0.0, 0.6))))


def _groups(rng: np.random.Generator, land: str) -> tuple[Group, ...]:
    if rng.random() < 0.06:
        return ()
    kinds = [kind for kind in KINDS if kind != "boat" or land in BOAT_LANDS]
    count = int(rng.choice(COUNTS, p=(0.5, 0.25, 0.25)))
    first = Group(_pick(rng, kinds), _pick(rng, COLOURS), count, _pick(rng, SIDES))
    if first.side == "middle" or count == 3 or rng.random() > 0.5:
        return (first,)
    other_side = "right" if first.side == "left" else "left"
    others = [kind for kind in kinds if kind != first.kind]
    return (first, Group(_pick(rng, others), _pick(rng, COLOURS), 1, other_side))


def _pick(rng: np.random.Generator, options: tuple[str, ...] | list[str]) -> str:
    return options[int(rng.integers(len(options)))]
