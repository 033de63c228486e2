"""A softmax over the channels of each pixel as EXEC records, to the codes of `lowtide.golden.functions.TableSoftmax`.

========  ========================================================================================================
lanes     maxima over the blocks of channels, each lane of an atom in an atom of its own
negated   the maximum of these, through a table that negates it, in all lanes of one atom
powers    the codes less that, through a table: powers of 16 bits
sums      of their high bytes, in all lanes of one atom, and of their low ones in another: products with ones
shares    for each range of sums what the powers are multiplied with, through a table; 0 for sums of other ranges
factor    the sum of these, in all lanes of one atom
========  ========================================================================================================

An atom is read for all channels where the step from block to block is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import Tap
from lowtide.common.records.execute import Operand, Source
from lowtide.golden.functions.table_softmax import FRACTION_BITS, RANGES, TableSoftmax
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout
from .convolution import convolution, input_layout
from .kernel import Kernel, check_built
from .requantise import PASS, Requantisation, Second
from .vector import copy

__all__ = ["check_softmax", "softmax", "softmax_room"]

MOST_VALUES = 128  #: whose low bytes 15 bits hold the sum of
PARTS = ("operand", "product", "table", "vector")  #: of `post`


def check_softmax(config: AcceleratorConfig, mode: Mode, values: int) -> None:
    """``ValueError`` unless a machine has a softmax of so many values, with sums in a mode of unsigned bytes."""
    for part in PARTS:
        check_built(config, part)
    config.array.check_mode(mode)
    form = input_layout(config, mode, 1, 1, 1)
    if form.planes or form.bits != 8 or form.values < 2 or mode.x_signed:
        raise ValueError(
            f"mode is {mode.label()}, allowed for sums of a softmax are beats of two unsigned bytes and more"
        )
    if values > MOST_VALUES:
        raise ValueError(f"a softmax of {values} values, allowed on the machine are up to {MOST_VALUES}")
    if config.multiplier_bits < 9:
        raise ValueError(f"multiplier_bits is {config.multiplier_bits}, allowed for a softmax are 9 and more")


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """Where what lies between the input and the output is, see the module."""

    lanes: Layout
    negated: Layout
    powers: Layout
    sums: Layout
    shares: Layout
    factor: Layout
    end: int  #: the atom behind the last one

    @classmethod
    def of(cls, config: AcceleratorConfig, mode: Mode, source: Layout, target: Layout, base: int = 0) -> Self:
        """From an atom on, for the pixels of an input and an output; what is needed first and last shares its place."""
        words = input_layout(config, mode, 1, 1, 1).values // 2  # of 16 bits in an atom

        def form(channels: int, values: int, bits: int, *, signed: bool, behind: int) -> Layout:
            size = source.rows, source.columns, channels
            return Layout.of(*size, values=values, array_rows=config.rows, bits=bits, signed=signed, base=behind)

        negated = form(words, words, 16, signed=True, behind=base)
        powers = form(source.channels, words, 16, signed=True, behind=negated.base + negated.room)
        free = powers.base + powers.room
        lanes = form(min(source.values, source.channels), 1, 8, signed=source.signed, behind=free)
        sums = form(2 * words, words, 16, signed=True, behind=free)
        shares = form(len(RANGES) * words, words, 16, signed=True, behind=sums.base + sums.room)
        factor = form(target.values, target.values, 8, signed=False, behind=shares.base + shares.room)
        end = max(each.base + each.room for each in (lanes, factor))
        return cls(lanes=lanes, negated=negated, powers=powers, sums=sums, shares=shares, factor=factor, end=end)


def softmax_room(config: AcceleratorConfig, mode: Mode, source: Layout, target: Layout) -> int:
    """Atoms that a softmax needs beside its input and output."""
    columns = _columns(config, mode, source, target)
    return Scratch.of(config, mode, source.columns_from(0, columns), target.columns_from(0, columns)).end


def softmax(
    config: AcceleratorConfig, mode: Mode, source: Layout, target: Layout, base: int, function: TableSoftmax
) -> list[Kernel]:
    """The kernels of a softmax, some neighbouring columns of pixels after the other.

    Parameters
    ----------
    config : AcceleratorConfig
    mode : Mode
        Of the sums: unsigned bytes times plain weights, exact.
    source : Layout
        Codes of 8 bits.
    target : Layout
        The same pixels and channels, unsigned codes of 8 bits.
    base : int
        The first one of as many atoms as :func:`softmax_room` says.
    function : TableSoftmax

    Raises
    ------
    ValueError
        For layouts and a mode that do not fit each other or the machine.
    """
    check_softmax(config, mode, source.channels)
    for name, form, signed in (("input", source, function.x_signed), ("output", target, False)):
        if form.planes or form.bits != 8 or form.signed != signed:
            raise ValueError(
                f"bits of the {name} are {form.bits}, allowed in a softmax are 8, whole, of the codes' sign"
            )
    most, found = _columns(config, mode, source, target), list[Kernel]()
    for first in range(0, source.columns, most):
        part = min(most, source.columns - first)
        found += _some(config, mode, source.columns_from(first, part), target.columns_from(first, part), base, function)
    return found


def _columns(config: AcceleratorConfig, mode: Mode, source: Layout, target: Layout) -> int:
    """Columns of pixels that are worked on at a time: a quarter of the feature memory holds what they need."""
    columns = source.columns
    while columns > config.rows:
        some, into = source.columns_from(0, columns), target.columns_from(0, columns)
        if 4 * Scratch.of(config, mode, some, into).end <= config.feature_atoms:
            break
        columns = -(-columns // 2)
    return columns


def _some(
    config: AcceleratorConfig, mode: Mode, source: Layout, target: Layout, base: int, function: TableSoftmax
) -> list[Kernel]:
    """The kernels of a softmax of pixels that the room suffices for."""
    scratch = Scratch.of(config, mode, source, target, base)
    codes = np.arange(256)
    negative = Requantisation(table=-((codes ^ 128) - 128 if source.signed else codes))
    power = Requantisation(
        second=_everywhere(scratch.negated, source.channels, what=Operand.ADD), table=function.powers[-codes & 255]
    )
    share = _everywhere(scratch.factor, target.channels, what=Operand.PRODUCT)
    result = Requantisation(second=replace(share, shift=FRACTION_BITS, low=0, high=255))
    lanes = [scratch.lanes.block_pitch * lane for lane in range(scratch.lanes.channels)]
    ranges = [scratch.shares.block_pitch * number for number in range(len(RANGES))]
    return [
        *_maxima(source, scratch.lanes, config),
        _over(scratch.lanes, scratch.negated, lanes, config, Source.VECTOR_MAX, requantise=negative),
        copy(config, source, scratch.powers, requantise=power),
        _sums(config, mode, scratch),
        *(_share(config, scratch, number, function.reciprocals(number)) for number in range(len(RANGES))),
        _over(scratch.shares, scratch.factor, ranges, config, Source.VECTOR_SUM),
        copy(config, scratch.powers, target, requantise=result),
    ]


def _everywhere(form: Layout, channels: int, *, what: Operand) -> Second:
    """An atom as the second tensor of so many channels."""
    return Second(layout=replace(form, channels=channels, block_pitch=0), what=what)


def _maxima(source: Layout, lanes: Layout, config: AcceleratorConfig) -> list[Kernel]:
    """Of each lane over the blocks of channels: all lanes of whole blocks, then those of a last one too."""
    whole, rest = divmod(source.channels, source.values)
    return [
        _over(
            source,
            lanes.channels_from(0, channels),
            [source.block_pitch * block for block in range(blocks)],
            config,
            Source.VECTOR_MAX,
            tail=source.values - 1,
        )
        for channels, blocks in ((source.values, whole), (rest, whole + 1))
        if channels and blocks
    ]


def _over(
    source: Layout,
    target: Layout,
    offsets: Sequence[int],
    config: AcceleratorConfig,
    reduce: Source,
    *,
    tail: int = 0,
    requantise: Requantisation = PASS,
) -> Kernel:
    """Sums or maxima over atoms at offsets, of each of ``tail + 1`` values of an atom for one channel after the
    other."""
    return Kernel.of(
        source,
        target,
        stride=(1, 1),
        taps=tuple(Tap(offset=offset, dy=0, dx=0) for offset in offsets),
        parameters=requantise.entries(np.zeros(target.channels, np.int64), config.multiplier_bits),
        requantise=requantise,
        source=reduce,
        chunks=len(offsets),
        tail=tail,
        in_signed=int(source.signed),
        in_bits=source.bits,
        block_step=0,
    )


def _sums(config: AcceleratorConfig, mode: Mode, scratch: Scratch) -> Kernel:
    """Of the high bytes of all powers, as often as an atom has words, and of the low ones."""
    words, values = scratch.powers.values, config.array.values_per_beat(mode)
    as_bytes = replace(scratch.powers, channels=scratch.powers.blocks * values, values=values, bits=8, signed=False)
    byte = np.arange(as_bytes.channels) % values
    ones = (byte[:, None] < 2 * words) & (byte[:, None] % 2 == np.repeat([1, 0], words))
    return convolution(config, mode, as_bytes, scratch.sums, ones[None, None].astype(np.int64))


def _share(config: AcceleratorConfig, scratch: Scratch, number: int, table: NDArray[np.int64]) -> Kernel:
    """What the powers are multiplied with where their sum is in a range: ``table[floor(sum / 2^k)]``."""
    words, (_, shift) = scratch.powers.values, RANGES[number]
    high, low = (scratch.sums.channels_from(first, words) for first in (0, words))
    second = Second(
        layout=low, what=Operand.ADD, own=256, other=1, zero=1 << shift - 1, shift=shift, low=0, high=256
    )  # 256 is looked up as 0, which no range has
    into = scratch.shares.channels_from(number * words, words)
    return copy(config, high, into, requantise=Requantisation(second=second, table=table))
