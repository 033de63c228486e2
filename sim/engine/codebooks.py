"""The codebooks of a compiled model as software knows them: what was loaded, and what a mode may ask of it.

The engine holds two books; their registers have no reset, so a book that was never loaded holds anything. A book of 16
integers that is loaded into a configuration with 256 fills the first 16 places.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.ranges import operand_range
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode
from lowtide.hw.storage_formats import find

__all__ = ["Codebooks"]


class Codebooks:
    """What is in books 0 and 1 of an engine.

    Parameters
    ----------
    config : lowtide.hw.config.array_config.ArrayConfig
        The engine's configuration.

    Attributes
    ----------
    books : list of two int32 arrays
        The integers loaded so far, place 0 first; empty where a book was never loaded.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        self.books = [np.empty(0, np.int32), np.empty(0, np.int32)]

    def load(self, integers: ArrayLike, book: int) -> NDArray[np.int32]:
        """Note that ``integers`` are loaded into ``book``; returns them as int32.

        Raises
        ------
        ValueError
            For another number of integers than a format of the configuration has, other dtypes, integers that
            ``w_width`` bits do not hold, or a book that there is not.
        """
        config, given = self.config, np.asarray(integers)
        sizes = [size for name in config.w_formats if (size := find(name).entries)]
        if given.shape not in [(size,) for size in sizes] or book not in (0, 1):
            raise ValueError(
                f"codebook {book} has shape {given.shape}, allowed in {config.name} are books 0 and 1 "
                f"of {' or '.join(map(str, sizes)) or 'no'} integers"
            )
        if not np.issubdtype(given.dtype, np.integer):
            raise ValueError(f"codebook {book} has dtype {given.dtype}, allowed are integer dtypes")
        least, most = operand_range(config.w_width, "signed" in config.w_types)[0], (1 << config.w_width) - 1
        if given.min() < least or given.max() > most:
            raise ValueError(f"codebook has values {given.min()} to {given.max()}, allowed are {least} to {most}")
        taken = given.astype(np.int32)
        self.books[book] = np.concatenate([taken, self.books[book][len(taken) :]])
        return taken

    def check(self, mode: Mode) -> None:
        """Raise ``ValueError`` for a mode whose codebook was not loaded or holds integers beyond the mode's range."""
        size = mode.storage("w").entries
        loaded = self.books[mode.codebook][:size]
        if len(loaded) < size:
            raise ValueError(
                f"codebook {mode.codebook} has {len(loaded) or 'no'} integers loaded, w_format "
                f"{mode.w_format} needs {size}: load it first"
            )
        if size:
            words = loaded & (1 << self.config.w_width) - 1  # as the hardware keeps and reads them
            read = words - ((words >> self.config.w_width - 1 << self.config.w_width) if mode.w_signed else 0)
            least, most = operand_range(mode.w_bits, mode.w_signed)
            if read.min() < least or read.max() > most:
                raise ValueError(
                    f"codebook {mode.codebook} has values {read.min()} to {read.max()}, allowed in this "
                    f"mode are {least} to {most}"
                )
