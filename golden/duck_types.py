"""What golden reads of a mode and of an array: attributes, whatever object has them.

`lowtide.golden.Mode` and `lowtide.golden.Array` have them and say what they mean; so have the hardware's own mode word
and configuration, which golden does not import. An attribute that the array's kind gives no meaning may be None.
"""

from typing import Protocol

__all__ = ["AnyArray", "AnyMode", "Lanes"]


class AnyMode(Protocol):
    """What one job computes, see `lowtide.golden.Mode`."""

    @property
    def x_signed(self) -> bool: ...

    @property
    def w_signed(self) -> bool: ...

    @property
    def hese(self) -> bool: ...

    @property
    def select(self) -> bool: ...

    @property
    def x_bits(self) -> int: ...

    @property
    def w_bits(self) -> int: ...

    @property
    def data_terms(self) -> int: ...

    @property
    def group(self) -> int: ...

    @property
    def budget(self) -> int: ...

    @property
    def x_format(self) -> str: ...

    @property
    def w_format(self) -> str: ...

    @property
    def codebook(self) -> int: ...

    @property
    def group_exponent(self) -> bool: ...

    @property
    def diagonal(self) -> bool: ...

    @property
    def block_floating(self) -> bool: ...


class Lanes(Protocol):
    """The lanes of an array, see `lowtide.golden.lane_rules`."""

    @property
    def group(self) -> int: ...

    @property
    def lanes(self) -> int: ...

    @property
    def dedicated(self) -> bool | None: ...

    @property
    def window(self) -> int | None: ...


class AnyArray(Lanes, Protocol):
    """What is built, see `lowtide.golden.Array`."""

    @property
    def kind(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def cols(self) -> int: ...

    @property
    def tile_rows(self) -> int: ...

    @property
    def tile_cols(self) -> int: ...

    @property
    def acc_width(self) -> int: ...

    @property
    def result_buffer(self) -> bool: ...

    @property
    def x_width(self) -> int: ...

    @property
    def w_width(self) -> int: ...

    @property
    def x_types(self) -> tuple[str, ...]: ...

    @property
    def w_types(self) -> tuple[str, ...]: ...

    @property
    def x_formats(self) -> tuple[str, ...] | None: ...

    @property
    def w_formats(self) -> tuple[str, ...] | None: ...

    @property
    def encodings(self) -> tuple[str, ...]: ...

    @property
    def budget(self) -> int | None: ...

    @property
    def digits(self) -> str | None: ...

    @property
    def accumulation(self) -> str | None: ...

    @property
    def coefficient_width(self) -> int | None: ...

    @property
    def guard_bits(self) -> int: ...

    @property
    def exponent_bits(self) -> int: ...

    @property
    def digits_per_cycle(self) -> int: ...

    @property
    def weight_cycles(self) -> int | None: ...
