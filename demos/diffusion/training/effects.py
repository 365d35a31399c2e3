"""Show what guidance, seed and negative prompt do: `python effects.py ../models/postcard figures` writes effects.png.

Rows: one prompt at guidance 1, 2, 3, 5 and 8; another with five seeds; a third with different negative prompts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from draw import contact_sheet
from pipeline import Postcard, to_bytes

GUIDANCES = (1.0, 2.0, 3.0, 5.0, 8.0)
SEEDS = (1, 2, 3, 4, 5)
NEGATIVES = ("", "moon", "sea", "stars, starry sky", "tree")


def effects(model: Postcard) -> list[Image.Image]:
    """Fifteen pictures in three rows."""
    house, boat = "a red house on the right in the mountains by day", "a white boat on the left, sea, sunset, sun"
    rows = [model.generate([house], [1], guidance=guidance) for guidance in GUIDANCES]
    rows += [model.generate([boat], [seed]) for seed in SEEDS]
    rows += [model.generate(["a landscape at night"], [4], negative=negative) for negative in NEGATIVES]
    return [Image.fromarray(to_bytes(pixels)[0]) for pixels in rows]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("figures", type=Path)
    options = parser.parse_args()
    options.figures.mkdir(parents=True, exist_ok=True)
    contact_sheet(effects(Postcard(options.model)), len(SEEDS)).save(options.figures / "effects.png")
