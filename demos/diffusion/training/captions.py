"""Captions in natural words: synonyms, changing order, and now and then something left unsaid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from scenes import Group, Scene

Word = TypeVar("Word", str, tuple[str, str])

NOUNS: dict[str, tuple[tuple[str, str], ...]] = {
    "house": (("house", "houses"), ("house", "houses"), ("cottage", "cottages"), ("cabin", "cabins"), ("home", "homes")),
    "tree": (("tree", "trees"), ("tree", "trees"), ("leafy tree", "leafy trees")),
    "boat": (("boat", "boats"), ("boat", "boats"), ("sailboat", "sailboats"), ("sailing boat", "sailing boats"), ("ship", "ships")),
    "balloon": (("balloon", "balloons"), ("hot air balloon", "hot air balloons"), ("hot-air balloon", "hot-air balloons")),
    "lighthouse": (("lighthouse", "lighthouses"), ("lighthouse", "lighthouses"), ("beacon", "beacons"), ("light tower", "light towers")),
}
COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("red", "red", "red", "crimson", "scarlet"),
    "yellow": ("yellow", "yellow", "yellow", "golden"),
    "green": ("green", "green", "green", "emerald"),
    "blue": ("blue", "blue", "blue", "azure"),
    "pink": ("pink", "pink", "pink", "rose"),
    "white": ("white", "white", "white", "snow-white"),
}
COUNT_WORDS: dict[int, tuple[str, ...]] = {
    1: ("a", "a", "a", "one", "a single", "the"),
    2: ("two", "two", "two", "2", "a pair of"),
    3: ("three", "three", "three", "3", "a group of three"),
}
SIDE_WORDS: dict[str, tuple[str, ...]] = {
    "left": ("on the left", "on the left", "at the left", "to the left", "on the left side", "at left"),
    "middle": ("in the middle", "in the middle", "in the centre", "in the center", "at the center"),
    "right": ("on the right", "on the right", "at the right", "to the right", "on the right side", "at right"),
}
LAND_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mountains": (("in the mountains", "in front of mountains", "with mountains", "with mountains behind", "below high peaks", "in the alps"), ("mountains", "mountain landscape", "alpine landscape", "mountain peaks")),
    "hills": (("in the hills", "among rolling hills", "among green hills", "on a meadow", "in the countryside", "with hills"), ("hills", "rolling hills", "green hills", "meadow", "countryside")),
    "sea": (("by the sea", "at the sea", "on the coast", "by the ocean", "at the seaside", "on the beach"), ("sea", "ocean", "seaside", "coast", "beach")),
    "desert": (("in the desert", "in a sandy desert", "among sand dunes", "on the dunes", "in the sahara"), ("desert", "sand dunes", "dunes", "sandy desert")),
    "forest": (("in the forest", "in a forest", "in the woods", "at the edge of a forest", "among pine trees"), ("forest", "woods", "woodland", "pine forest")),
    "lavender": (("in a lavender field", "in the lavender", "among rows of lavender", "in the provence", "with lavender"), ("lavender field", "lavender", "rows of lavender")),
    "canyon": (("in the canyon", "in a canyon", "among rocky cliffs", "in the badlands", "among table mountains"), ("canyon", "cliffs", "badlands", "table mountains")),
    "snow": (("in the snow", "in winter", "in a snowy field", "on snow", "in a winter landscape", "in the arctic"), ("snow", "winter", "snowy landscape", "winter landscape", "snowfield")),
}
SKY_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "day": (("by day", "in daylight", "during the day", "under a blue sky", "on a clear day", "at noon"), ("day", "daytime", "daylight", "blue sky")),
    "sunset": (("at sunset", "at dusk", "in the evening", "under an orange sky", "in the evening glow", "at sundown"), ("sunset", "dusk", "evening", "sunset sky", "orange sky")),
    "night": (("at night", "by night", "in the dark", "under a dark sky", "at midnight"), ("night", "night time", "dark night", "dark sky")),
    "dawn": (("at dawn", "at sunrise", "in the morning", "early in the morning", "at daybreak", "in the morning light"), ("dawn", "sunrise", "morning", "early morning", "morning sky")),
    "cloudy": (("under grey clouds", "under a grey sky", "on a cloudy day", "under an overcast sky", "in dull weather"), ("grey sky", "overcast", "grey clouds", "cloudy day", "clouds")),
    "aurora": (("under the northern lights", "under the aurora", "beneath the aurora borealis", "with northern lights", "with the aurora"), ("northern lights", "aurora", "aurora borealis", "polar lights")),
    "starry": (("under the stars", "under a starry sky", "on a starry night", "under a sky full of stars", "beneath the milky way"), ("starry night", "starry sky", "stars", "stars in the sky", "milky way")),
}
LIGHT_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sun": (("with the sun", "with a sun", "with the sun shining", "in the sunshine", "with a bright sun"), ("sun", "sunshine", "bright sun", "the sun")),
    "moon": (("with the moon", "with a moon", "with a full moon", "in the moonlight", "with the moon in the sky"), ("moon", "full moon", "moonlight", "the moon")),
}
OPENINGS = ("", "", "", "", "", "", "a postcard of ", "postcard: ", "a picture of ", "an illustration of ", "a painting of ", "a view of ", "a drawing of ")
EMBELLISHMENTS = ("beautiful", "flat vector art", "illustration", "highly detailed", "calm", "peaceful scene", "masterpiece", "best quality", "minimal", "picturesque", "art", "poster", "lovely", "soft colours", "4k")
EMPTY_WORDS = ("landscape", "an empty landscape", "scenery", "a wide view", "nobody")


@dataclass(frozen=True)
class Omissions:
    """How likely a caption leaves a fact unsaid."""

    colour: float = 0.08
    side: float = 0.25
    land: float = 0.12
    sky: float = 0.12
    light: float = 0.3


COMPLETE = Omissions(0, 0, 0, 0, 0)
"""Leaves nothing out."""


def caption(scene: Scene, rng: np.random.Generator, omissions: Omissions = Omissions()) -> str:
    """One of many ways to describe a scene."""
    return phrase(omit(scene, rng, omissions), rng)


def omit(scene: Scene, rng: np.random.Generator, omissions: Omissions) -> Scene:
    """The scene with some facts emptied (""), which `phrase` then leaves unsaid."""

    def keep(value: str, left_out: float) -> str:
        return value if rng.random() >= left_out else ""

    groups = tuple(
        replace(group, colour=keep(group.colour, omissions.colour), side=keep(group.side, omissions.side))
        for group in scene.groups
    )
    light = keep(scene.light, omissions.light)
    return Scene(
        sky=keep(scene.sky, omissions.sky),
        land=keep(scene.land, omissions.land),
        light="" if light == "none" else light,
        groups=groups,
    )


def phrase(told: Scene, rng: np.random.Generator) -> str:
    """A caption that says every fact of a scene that is not empty.

    Kinds, colours, lands and skies outside the tables are written as they are; the text encoder's training uses that.
    """
    return "".join(pieces(told, rng)).strip()


def pieces(told: Scene, rng: np.random.Generator) -> list[str]:
    """The same caption in its parts: the phrase of each fact or thing, and what joins them."""
    parts = _tags(told, rng) if rng.random() < 0.3 else _sentence(told, rng)
    if rng.random() < 0.15:
        parts += [", ", _pick(rng, EMBELLISHMENTS)]
    return parts


def _sentence(told: Scene, rng: np.random.Generator) -> list[str]:
    things = [_thing(group, rng) for group in told.groups]
    rng.shuffle(things)
    joint = _pick(rng, (" and ", " and ", ", "))
    subject = _joined(things, joint) if things else [_pick(rng, EMPTY_WORDS)]
    places = _places(told, 0, rng)
    rng.shuffle(places)
    opening = _pick(rng, OPENINGS)
    glue = _pick(rng, (" ", " ", ", "))
    if places and rng.random() < 0.15:
        start = [opening, places[0], ", "]
        places = places[1:]
    else:
        start = [opening]
    return start + subject + [part for place in places for part in (glue, place)]


def _tags(told: Scene, rng: np.random.Generator) -> list[str]:
    tags = [_thing(group, rng) for group in told.groups] + _places(told, 1, rng)
    if not told.groups and (not tags or rng.random() < 0.5):
        tags.append(_pick(rng, EMPTY_WORDS))
    rng.shuffle(tags)
    return _joined(tags, ", ")


def _joined(parts: list[str], joint: str) -> list[str]:
    return [piece for part in parts for piece in (joint, part)][1:]


def _places(told: Scene, form: int, rng: np.random.Generator) -> list[str]:
    facts = ((LAND_WORDS, told.land), (SKY_WORDS, told.sky), (LIGHT_WORDS, told.light))
    return [_pick(rng, words[value][form]) if value in words else value for words, value in facts if value]


def _thing(group: Group, rng: np.random.Generator) -> str:
    words = [_pick(rng, COUNT_WORDS[group.count])]
    if group.colour:
        words.append(_pick(rng, COLOUR_WORDS.get(group.colour, (group.colour,))))
    words.append(_pick(rng, NOUNS.get(group.kind, ((group.kind, group.kind + "s"),)))[0 if group.count == 1 else 1])
    text = " ".join(words)
    if not group.side:
        return text
    side = _pick(rng, SIDE_WORDS[group.side])
    return f"{side} {text}" if rng.random() < 0.2 else f"{text} {side}"


def _pick(rng: np.random.Generator, options: tuple[Word, ...]) -> Word:
    return options[int(rng.integers(len(options)))]
