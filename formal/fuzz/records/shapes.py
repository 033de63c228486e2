"""How much a random EXEC does: pixels, taps, blocks, tiles and channels.

Most records are small in everything. In each of the others one number is any up to what the memories hold, each power
of two as often as the others, and what multiplies it is small. Among these are records that do something to each
element of a tensor, and those that look for the largest values of a vector.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lowtide.hw.config.accelerator_config import AcceleratorConfig

__all__ = ["Shape", "any_power", "random_shape"]

USUAL = 0.6  #: of the records
MOST_CHANNELS = (1 << 14) - 1
MOST_TILES = (1 << 12) - 1  #: and blocks
MOST_ELEMENTS = 800


@dataclass(frozen=True)
class Shape:
    """What a record does.

    Parameters
    ----------
    rows, columns : int
        Of output pixels.
    taps : int
    blocks, tiles : int
        Of input atoms of a tap, and of output channels; both without meaning for a vector source.
    channels : int
        That are wanted, fewer or more than there are.
    largest : bool
        Of these only the largest, and their numbers.
    """

    rows: int
    columns: int
    taps: int
    blocks: int
    tiles: int
    channels: int
    largest: bool = False


@dataclass(frozen=True)
class _Drawn:
    """What shapes are drawn from: the machine, whether the source is no array, beats for which there are weights in
    each of its passes, and how many passes."""

    rng: np.random.Generator
    config: AcceleratorConfig
    vector: bool
    beats: int
    passes: int

    @property
    def few(self) -> int:
        return int(self.rng.integers(1, self.config.rows + 2))

    @property
    def pixels(self) -> int:
        return self.config.feature_atoms // 2

    def up_to(self, most: int) -> int:
        return int(self.rng.integers(1, most + 1))


def any_power(rng: np.random.Generator, most: int) -> int:
    """A number from 1 to ``most``, each power of two as often as the others."""
    return min(most, int(2 ** (rng.random() * np.log2(most + 1))))


def random_shape(
    rng: np.random.Generator, config: AcceleratorConfig, *, vector: bool, beats: int, passes: int
) -> Shape:
    """A shape.

    Parameters
    ----------
    rng : Generator
    config : AcceleratorConfig
    vector : bool
        The source is no array.
    beats : int
        Whose weights the weight memory holds.
    passes : int
        Through all chunks, each with weights of its own.
    """
    drawn = _Drawn(rng, config, vector, beats // passes, passes)
    if rng.random() < USUAL:
        return _small(drawn)
    choices: list[Callable[[_Drawn], Shape]] = [_tall, _wide]
    choices += [_elements, _elements, _elements] if vector else [_many_tiles, _many_blocks]
    if passes == 1:  # each of which golden's machine does one by one
        choices.append(_many_taps)
    if config.top_k:
        choices += [_largest, _largest]
    return choices[rng.integers(len(choices))](drawn)


def _small(drawn: _Drawn) -> Shape:
    taps, blocks = (9, 3) if drawn.passes == 1 else (3, 2)
    return Shape(
        rows=drawn.up_to(4),
        columns=drawn.up_to(2 * drawn.config.rows + 2),
        taps=drawn.up_to(taps),
        blocks=drawn.up_to(blocks),
        tiles=drawn.up_to(3),
        channels=drawn.up_to(13),
    )


def _tall(drawn: _Drawn) -> Shape:
    columns = drawn.few
    rows = any_power(drawn.rng, drawn.pixels // columns)
    return Shape(rows, columns, drawn.up_to(2), drawn.up_to(2), 1, drawn.up_to(2))


def _wide(drawn: _Drawn) -> Shape:
    columns = any_power(drawn.rng, drawn.pixels)
    return Shape(1, columns, drawn.up_to(2), drawn.up_to(2), 1, drawn.up_to(2))


def _elements(drawn: _Drawn) -> Shape:
    rows = any_power(drawn.rng, 40)
    columns = any_power(drawn.rng, max(1, MOST_ELEMENTS // rows))
    return Shape(rows, columns, 1, 1, 1, any_power(drawn.rng, 20))


def _many_taps(drawn: _Drawn) -> Shape:
    return Shape(1, drawn.few, any_power(drawn.rng, drawn.config.taps), 1, 1, drawn.up_to(13))


def _many_blocks(drawn: _Drawn) -> Shape:
    return Shape(1, drawn.few, 1, any_power(drawn.rng, min(drawn.beats, MOST_TILES)), 1, drawn.up_to(13))


def _many_tiles(drawn: _Drawn) -> Shape:
    tiles = any_power(drawn.rng, min(drawn.beats, MOST_TILES))
    return Shape(1, drawn.few, 1, 1, tiles, drawn.up_to(min(drawn.config.cols * tiles + 1, MOST_CHANNELS)))


def _largest(drawn: _Drawn) -> Shape:
    tiles = any_power(drawn.rng, min(drawn.beats, MOST_TILES))
    there = MOST_CHANNELS if drawn.vector else min(drawn.config.cols * tiles + 1, MOST_CHANNELS)
    channels = any_power(drawn.rng, there)
    taps = 1 if channels > drawn.config.taps else drawn.up_to(9)
    return Shape(1, 1, 1 if tiles > 3 else taps, 1, tiles, channels, largest=True)
