"""The golden model in the place of an array."""

from dataclasses import dataclass

from lowtide import golden

__all__ = ["GoldenArray"]


@dataclass
class GoldenArray:
    """The golden model in the place of a compiled one: of the same use, without hardware."""

    config: object
    codebook: object = None

    def load_codebook(self, integers):
        """Keep the table, int32 [16], for the modes with a codebook."""
        self.codebook = integers

    def gemm(self, x, w, mode):
        """`lowtide.golden.Result` of ``x [M, K] @ w [K, N]``."""
        codebook = self.codebook if mode.storage("w").entries else None
        return golden.gemm(x, w, mode, self.config, codebook=codebook)
