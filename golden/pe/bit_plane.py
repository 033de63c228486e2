"""The bit-plane PE: one plane of X by one plane of W a cycle, ``lanes`` bits at a time, counted.

``sum_i x_i w_i = sum_{a,b} ±2^(a+b) popcount(x[a] & w[b])``, negative where exactly one plane is the sign plane
of a signed operand: ``x_bits * w_bits`` cycles a beat. Ternary weights are two planes. Where both operands are
binary, ±1, one cycle: ``2 popcount(xnor) - n``. Either way the product is exact; `lowtide.golden.limbs` states the
sums.

Source: Sharify et al., Loom, DAC 2018; Umuroglu et al., BISMO, arXiv 1806.08862; XNOR-Net, arXiv 1603.05279.
"""

from ..checks import check_integer
from ..duck_types import AnyArray, AnyMode
from ..storage_formats import BINARY, PLAIN, TERNARY
from .fields import TERM_FIELDS, check_defaults
from .kind import Kind

__all__ = ["BitPlane"]

_PLANES = 2  # of ternary weights; of binary operands as integers


class BitPlane(Kind):
    """One plane of the data by one of the weights in each pass, ``lanes`` bits a cycle."""

    name = "bit_plane"
    x_formats = (PLAIN.name, BINARY.name)
    w_formats = (PLAIN.name, TERNARY.name, BINARY.name)
    unused = (*TERM_FIELDS, "block_floating")

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless the formats are plain, plain by ternary, or binary by binary, with two bits each."""
        check_integer("array.lanes", array.lanes, 1)
        check_defaults(mode, self.name, self.unused)
        if (mode.x_format == BINARY.name) != (mode.w_format == BINARY.name):
            raise ValueError(
                f"mode.x_format, mode.w_format are {mode.x_format!r}, {mode.w_format!r}, allowed on a bit_plane array "
                f"is 'binary' for both or neither"
            )
        if mode.diagonal and mode.w_format == BINARY.name:
            raise ValueError(
                f"mode.diagonal is {mode.diagonal!r}, allowed with binary operands on a bit_plane array is False: they "
                "have no zero"
            )
        for side in "xw":
            bits, name = getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_format")
            if name != PLAIN.name and bits != _PLANES:
                raise ValueError(
                    f"mode.{side}_bits is {bits}, allowed with mode.{side}_format {name!r} on a bit_plane array: "
                    f"{_PLANES}"
                )

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        return array.lanes

    def passes(self, mode: AnyMode, array: AnyArray) -> int:
        """The pairs of planes, x_bits * w_bits; one of binary operands."""
        return 1 if mode.x_format == BINARY.name else mode.x_bits * mode.w_bits

    def stream_bits(self, array: AnyArray, side: str) -> int:
        return array.lanes

    def element_bits(self, mode: AnyMode, array: AnyArray, side: str) -> int:
        return 1

    def data_sizes(self, array: AnyArray) -> tuple[int, ...]:
        return (1,)

    def plane_pairs(self, mode: AnyMode, array: AnyArray) -> list[tuple[int, int]] | None:
        """Pairs of falling weight, of equal ones the highest plane of data first; none of binary operands."""
        if mode.x_format == BINARY.name:
            return None
        pairs = [(x, w) for x in range(mode.x_bits) for w in range(mode.w_bits)]
        return sorted(pairs, key=lambda pair: (pair[0] + pair[1], pair[0]), reverse=True)
