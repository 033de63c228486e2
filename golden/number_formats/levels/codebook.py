"""Weight sharing: a code is an index into a table of 16 or 256 numbers, found by k-means.

``v = table[code]``, the nearest entry, ties to the lower one. The table holds real numbers, or with ``bits`` integers
at the scale ``max|v| / (2^(bits-1) - 1)``, as an array's codebook memory does. The error is at most half the distance
of the two entries around the value; values beyond the first or last entry become it.

A column with a table of its own (axis=0) has it in axis 1 of ``tables``; an array holds one table for all columns.

Source: Han, Mao, Dally, Deep Compression, arXiv 1510.00149, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_bits
from ...pe.fields import check_choice
from ...quantise import finite_array, scale_of
from ...storage_formats import FORMATS
from ...storage_formats import Codebook as StoredCodebook
from ...storage_formats.codebook import k_means
from ..fitting.scales import REAL_BITS, checked_codes, checked_values
from ..format import Format, Quantiser
from .level_quantiser import midpoints

__all__ = ["Codebook", "CodebookQuantiser"]

_FORMATS = {stored.entries: stored for stored in FORMATS if isinstance(stored, StoredCodebook)}


@dataclass(frozen=True)
class Codebook(Format):
    """A table of numbers.

    Parameters
    ----------
    entries : int
        16 or 256.
    bits : int or None
        Of the table's integers, 2..16; None for real numbers.
    """

    entries: int = 16
    bits: int | None = None

    def __post_init__(self) -> None:
        check_choice("entries", self.entries, tuple(sorted(_FORMATS)))
        if self.bits is not None:
            check_bits("bits", self.bits)

    @property
    def name(self) -> str:
        return f"codebook {self.entries}" + ("" if self.bits is None else f" of {self.bits} bit")

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> CodebookQuantiser:
        """The quantiser with one table, or with a table per column if ``axis`` is 0; ValueError for other axes."""
        values = checked_values(values)
        check_choice("axis", axis, (None, 0))
        if axis is None:
            table, scale = self._table(values)
            return CodebookQuantiser(format=self, tables=table, scale=scale)
        if values.ndim == 0:
            raise ValueError("values has 0 dimensions, allowed with axis 0 are 1 or more")
        columns = values.reshape(values.shape[0], -1).T
        tables, scales = zip(*map(self._table, columns), strict=True)
        shape = values.shape[1:]
        return CodebookQuantiser(
            format=self,
            tables=np.stack(tables, axis=1).reshape(self.entries, *shape),
            scale=np.array(scales).reshape(1, *shape),
        )

    def _table(self, values: NDArray[np.float64]) -> tuple[NDArray[np.int32 | np.float64], NDArray[np.float64]]:
        """(table, scale): ascending entries [entries], and what they are multiplied by."""
        if self.bits is None:
            return np.sort(k_means(np.sort(values, axis=None), self.entries)), np.ones(())
        scale = scale_of(values, bits=self.bits) if values.any() else np.ones(())
        return _FORMATS[self.entries].cluster(values, scale, bits=self.bits)[1], scale

    def mode_fields(self) -> dict[str, Any] | None:
        """Codes of the storage format codebook16 or codebook256, if the table holds integers."""
        if self.bits is None:
            return None
        return {"w_bits": self.bits, "w_signed": True, "w_format": _FORMATS[self.entries].name}


@dataclass(frozen=True, kw_only=True, eq=False)
class CodebookQuantiser(Quantiser):
    """Tables and the scale of their entries.

    Parameters
    ----------
    format : Codebook
    tables : ndarray of float64, or of int32 if the format has bits
        Ascending entries, [entries] for all values, [entries, ...] for each column.
    scale : ndarray of float64
        Of the entries, () or [1, ...].
    """

    format: Codebook
    tables: NDArray[np.int32 | np.float64]
    scale: NDArray[np.float64]

    @property
    def bits(self) -> int:
        return (self.format.entries - 1).bit_length()

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        numbers = finite_array("values", values)
        self._check_shape("values", numbers)
        numbers = numbers / self.scale
        codes = np.empty(numbers.shape, np.int32)
        for column, table in self._columns():
            codes[column] = np.searchsorted(midpoints(table), numbers[column])
        return codes

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        return self._entries(codes) * self.scale

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]] | None:
        """The entries, if they are integers."""
        if self.format.bits is None:
            return None
        return self._entries(codes).astype(np.int32, copy=False), np.asarray(self.scale)

    def parameter_bits(self) -> int:
        if self.format.bits is None:
            return self.tables.size * REAL_BITS
        return self.tables.size * self.format.bits + np.size(self.scale) * REAL_BITS

    def _entries(self, codes: ArrayLike) -> NDArray[np.int32 | np.float64]:
        codes = checked_codes(codes, 0, self.format.entries - 1)
        self._check_shape("codes", codes)
        entries = np.empty(codes.shape, self.tables.dtype)
        for column, table in self._columns():
            entries[column] = table[codes[column]]
        return entries

    def _columns(self) -> list[tuple[Any, NDArray[np.int32 | np.float64]]]:
        """(index of a column, its table) of all columns; of the one table the index of everything."""
        if np.ndim(self.scale) == 0:
            return [(..., self.tables)]
        return [((slice(None), *column), self.tables[:, *column]) for column in np.ndindex(self.tables.shape[1:])]

    def _check_shape(self, name: str, array: NDArray[np.integer | np.floating]) -> None:
        if np.ndim(self.scale) and (array.ndim == 0 or array.shape[1:] != self.tables.shape[1:]):
            raise ValueError(f"{name} has shape {array.shape}, allowed are [K, ...] of columns {self.tables.shape[1:]}")
