"""Checks a LOAD or STORE before it moves anything: the lowest and the highest address that it will touch.

The extremes of a dimension are ``(count - 1) pitch`` away, which is added bit by bit of the count, external and local
at once: a check takes 5 cycles and as many more as the three numbers ``count - 1`` have bits. It runs while the record
before it does.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.kinds import Load, Memory

from ...bus.axi import ADDRESS_BITS
from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..record_words import out_of_range, record_layout
from .places import chosen, places

__all__ = ["WINDOWS", "TransferCheck"]

#: The first and the last byte of external memory that LOAD reads, and STORE writes.
WINDOWS = tuple(f"{way}_{end}" for way in ("read", "write") for end in ("base", "limit"))

_EXTERNAL_BITS = 51  # a signed sum of an address and three products of 16 and 32 bits
_LOCAL_BITS = 43  # the same of 24 bits


class TransferCheck(Unit):
    """Whether a record of LOAD or STORE stays inside of its windows and memories.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    record : in, layout of the record
        Stays the same from ``start`` until ``done``.
    stores : in, 1 bit
        It is one of STORE; stays the same as well.
    start : in, 1 bit
        For one cycle: a new record.
    read_base, read_limit, write_base, write_limit : in, 32 bits
        First and last byte of the windows of external memory.
    done : out, 1 bit
        The record is checked; until the next ``start``.
    error : out, ERROR_BITS bits
        RANGE, ADDRESS, WINDOW or NONE, when ``done``.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_transfer_check",
            {
                "record": In(record_layout(Load)),
                "stores": In(1),
                "start": In(1),
                **{name: In(ADDRESS_BITS) for name in WINDOWS},
                "done": Out(1),
                "error": Out(ERROR_BITS),
            },
        )

    def build(self, m: Module) -> None:
        record = self.record
        low, high = (Signal(signed(_EXTERNAL_BITS), name=name, reset_less=True) for name in ("low", "high"))
        local_low, local_high = (
            Signal(signed(_LOCAL_BITS), name=name, reset_less=True) for name in ("local_low", "local_high")
        )
        count = Signal(16, reset_less=True)  # bits left of this dimension's count less one
        more = Signal(reset_less=True)  # there are some: a register, as all else hangs on it
        pitch = Signal(signed(48), reset_less=True)  # times the weight of the lowest of them
        local_pitch = Signal(signed(40), reset_less=True)
        dimension, running, checked = Signal(2, reset_less=True), Signal(), Signal()
        ends = {place.memory: place for place in places(self.config)}
        shifts = [place.shift for place in ends.values()]
        shift = Signal(range(max(shifts) + 1))
        m.d.comb += [
            shift.eq(chosen(record.memory, {memory: ends[memory].shift for memory in ends}, len(shift))),
            self.done.eq(checked & ~self.start),
        ]
        below, local_below = Signal(), Signal()
        end, local_end = Signal(signed(_EXTERNAL_BITS)), Signal(signed(_LOCAL_BITS))  # the one that this bit moves
        m.d.comb += [
            below.eq(pitch < 0),
            local_below.eq(local_pitch < 0),
            end.eq(Mux(below, low, high) + pitch),
            local_end.eq(Mux(local_below, local_low, local_high) + local_pitch),
        ]
        following = []  # what the next dimension begins with
        for held, name in ((count, "count"), (pitch, "pitch"), (local_pitch, "local_pitch")):
            values = [record[f"{name}_{number}"] - (held is count) for number in (1, 2, 3)]
            following.append((held, Mux(dimension == 0, values[0], Mux(dimension == 1, values[1], values[2]))))
        new_count = following[0][1]
        writes = Signal(reset_less=True)  # it stores: a register for the windows alone
        with m.If(self.start):
            m.d.sync += [
                writes.eq(self.stores),
                low.eq(record.address),
                high.eq(record.address + (record.units << shift)),  # less one, which the next cycle takes away
                local_low.eq(record.local),
                local_high.eq(record.local + record.units),
                count.eq(0),
                more.eq(0),
                dimension.eq(0),
                running.eq(1),
                checked.eq(0),
            ]
        with m.Elif(running):
            with m.If(more):
                m.d.sync += [
                    count.eq(count >> 1),
                    more.eq(count[1:].any()),
                    pitch.eq(pitch << 1),
                    local_pitch.eq(local_pitch << 1),
                ]
                with m.If(count[0]):
                    m.d.sync += [
                        low.eq(Mux(below, end, low)),
                        high.eq(Mux(below, high, end)),
                        local_low.eq(Mux(local_below, local_end, local_low)),
                        local_high.eq(Mux(local_below, local_high, local_end)),
                    ]
            with m.Elif(dimension == 3):
                m.d.sync += [
                    running.eq(0),
                    checked.eq(1),
                    self.error.eq(self.verdict(m, writes, low, high, local_low, local_high)),
                ]
            with m.Else():
                m.d.sync += [dimension.eq(dimension + 1), *(held.eq(new) for held, new in following)]
                m.d.sync += more.eq(new_count != 0)
                with m.If(dimension == 0):
                    m.d.sync += high.eq(high - 1)

    def verdict(self, m: Module, writes: Value, low: Value, high: Value, local_low: Value, local_high: Value) -> Value:
        """The error of a record with these extremes, for the window of writes or of reads."""
        record, built = self.record, places(self.config)
        base, limit = Mux(writes, self.write_base, self.read_base), Mux(writes, self.write_limit, self.read_limit)
        units = Signal(_LOCAL_BITS - 1)
        lowest = Signal(max(place.shift for place in built))  # ones below the unit
        outside, beyond, wrong = Signal(), Signal(), Signal()
        known = Mux(
            self.stores,
            (record.memory == int(Memory.FEATURE)) & ~record.fill,
            Cat(record.memory == int(place.memory) for place in built).any(),
        )
        inside = [
            (record[name].as_unsigned() if name != "address" else record[name])[: len(lowest)] & lowest
            for name in ("address", "pitch_1", "pitch_2", "pitch_3")
        ]
        m.d.comb += [
            units.eq(chosen(record.memory, {place.memory: place.units for place in built}, len(units))),
            lowest.eq(chosen(record.memory, {place.memory: place.unit_bytes - 1 for place in built}, len(lowest))),
            wrong.eq(out_of_range(Load, record) | ~known | Cat(inside).any()),
            beyond.eq((local_low < 0) | (local_high > units)),  # local_high: the unit behind the last
            outside.eq(~record.fill & ((low < base) | (high > limit))),
        ]
        return Mux(
            wrong,
            Const(Error.RANGE, ERROR_BITS),
            Mux(beyond, Const(Error.ADDRESS, ERROR_BITS), Mux(outside, Const(Error.WINDOW, ERROR_BITS), 0)),
        )
