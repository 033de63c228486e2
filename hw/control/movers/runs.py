"""The runs of a LOAD or STORE: where each begins, in external and in local memory, one a cycle.

Three nested counters; dimension 1 is the innermost. Each has the address at which its present turn began; the next
address is that of the innermost dimension that goes on, plus its pitch. Nothing is multiplied.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.kinds import Load

from ...bus.axi import ADDRESS_BITS
from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..record_words import record_layout
from .places import local_bits

__all__ = ["STEADY", "Runs", "run_layout"]

#: Fields of the record that are needed while it runs.
STEADY = data.StructLayout(
    {name: field.shape for name, field in record_layout(Load) if name.startswith(("count", "pitch", "local_pitch"))}
)


def run_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A run: external address of its first byte, its first local unit, whether it is the record's last."""
    return data.StructLayout({"address": ADDRESS_BITS, "local": local_bits(config), "last": 1})


class Runs(Unit):
    """Records to runs.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    record : in, :data:`STEADY`
        Of the record. Stays the same from the cycle after ``begin`` on.
    first : in, layout of LOAD, which is that of STORE
        The record in the cycle of ``begin``.
    begin : in, 1 bit
        For one cycle, behind the last run of the record before: the runs of a new one.
    run : out, stream of :func:`run_layout`
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_runs",
            {
                "record": In(STEADY),
                "first": In(record_layout(Load)),
                "begin": In(1),
                "run": Out(stream.Signature(run_layout(config))),
            },
        )

    def build(self, m: Module) -> None:
        idle = Signal(init=1)
        addresses = [Signal(ADDRESS_BITS, name=f"address_{number}", reset_less=True) for number in (1, 2, 3)]
        locals_ = [Signal(local_bits(self.config), name=f"local_{number}", reset_less=True) for number in (1, 2, 3)]
        left = [Signal(16, name=f"left_{number}", reset_less=True) for number in (1, 2, 3)]
        # more than the one that is given is left: registers, as all steps hang on them
        goes_on = [Signal(name=f"goes_on_{number}", reset_less=True) for number in (1, 2, 3)]
        m.d.comb += [
            self.run.valid.eq(~idle),
            self.run.payload.address.eq(addresses[0]),
            self.run.payload.local.eq(locals_[0]),
            self.run.payload.last.eq(~Cat(goes_on).any()),
        ]
        next_address, next_local = Signal(ADDRESS_BITS), Signal.like(locals_[0])
        for moved, held, name in ((next_address, addresses, "pitch"), (next_local, locals_, "local_pitch")):
            start, pitch = Signal.like(moved, name=f"{name}_from"), Signal.like(moved, name=f"{name}_by")
            steps = [self.record[f"{name}_{number}"] for number in (1, 2, 3)]
            m.d.comb += [
                start.eq(Mux(goes_on[0], held[0], Mux(goes_on[1], held[1], held[2]))),
                pitch.eq(Mux(goes_on[0], steps[0], Mux(goes_on[1], steps[1], steps[2]))),
                moved.eq(start + pitch),
            ]
        with m.If(self.begin):
            m.d.sync += idle.eq(0)
        with m.If(idle):  # not with ``begin``, which comes late and would go to each of these registers
            m.d.sync += [
                *(address.eq(self.first.address) for address in addresses),
                *(local.eq(self.first.local) for local in locals_),
                *(each.eq(self.first[f"count_{number}"]) for number, each in enumerate(left, 1)),
                *(goes.eq(self.first[f"count_{number}"] != 1) for number, goes in enumerate(goes_on, 1)),
            ]
        with m.Elif(self.run.ready):
            m.d.sync += idle.eq(self.run.payload.last)
            for inner in range(3):
                # this dimension goes on, or one outside of it does and it begins anew
                turns = goes_on[inner] & ~Cat(goes_on[:inner]).any() if inner else goes_on[0]
                with m.If(~Cat(goes_on[:inner]).any() if inner else 1):
                    m.d.sync += [
                        addresses[inner].eq(next_address),
                        locals_[inner].eq(next_local),
                        left[inner].eq(Mux(turns, left[inner] - 1, self.record[f"count_{inner + 1}"])),
                        goes_on[inner].eq(Mux(turns, left[inner] != 2, self.record[f"count_{inner + 1}"] != 1)),
                    ]
