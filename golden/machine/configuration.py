"""The machine's configuration, and the sizes that follow from it.

Every function reads attributes only: any object with the names of :class:`Machine` will do, such as the hardware's own
configuration.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from ..duck_types import AnyArray
from ..mode import Array
from ..pe import KINDS
from ..storage_formats import find

__all__ = [
    "ENTRY_BYTES",
    "AnyMachine",
    "Machine",
    "atom_bytes",
    "check_machine",
    "element_sizes",
    "has_codebooks",
    "payload_bits",
    "plane_bits",
    "weight_word_bytes",
]

ENTRY_BYTES = 8  #: of the parameter and the tap memory, and of the unit in which tables and codebooks are moved
OUTPUT_SIZES = (8, 16)  #: bits of values that every machine can write


class AnyMachine(Protocol):
    """What is built, see :class:`Machine`."""

    @property
    def array(self) -> AnyArray: ...

    @property
    def feature_bytes(self) -> int: ...

    @property
    def weight_bytes(self) -> int: ...

    @property
    def parameters(self) -> int: ...

    @property
    def taps(self) -> int: ...

    @property
    def multiplier_bits(self) -> int: ...

    @property
    def post(self) -> tuple[str, ...]: ...

    @property
    def top_k(self) -> int: ...

    @property
    def identity(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What is built around an array, as far as it decides what is computed.

    Parameters
    ----------
    array : Array
    feature_bytes, weight_bytes : int
        Of the feature and the weight memory.
    parameters, taps : int
        Entries of the parameter and the tap memory.
    multiplier_bits : int
        Width of the multipliers behind the array.
    post : tuple of str
        What is built behind the requantiser: some of "operand", "product", "vector", "table", "top_terms" and
        "measure".
    top_k : int
        Most largest codes of a vector that can be kept, 0 to 15.
    identity : int
        A number, not 0, that lists for this machine come with.
    """

    array: Array
    feature_bytes: int = 1 << 16
    weight_bytes: int = 1 << 16
    parameters: int = 256
    taps: int = 64
    multiplier_bits: int = 16
    post: tuple[str, ...] = ("operand", "product", "vector", "table", "top_terms", "measure")
    top_k: int = 5
    identity: int = 1


def payload_bits(array: AnyArray, side: str) -> int:
    """Bits of what a row ("x") or a column ("w") takes in a beat: its values, and behind them the chunk's exponent
    where chunks of weights have one."""
    kind = KINDS[array.kind]
    exponent = array.exponent_bits if side == "w" and kind.group_exponents else 0
    return kind.stream_bits(array, side) + exponent


def atom_bytes(machine: AnyMachine) -> int:
    """Bytes of an atom, the smallest power of two that holds what a row takes in a beat."""
    return _bytes(payload_bits(machine.array, "x"))


def weight_word_bytes(machine: AnyMachine) -> int:
    """Bytes of a weight word, the smallest power of two that holds what all columns take in a beat."""
    return _bytes(machine.array.cols * payload_bits(machine.array, "w"))


def element_sizes(machine: AnyMachine) -> tuple[int, ...]:
    """Bits of the values that atoms may hold: those of the data of some mode, 8 and 16, as far as an atom holds one."""
    sizes = {*KINDS[machine.array.kind].data_sizes(machine.array), *OUTPUT_SIZES} - {1}
    return tuple(sorted(size for size in sizes if size <= 8 * atom_bytes(machine)))


def plane_bits(machine: AnyMachine) -> int:
    """Most bits of a value whose bits have an atom each; 0 where no mode takes data in bit planes."""
    array = machine.array
    return array.x_width if 1 in KINDS[array.kind].data_sizes(array) else 0


def has_codebooks(machine: AnyMachine) -> bool:
    """Whether the array has codebooks."""
    names = machine.array.w_formats
    names = KINDS[machine.array.kind].w_formats if names is None else names
    return any(find(name).entries for name in names)


def check_machine(machine: AnyMachine) -> None:
    """ValueError unless the memories hold whole units, and data have no exponents."""
    array = machine.array
    if array.exponent_bits and not KINDS[array.kind].group_exponents:
        raise ValueError(
            f"array.exponent_bits is {array.exponent_bits}, allowed in a machine with kind {array.kind} is 0: data in "
            "memory have no exponents"
        )
    for name, unit in (("feature_bytes", atom_bytes(machine)), ("weight_bytes", weight_word_bytes(machine))):
        size = getattr(machine, name)
        if size < unit or size % unit:
            raise ValueError(f"{name} is {size}, allowed are multiples of {unit}")


def _bytes(bits: int) -> int:
    return 1 << (math.ceil(bits / 8) - 1).bit_length()
