"""A byte-pair tokenizer in CLIP's file format, trained on captions: `python tokenizer.py FOLDER` writes its files."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np

from captions import EMBELLISHMENTS, caption
from scenes import sample_scene

START, END = "<|startoftext|>", "<|endoftext|>"
MAX_LENGTH = 77
MERGES = 900
_PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_+")

COMMON_WORDS = """
the and of to in is was for with on as by at from that this it be are or an not but have had has they you which one all
their there been more when who will would what so up out about if into than them can only other new some could time
these two may then do first any my now such like our over man me even most made after also did many before must through
back years where much your way well down should because each just those people how too little state good very make world
still own see men work long here between both life being under never day same another know while last might us great old
year off come since against go came right used take three left sky light dark colour color red orange yellow green blue
purple pink white black grey brown golden silver bright pale deep warm cold hot sun moon star stars cloud clouds rain
storm fog mist wind snow ice water river lake sea ocean beach coast island wave waves sand desert dune mountain mountains
hill hills valley forest wood woods tree trees grass flower flowers field meadow garden farm road path bridge city town
village house home cottage cabin castle tower church window door roof boat ship sail balloon airship plane bird birds cat
dog horse cow sheep fish woman girl boy child king queen portrait landscape picture painting photo photograph drawing
sketch watercolor watercolour oil canvas poster postcard illustration art artist style detailed high low quality best
worst masterpiece beautiful ugly lovely pretty simple minimal flat vector cartoon anime realistic fantasy magic dream
morning noon evening night midnight dawn dusk sunset sunrise summer winter spring autumn blurry noise text watermark
signature bad cropped large small big tiny tall short wide narrow near far behind front above below beside middle centre
center empty quiet calm peaceful dramatic soft sharp shadow glow shining sparkling reflection horizon view scene
"""


class Tokenizer:
    """Encodes as CLIP's tokenizer does with the same vocab.json and merges.txt."""

    def __init__(self, merges: list[tuple[str, str]]) -> None:
        symbols = list(_byte_characters().values())
        self.merges = merges
        words = [*symbols, *(symbol + "</w>" for symbol in symbols), *("".join(pair) for pair in merges), START, END]
        self.vocabulary = {word: index for index, word in enumerate(words)}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.start, self.end = self.vocabulary[START], self.vocabulary[END]
        self._words: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str) -> list[int]:
        """Start, at most 75 tokens, end; no padding."""
        pieces = _PIECES.findall(re.sub(r"\s+", " ", text).lower())
        ids = [identifier for piece in pieces for identifier in self._word(piece)]
        return [self.start, *ids[: MAX_LENGTH - 2], self.end]

    def batch(self, texts: list[str], length: int | None = None) -> np.ndarray:
        """Ids padded with the end token to the given length, or to the longest text."""
        rows = [self.encode(text) for text in texts]
        ids = np.full((len(rows), length or max(map(len, rows))), self.end, np.int64)
        for row, tokens in zip(ids, rows):
            row[: len(tokens)] = tokens
        return ids

    def write(self, folder: Path) -> None:
        """vocab.json, merges.txt and the two configuration files."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vocab.json").write_text(json.dumps(self.vocabulary, ensure_ascii=False))
        lines = ["#version: 0.2", *(" ".join(pair) for pair in self.merges)]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n")
        special = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
        (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
        settings = {"tokenizer_class": "CLIPTokenizer", "model_max_length": MAX_LENGTH, "do_lower_case": True}
        settings |= {"add_prefix_space": False, "errors": "replace", **special}
        (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")

    def _word(self, piece: str) -> tuple[int, ...]:
        if piece not in self._words and len(self._words) < 20_000:
            self._words[piece] = self._merged(piece)
        return self._words.get(piece) or self._merged(piece)

    def _merged(self, piece: str) -> tuple[int, ...]:
        characters = _byte_characters()
        word = [characters[byte] for byte in piece.encode()]
        word[-1] += "</w>"
        while len(word) > 1:
            pairs = list(zip(word, word[1:]))
            best = min(pairs, key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if best not in self.ranks:
                break
            word = _merge(word, best)
        return tuple(self.vocabulary[symbol] for symbol in word)


def train_tokenizer(captions: int = 8000) -> Tokenizer:
    """Learn the merges from drawn captions and common English words; always the same result."""
    rng = np.random.default_rng(0)
    counts = Counter({word: 3 for word in COMMON_WORDS.split()})
    for _ in range(captions):
        counts.update(_PIECES.findall(caption(sample_scene(rng), rng).lower()))
    counts.update({word: 5 for text in EMBELLISHMENTS for word in text.split()})
    words = {}
    for word, count in counts.items():
        symbols = [_byte_characters()[byte] for byte in word.encode()]
        words[word] = ([*symbols[:-1], symbols[-1] + "</w>"], count)
    merges: list[tuple[str, str]] = []
    while len(merges) < MERGES:
        pairs: Counter[tuple[str, str]] = Counter()
        for symbols, count in words.values():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = max(sorted(pairs), key=lambda pair: pairs[pair])
        merges.append(best)
        words = {word: (_merge(symbols, best), count) for word, (symbols, count) in words.items()}
    return Tokenizer(merges)


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer written before."""
    lines = (folder / "merges.txt").read_text().splitlines()[1:]
    return Tokenizer([(first, second) for first, second in (line.split(" ") for line in lines)])


def _merge(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    index = 0
    while index < len(symbols):
        if tuple(symbols[index : index + 2]) == pair:
            merged.append("".join(pair))
            index += 2
        else:
            merged.append(symbols[index])
            index += 1
    return merged


@lru_cache(maxsize=1)
def _byte_characters() -> dict[int, str]:
    """The printable character that stands for each byte: itself where it prints, otherwise one from 256 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + index) for index, byte in enumerate(others)}


if __name__ == "__main__":
    train_tokenizer().write(Path(sys.argv[1]))
