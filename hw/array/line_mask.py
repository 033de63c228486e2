"""Masks: what of a payload lies beyond the last value of a job becomes zero at an edge, or what the kind puts there.

Without stages in the sum of the PEs a payload is masked as it comes. With stages it is registered before, and each line
has a unit of its own with a register of what counts: one register for all lines would have many long wires.
"""

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.arithmetic import any_of
from ..logic.unit import Unit
from ..mode.word import ModeWord

__all__ = ["LineMask", "Mask"]


class Mask:
    """The mask of a chunk.

    Parameters
    ----------
    m : Module
        Gets the logic.
    config : ArrayConfig
    side : str
        "x" or "w".
    bits : int
        Of a chunk without exponent.
    mode : view of ModeWord
    used : Value
        Values that count, a bit each.
    """

    def __init__(self, m: Module, config: ArrayConfig, side: str, bits: int, mode: data.View, used: Value) -> None:
        self.mask, choices = Signal(bits, name="mask"), []
        for width, holds in config.pe.element_sizes(config, mode, side):
            spread = Cat(counts.replicate(width) for counts in used)[:bits]
            choices.append(Cat(spread, Const(0, bits - len(spread))) & holds.replicate(bits))
        m.d.comb += self.mask.eq(any_of(choices))
        self.padding = config.pe.padding(config, mode, side)

    def on(self, chunk: Value) -> Value:
        """A chunk without what lies beyond."""
        kept = chunk & self.mask
        return kept if self.padding is None else kept | (self.padding & ~self.mask)


class LineMask(Unit):
    """The mask of one line.

    Parameters
    ----------
    config : ArrayConfig
    side : str
        "x" or "w".
    name : str
        End of the module's name.
    bits : int
        Of a chunk without exponent.

    Ports
    -----
    mode : in, ModeWord
    used : in, one bit for each value of the largest chunk
        Values that count.
    values : in, ``bits`` bits
        The chunk, a cycle later.
    masked : out, ``bits`` bits
    """

    def __init__(self, config: ArrayConfig, side: str, name: str, bits: int) -> None:
        self.config, self.side = config, side
        super().__init__(
            f"{config.name}_{name}",
            {
                "en": In(1),
                "mode": In(ModeWord),
                "used": In(config.chunk),
                "values": In(bits),
                "masked": Out(bits),
            },
        )

    def build(self, m: Module) -> None:
        mode = Signal(ModeWord, name="mode_of_chunk", reset_less=True)
        used = Signal(self.config.chunk, name="used_of_chunk", reset_less=True)
        m.d.sync += [mode.eq(self.mode), used.eq(self.used)]
        m.d.comb += self.masked.eq(Mask(m, self.config, self.side, len(self.values), mode, used).on(self.values))
