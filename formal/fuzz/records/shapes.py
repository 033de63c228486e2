"""How much a random EXEC does: pixels, taps, blocks, tiles and channels.

Most records are small in everything. In each of the others one number is any up to what the memories hold, each power
of two as often as the others and now and then the largest, and what multiplies it is small. Among these are records
that do something to each element of a tensor, and those that look for the largest values of a vector.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lowtide.hw.config.accelerator_config import AcceleratorConfig

__all__ = ["Shape", "any_power", "power_or_most", "random_shape"]

USUAL = 0.6  #: of the records
MOST_CHANNELS = (1 << 14) - 1
MOST_TILES = (1 << 12) - 1  #: and blocks
MOST_ELEMENTS = 800
OFTEN_MOST = 1 / 32  #: of the numbers that are any up to a largest one


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
        return self.config.feature_atoms * 5 // 8

    def up_to(self, most: int) -> int:
        return int(self.rng.integers(1, most + 1))


def any_power(rng: np.random.Generator, most: int) -> int:
    """A number from 1 to ``most``, each power of two as often as the others."""
    return min(most, int(2 ** (rng.random() * np.log2(most + 1))))


def power_or_most(rng: np.random.Generator, most: int) -> int:
    """Now and then ``most``, else as :func:`any_power`."""
    return most if rng.random() < OFTEN_MOST else any_power(rng, most)


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
    rows = power_or_most(drawn.rng, drawn.pixels // columns)
    return Shape(rows, columns, drawn.up_to(2), drawn.up_to(2), 1, drawn.up_to(2))


def _wide(drawn: _Drawn) -> Shape:
    columns = power_or_most(drawn.rng, drawn.pixels)
    return Shape(1, columns, drawn.up_to(2), drawn.up_to(2), 1, drawn.up_to(2))


def _elements(drawn: _Drawn) -> Shape:
    rows = power_or_most(drawn.rng, 40)
    columns = power_or_most(drawn.rng, max(1, MOST_ELEMENTS // rows))
    return Shape(rows, columns, 1, 1, 1, power_or_most(drawn.rng, 20))


def _many_taps(drawn: _Drawn) -> Shape:
    return Shape(1, drawn.few, power_or_most(drawn.rng, drawn.config.taps), 1, 1, drawn.up_to(13))


def _many_blocks(drawn: _Drawn) -> Shape:
    return Shape(1, drawn.few, 1, power_or_most(drawn.rng, min(drawn.beats, MOST_TILES)), 1, drawn.up_to(13))


def _many_tiles(drawn: _Drawn) -> Shape:
    tiles = power_or_most(drawn.rng, min(drawn.beats, MOST_TILES))
    return Shape(1, drawn.few, 1, 1, tiles, drawn.up_to(min(drawn.config.cols * tiles + 1, MOST_CHANNELS)))


def _largest(drawn: _Drawn) -> Shape:
    tiles = power_or_most(drawn.rng, min(drawn.beats, MOST_TILES))
    there = MOST_CHANNELS if drawn.vector else min(drawn.config.cols * tiles + 1, MOST_CHANNELS)
    channels = power_or_most(drawn.rng, there)
    taps = 1 if channels > drawn.config.taps else drawn.up_to(9)
    return Shape(1, 1, 1 if tiles > 3 else taps, 1, tiles, channels, largest=True)
