"""The golden model in the place of an array."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from lowtide import golden
from lowtide.golden.duck_types import AnyArray, AnyMode
from lowtide.golden.storage_formats import find

__all__ = ["GoldenArray"]


@dataclass
class GoldenArray:
    """The golden model in the place of a compiled one: of the same use, without hardware."""

    config: AnyArray
    codebook: ArrayLike | None = None

    def load_codebook(self, integers: ArrayLike) -> None:
        """Keep the table, int32 [16], for the modes with a codebook."""
        self.codebook = integers

    def gemm(self, x: ArrayLike, w: ArrayLike, mode: AnyMode, *, w_exponents: ArrayLike | None = None) -> golden.Result:
        """`lowtide.golden.Result` of ``x [M, K] @ w [K, N]``, weights with exponents int [groups, N] or None."""
        codebook = self.codebook if find(mode.w_format).entries else None
        return golden.gemm(x, w, mode, self.config, codebook=codebook, w_exponents=w_exponents)
