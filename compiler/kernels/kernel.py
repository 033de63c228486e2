"""A layer, or a part of one, ready to run: an EXEC record and what it needs in the machine's memories."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.records.entries import ENTRY_BYTES, Parameter, Tap
from lowtide.common.records.execute import Exec
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.layout import Layout
from ..layouts.tensor_weights import TensorWeights
from ..layouts.weights import PackedWeights
from .requantise import Requantisation

__all__ = ["Kernel", "check_layout", "constants", "window_taps"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Kernel:
    """An EXEC record whose taps, weights and parameters begin at 0 in their memories, and these.

    Parameters
    ----------
    record : Exec
    reads, writes : tuple of Layout, Layout
        The tensors that it reads and the one that it writes.
    taps : tuple of Tap
    parameters : tuple of Parameter
    weights : PackedWeights, TensorWeights or None
        None with a vector source.
    book : int
        Which codebook the weights are looked up in.
    table : ndarray of uint8 [64, 8], or None
        The table memory.
    """

    record: Exec
    reads: tuple[Layout, ...]
    writes: Layout
    taps: tuple[Tap, ...]
    parameters: tuple[Parameter, ...]
    weights: PackedWeights | TensorWeights | None = None
    book: int = 0
    table: NDArray[np.uint8] | None = None

    @classmethod
    def of(
        cls,
        source: Layout,
        target: Layout,
        /,
        *,
        stride: tuple[int, int],
        taps: tuple[Tap, ...],
        parameters: tuple[Parameter, ...],
        requantise: Requantisation,
        weights: PackedWeights | TensorWeights | None = None,
        book: int = 0,
        **fields: int,
    ) -> Self:
        """The kernel of a layer: what every record says of its input, its output and what follows its sums, and
        ``fields`` of its own.

        Parameters
        ----------
        source, target : Layout
            The input and the output.
        stride : (int, int)
            (y, x).
        requantise : Requantisation
        taps, parameters, weights, book
            See above.
        **fields
            Of the record.

        Raises
        ------
        ValueError
            For a second tensor or a table of another form.
        """
        common = _input_fields(source, stride) | _output_fields(target) | dict(requantise.fields(target))
        record: dict[str, Any] = fields | common  # whole numbers, which a record has as other types as well
        return cls(
            record=Exec(taps=len(taps), parameter_step=int(len(parameters) > 1), **record),
            reads=(source, *requantise.reads),
            writes=target,
            taps=taps,
            parameters=parameters,
            weights=weights,
            book=book,
            table=_table_bytes(requantise.table),
        )

    def with_bases(self, bases: Mapping[str, int]) -> Exec:
        """The record with its taps, parameters and weights where ``bases`` say: names of its fields to numbers."""
        return replace(self.record, **bases)  # type: ignore[arg-type]  # all of them are whole numbers


def check_built(config: AcceleratorConfig, part: str) -> None:
    """``ValueError`` unless a part, one of :data:`lowtide.hw.config.accelerator_config.POST`, is built."""
    if part not in config.post:
        built = ", ".join(config.post) or "empty"
        raise ValueError(f"post of {config.name} is {built}, allowed for this layer is one with {part}")


def check_layout(name: str, layout: Layout, atom_bytes: int) -> None:
    """``ValueError`` unless an atom holds the values of a layout."""
    bits = 1 if layout.planes else layout.bits
    if layout.values * bits > 8 * atom_bytes:
        raise ValueError(
            f"values of the {name} is {layout.values}, an atom of {atom_bytes} bytes holds {8 * atom_bytes // bits}"
        )


def window_taps(
    source: Layout,
    *,
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> tuple[Tap, ...]:
    """The taps of a window, rows first.

    Parameters
    ----------
    source : Layout
        What is read: stored apart, if at all, by a number that both strides are multiples of.
    size, stride, dilation : (int, int)
        (y, x).
    padding : (int, int)
        (top, left).
    """
    for step in stride:
        if step % source.apart:
            raise ValueError(
                f"stride is {step}, allowed where rows and columns are stored apart by {source.apart} are "
                "multiples of it"
            )
    places = [
        (u * dilation[0] - padding[0], v * dilation[1] - padding[1]) for u in range(size[0]) for v in range(size[1])
    ]
    return tuple(Tap(offset=source.offset(dy, dx), dy=dy, dx=dx) for dy, dx in places)


def _input_fields(source: Layout, stride: tuple[int, int]) -> dict[str, int]:
    """The fields of a record that say how its input lies."""
    return dict(
        in_rows=source.rows,
        in_columns=source.columns,
        stride_y=stride[0],
        stride_x=stride[1],
        in_base=source.base,
        in_row_step=stride[0] // source.apart * source.row_pitch,
        in_column_step=stride[1] // source.apart,
    )


def _output_fields(target: Layout) -> dict[str, int]:
    """The fields of a record that say how its output lies."""
    return dict(
        out_rows=target.rows,
        out_columns=target.columns,
        out_base=target.base,
        out_row_step=target.row_pitch,
        out_row_phase=target.row_phase,
        out_column_phase=target.column_phase,
        out_apart=target.apart,
        out_block_step=target.block_pitch,
        out_plane_step=target.plane_pitch,
        out_channels=target.channels,
        out_bits=target.bits,
        out_values=target.values,
        out_planes=int(target.planes),
        out_signed=int(target.signed),
    )


def _table_bytes(table: ArrayLike | None) -> NDArray[np.uint8] | None:
    """The table memory, uint8 [64, 8], of 256 signed 16-bit entries, looked up by the low 8 bits of a code.
    ``ValueError`` for another one."""
    if table is None:
        return None
    entries = np.asarray(table)
    if entries.shape != (256,) or entries.min() < -(1 << 15) or entries.max() >= 1 << 15:
        raise ValueError(f"table has shape {entries.shape}, allowed are 256 integers of 16 bits, signed")
    return entries.astype("<i2").view(np.uint8).reshape(-1, ENTRY_BYTES)


def constants(sums: NDArray[np.int64], bias: ArrayLike | None, channels: int) -> NDArray[np.int64]:
    """What is added to the results: a layer's bias less ``sums``, the share of the zero point. ``ValueError`` for
    another shape than [channels]."""
    given = np.zeros(channels, np.int64) if bias is None else np.asarray(bias, np.int64)
    if given.shape != (channels,):
        raise ValueError(f"bias has shape {given.shape}, allowed is ({channels},)")
    return given - sums
