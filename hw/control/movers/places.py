"""The local memories as the movers see them: how many units each has, and of how many bytes a unit is."""

from dataclasses import dataclass

from amaranth.hdl import Const, Value

from lowtide.common.records.entries import ENTRY_BYTES
from lowtide.common.records.kinds import Memory
from lowtide.common.records.record import RECORD_BYTES

from ...array.decoder import table_bits
from ...config.accelerator_config import AcceleratorConfig

__all__ = ["Place", "beats_bits", "chosen", "local_bits", "places"]

_TABLE_UNITS = 64  # 256 entries of 2 bytes
_CODEBOOK_UNITS = 128  # two codebooks of 256 entries of 2 bytes


@dataclass(frozen=True)
class Place:
    """A local memory that is built.

    Parameters
    ----------
    memory : Memory
    units : int
        That it holds.
    unit_bytes : int
        Of one, a power of two.
    bus_bytes : int
        Of a beat of the bus.
    """

    memory: Memory
    units: int
    unit_bytes: int
    bus_bytes: int

    @property
    def shift(self) -> int:
        """Base-2 logarithm of the bytes of a unit."""
        return self.unit_bytes.bit_length() - 1

    @property
    def per_beat(self) -> int:
        """Units of a beat of the bus, 1 where it holds a part of one."""
        return max(1, self.bus_bytes // self.unit_bytes)

    @property
    def beats(self) -> int:
        """Beats of the bus that a unit takes, 1 where they hold several."""
        return max(1, self.unit_bytes // self.bus_bytes)


def places(config: AcceleratorConfig) -> tuple[Place, ...]:
    """The memories of a machine that LOAD fills, in the order of their numbers."""
    found = [
        (Memory.FEATURE, config.feature_atoms, config.atom_bytes),
        (Memory.WEIGHT, config.weight_words, config.weight_word_bytes),
        (Memory.PARAMETER, config.parameters, ENTRY_BYTES),
        (Memory.TAP, config.taps, ENTRY_BYTES),
    ]
    if "table" in config.post:
        found.append((Memory.TABLE, _TABLE_UNITS, ENTRY_BYTES))
    if table_bits(config.array):
        found.append((Memory.CODEBOOK, _CODEBOOK_UNITS, ENTRY_BYTES))
    return tuple(Place(memory, units, unit_bytes, config.bus_bytes) for memory, units, unit_bytes in found)


def local_bits(config: AcceleratorConfig) -> int:
    """Width of the number of a unit, of any memory. What a checked record touches is within its memory, so what moves
    it computes numbers modulo a power of two of units."""
    return (max(place.units for place in places(config)) - 1).bit_length()


def beats_bits(config: AcceleratorConfig) -> int:
    """Width of a number of beats of the bus that are asked for at once: of a whole memory, which may begin and end
    within a beat, of a record, or of an entry of the profile, which is shorter."""
    most = max(RECORD_BYTES, *(place.units * place.unit_bytes for place in places(config)))
    return (most // config.bus_bytes + 1).bit_length()


def chosen(memory: Value, values: dict[Memory, int], width: int) -> Value:
    """The value of the memory that a signal names, of ``width`` bits, 0 for one without."""
    bits = Const(0, width)
    for number, value in values.items():
        bits = bits | Const(value, width) & (memory == int(number)).replicate(width)
    return bits
