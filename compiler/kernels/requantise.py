"""What follows the sums of a layer, as fields of an EXEC record and entries of the parameter memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.records.entries import Parameter
from lowtide.common.records.execute import Operand

from ..layouts.layout import Layout

__all__ = ["PASS", "Requantisation", "Second"]


@dataclass(frozen=True, kw_only=True)
class Second:
    """A second tensor that is added to results, or multiplied with them, in the same record.

    With r the result before its zero point and B the tensor: ``add``, ``round_shift(r own + (B - zero) other, shift)``;
    ``product``, ``round_shift(r (B - zero) own, shift)``, clipped to low and high.

    Parameters
    ----------
    layout : Layout
        Of the second tensor: pixels, channels and values of an atom as the output's, stored together.
    what : Operand
        ADD or PRODUCT.
    zero : int
        Its zero point.
    own, other, shift, low, high : int
        See above.
    """

    layout: Layout
    what: Operand
    zero: int = 0
    own: int = 1
    other: int = 1
    shift: int = 0
    low: int = -(1 << 15)
    high: int = (1 << 15) - 1

    def fields(self, target: Layout) -> dict[str, int]:
        """The fields of a record whose output is ``target``. Raises ``ValueError`` for a tensor of another form."""
        form = self.layout
        for name in ("rows", "columns", "channels", "values", "bits"):
            if getattr(form, name) != getattr(target, name):
                raise ValueError(
                    f"{name} of the second tensor is {getattr(form, name)}, allowed is {getattr(target, name)}, "
                    "as of the output"
                )
        if form.planes or form.apart != 1:
            raise ValueError("the second tensor is in planes or stored apart, allowed are whole values stored together")
        return dict(
            operand=self.what,
            operand_base=form.base,
            operand_row_step=form.row_pitch,
            operand_block_step=form.block_pitch,
            operand_zero=self.zero,
            operand_signed=int(form.signed),
            own_multiplier=self.own,
            operand_multiplier=self.other,
            operand_shift=self.shift,
            low2=self.low,
            high2=self.high,
        )


@dataclass(frozen=True, kw_only=True)
class Requantisation:
    """``code = clip(round_shift((A + bias) multiplier, shift), low, high)``, a second tensor, ``+ zero``, a table.

    Parameters
    ----------
    multiplier, shift : array_like of int
        One for each channel, or one for all.
    low, high : int
        Limits before the zero point.
    zero : int
        Zero point of the output.
    second : Second or None
    table : array_like of int [256], or None
        What codes become, looked up by their low 8 bits.
    top_terms : int
        Largest HESE terms that are kept of each code, 0 keeps all.
    """

    multiplier: ArrayLike = 1
    shift: ArrayLike = 0
    low: int = -(1 << 15)
    high: int = (1 << 15) - 1
    zero: int = 0
    second: Second | None = None
    table: ArrayLike | None = field(default=None, compare=False)
    top_terms: int = 0

    @property
    def reads(self) -> tuple[Layout, ...]:
        """Tensors that are read beside the layer's input."""
        return () if self.second is None else (self.second.layout,)

    def fields(self, target: Layout) -> Mapping[str, int]:
        """The fields of a record whose output is ``target``, the step of the parameters aside."""
        own = dict(low=self.low, high=self.high, zero=self.zero, table=int(self.table is not None))
        second = {} if self.second is None else self.second.fields(target)
        return own | {"top_terms": self.top_terms} | second

    def entries(self, bias: NDArray[np.int64], multiplier_bits: int) -> tuple[Parameter, ...]:
        """The entries of the parameter memory: one for each channel, or one where all are equal.

        Parameters
        ----------
        bias : ndarray of int64 [channels]
        multiplier_bits : int
            Width of the machine's multipliers: ``ValueError`` for one that has more.
        """
        multiplier, shift = (np.broadcast_to(np.asarray(each), bias.shape) for each in (self.multiplier, self.shift))
        if multiplier.size and not 0 <= multiplier.min() <= multiplier.max() < 1 << multiplier_bits:
            raise ValueError(
                f"multiplier is {multiplier.max()}, allowed on this machine are 0 to {(1 << multiplier_bits) - 1}"
            )
        every = [_parameter(*each) for each in zip(bias.tolist(), multiplier.tolist(), shift.tolist(), strict=True)]
        return tuple(every[:1]) if len(set(every)) == 1 else tuple(every)


@lru_cache(maxsize=1 << 16)
def _parameter(bias: int, multiplier: int, shift: int) -> Parameter:
    """An entry; a search makes those of a layer again and again."""
    return Parameter(bias=bias, multiplier=multiplier, shift=shift)


PASS = Requantisation()  #: sums as they are
