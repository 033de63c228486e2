"""A part of a step's output: some rows, some channels."""

from dataclasses import dataclass

__all__ = ["Part", "rows_read"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Where the output of a kernel lies in that of its step, and its input in what the step reads.

    Parameters
    ----------
    row : int
        The output's first row. Its number of rows and channels are those of the target's layout.
    channel : int
        The output's first channel.
    source_row : int
        The first row of what is read. A second tensor that is added begins with ``row``.
    source_rows : int or None
        Rows of the whole picture that the step reads; those of the source's layout if None.
    gated : bool
        Of a product: the tensors come in the other order, first the one pixel that all pixels are multiplied with.
    """

    row: int = 0
    channel: int = 0
    source_row: int = 0
    source_rows: int | None = None
    gated: bool = False

    def padding(self, top: int, stride: int) -> int:
        """Rows above the source's first that the first window sees, of a step with ``top`` rows of padding; negative
        where it begins further down."""
        return top - self.row * stride + self.source_row


def rows_read(first: int, rows: int, *, size: int, stride: int, top: int, height: int) -> tuple[int, int]:
    """The rows of a picture that windows see.

    Parameters
    ----------
    first, rows : int
        The first output row, and how many.
    size, stride, top : int
        Rows from the first to the last that a window sees, and one; the stride; rows of padding above.
    height : int
        Of the picture.

    Returns
    -------
    (int, int)
        The first row, and the one behind the last; at least one row.
    """
    low = max(0, first * stride - top)
    high = min(height, (first + rows - 1) * stride - top + size)
    low = min(low, height - 1)
    return low, max(high, low + 1)
