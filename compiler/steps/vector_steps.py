"""Steps without weights as kernels: sums, products, pooling, limits, tables, copies of a concatenation's parts."""

from collections.abc import Callable, Sequence

import numpy as np

from lowtide.common.records.execute import Operand, Source
from lowtide.golden.checks import value_range
from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.floating.functions import FUNCTIONS
from lowtide.golden.network.floating.pooling import pool_counts
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.network.quantised.tables import code_table

from ..kernels.kernel import Kernel
from ..kernels.largest import largest
from ..kernels.requantise import Requantisation, Second
from ..kernels.vector import copy, pool, repeated, whole_pool
from ..layouts.layout import Layout
from .builder import Builder

__all__ = ["VECTOR_STEPS", "concatenated", "neighbouring_columns", "sum_with"]

TABLE_BITS = 8  #: of the codes that the table memory is looked up by


def sum_with(builder: Builder, number: int, other: Layout, own_number: int) -> Second:
    """The tensor that an addition reads as input ``number``, added to that which it reads as ``own_number``."""
    (own, added), shift = builder.factors(builder.read(own_number).scale, builder.read(number).scale)
    return Second(
        layout=other,
        what=Operand.ADD,
        zero=builder.zero(number),
        own=int(own),
        other=int(added),
        shift=int(shift),
        low=builder.low,
        high=builder.high,
    )


def concatenated(builder: Builder, number: int, source: Layout) -> Kernel:
    """Input ``number`` of a concatenation into its channels of the target."""
    rules = builder.scaled(number)
    return copy(builder.config, source, builder.target, zero=builder.zero(number), requantise=rules)


def _add(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    second = sum_with(builder, 1, sources[-1], 0)
    rules = Requantisation(zero=builder.target_zero, second=second)
    return copy(builder.config, sources[0], builder.target, zero=builder.zero(0), requantise=rules)


def _clip(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    return copy(builder.config, sources[0], builder.target, zero=builder.zero(0), requantise=builder.scaled(0))


def _max_pool(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    geometry = Geometry.of(builder.step.node)
    return _pool(builder, sources[0], Source.VECTOR_MAX, geometry, 0, Requantisation())


def _average_pool(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    geometry = Geometry.of(builder.step.node)
    rows = builder.part.source_rows or sources[0].rows
    counts = pool_counts((rows, sources[0].columns), geometry)  # all equal
    rules = builder.scaled(0, int(counts[0, 0]))
    return _pool(builder, sources[0], Source.VECTOR_SUM, geometry, builder.zero(0), rules)


def _global_average_pool(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    size = sources[0].rows, sources[0].columns
    rules = builder.scaled(0, size[0] * size[1])
    source, target = sources[0], builder.target
    if source.channels % source.values == 0 and source.values == target.values and target.block_pitch == 1:
        return whole_pool(builder.config, source, target, zero=builder.zero(0), requantise=rules)
    return _pool(builder, sources[0], Source.VECTOR_SUM, Geometry(size=size), builder.zero(0), rules)


def _pool(
    builder: Builder, source: Layout, reduce: Source, geometry: Geometry, zero: int, rules: Requantisation
) -> Kernel:
    return pool(
        builder.config,
        source,
        builder.target,
        reduce=reduce,
        size=geometry.size,
        stride=geometry.stride,
        padding=(builder.part.padding(geometry.padding[0], geometry.stride[0]), geometry.padding[1]),
        zero=zero,
        requantise=rules,
    )


def _product(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    """The product of two tensors, value by value, or of a picture and one pixel: ``round_shift((X - z_X) (W - z_W) m,
    n)``."""
    own, other = (1, 0) if builder.part.gated else (0, 1)
    (factor,), shift = builder.factors(builder.read(0).scale * builder.read(1).scale)
    second = Second(
        layout=sources[1],
        what=Operand.PRODUCT,
        zero=builder.zero(other),
        own=int(factor),
        shift=int(shift),
        low=builder.low,
        high=builder.high,
    )
    rules = Requantisation(zero=builder.target_zero, second=second)
    make = repeated if builder.part.gated else copy
    return make(builder.config, sources[0], builder.target, zero=builder.zero(own), requantise=rules)


def _pad(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    """A picture with the code of zero around it: windows of one pixel, which begin outside."""
    geometry = Geometry(size=(1, 1), padding=builder.step.node.attributes["padding"])
    return _pool(builder, sources[0], Source.VECTOR_SUM, geometry, builder.zero(0), builder.scaled(0))


def _slice(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    """Neighbouring columns as they are, of all rows and channels."""
    first, *_ = neighbouring_columns(builder.step, sources[0].columns)
    return copy(builder.config, sources[0].columns_from(first, builder.target.columns), builder.target)


def neighbouring_columns(step: Step, columns: int) -> range:
    """The columns that a slice takes, of so many. ``ValueError`` unless they lie side by side."""
    ends = [step.node.attributes[name] for name in ("start", "stop", "step")]
    if len(ends[0]) < 2:  # a vector is one column
        return range(columns)
    found = range(*slice(*(end[-2] for end in ends)).indices(columns))
    if found.step != 1:
        raise ValueError(f"slice {step.name} takes a column of every {found.step}, allowed are neighbouring ones")
    return found


def _table(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    """A function, looked up by the codes as they are."""
    x = builder.read(0)
    inputs = np.arange(1 << x.format.bits) + value_range(x.format.bits, x.format.signed)[0]
    table = np.zeros(1 << TABLE_BITS, np.int64)
    table[inputs & (1 << TABLE_BITS) - 1] = code_table(builder.step.node, x, builder.made)
    return copy(builder.config, sources[0], builder.target, requantise=Requantisation(table=table))


def _largest(builder: Builder, sources: Sequence[Layout]) -> Kernel:
    """Pairs of the largest codes and their places."""
    return largest(builder.config, sources[0], builder.target)


#: Steps without weights that are one kernel, by their ops.
VECTOR_STEPS: dict[str, Callable[[Builder, Sequence[Layout]], Kernel]] = {
    "add": _add,
    "average_pool": _average_pool,
    "clip": _clip,
    "global_average_pool": _global_average_pool,
    "largest": _largest,
    "largest_places": _largest,
    "max_pool": _max_pool,
    "mul": _product,
    "pad": _pad,
    "slice": _slice,
    **dict.fromkeys(FUNCTIONS, _table),
}
