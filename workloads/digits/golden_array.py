"""The golden model in the place of an array."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from lowtide import golden
from lowtide.golden.duck_types import AnyArray, AnyMode
from lowtide.golden.storage_formats import find

__all__ = ["GoldenArray"]


@dataclass
class GoldenArray:
    """The golden model in the place of a compiled one: of the same use, without hardware.

    Parameters
    ----------
    config : AnyArray
        What is built.
    codebook : array_like of int32 [16], or None
        The table that was loaded.
    """

    config: AnyArray
    codebook: ArrayLike | None = None

    def load_codebook(self, integers: ArrayLike) -> None:
        """Keep the table, int32 [16], for the modes with a codebook."""
        self.codebook = integers

    def gemm(self, x: ArrayLike, w: ArrayLike, mode: AnyMode, *, w_exponents: ArrayLike | None = None) -> golden.Result:
        """The product of ``x`` [M, K] and ``w`` [K, N].

        Parameters
        ----------
        x, w : array_like of int
            Data and weights, codes where a format stores them so.
        mode : Mode
            Of the job.
        w_exponents : array_like of int [groups, N], or None
            Of groups of weights.

        Returns
        -------
        lowtide.golden.Result
            With cycles and term pairs.
        """
        codebook = self.codebook if find(mode.w_format).entries else None
        return golden.gemm(x, w, mode, self.config, codebook=codebook, w_exponents=w_exponents)
