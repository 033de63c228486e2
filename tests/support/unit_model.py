"""A unit as a Verilated model that a test drives cycle by cycle from Python; ports of AXI4 are served by C++.

::

    model = UnitModel(Fifo("fifo", 8, 4))
    model.reset()
    model.set("i_valid", 1)          # inputs by the names of the Verilog
    model.get("i_ready")             # outputs, settled
    model.tick()                     # a rising edge

A unit with ports ``m_axi_...`` gets the memory of ``sim/machine/axi_memory.h``: ``model.memory``, its bytes;
``model.behave(...)``, its latency, stalls and faults; ``model.hold_bus(True)``, a reset of it alone;
``model.check_bus()``, which fails if a rule was broken.
"""

import ctypes
import functools

import numpy as np
from amaranth.lib.wiring import In

from lowtide.common.store import digest, stored
from lowtide.hw.emit.verilog import verilog
from lowtide.sim.machine.library import AXI_MEMORY, CHANNELS, Behaviour, Counts
from lowtide.sim.verilator.build import build, build_folder

_HARNESS = """
#include <cstdint>
#include <cstring>
#include <type_traits>
#include "Vtop.h"
#include "verilated.h"
{memory_source}
struct Bench {{
    VerilatedContext context;
    Vtop top{{&context}};
    {memory_member}
    Bench(uint64_t size, uint64_t seed) : context{{}}{memory_made} {{
        context.randReset(2);
        context.randSeed(int(seed) + 1);
    }}
}};
template <typename Port> void put(Port& port, const uint32_t* from) {{ std::memcpy(&port, from, sizeof(port)); }}
template <typename Port> void take(const Port& port, uint32_t* into) {{ std::memcpy(into, &port, sizeof(port)); }}
extern "C" {{
void* unit_create(uint64_t size, uint64_t seed) {{ return new Bench(size, seed); }}
void unit_destroy(void* bench) {{ delete static_cast<Bench*>(bench); }}
void unit_put(void* bench, int port, const uint32_t* from) {{
    Vtop& top = static_cast<Bench*>(bench)->top;
    switch (port) {{
{puts}
    }}
}}
void unit_take(void* bench, int port, uint32_t* into) {{
    Vtop& top = static_cast<Bench*>(bench)->top;
    switch (port) {{
{takes}
    }}
}}
void unit_settle(void* bench) {{ static_cast<Bench*>(bench)->top.eval(); }}
void unit_tick(void* raw) {{
    Bench& bench = *static_cast<Bench*>(raw);
    {clocked}
    bench.top.eval();
}}
{memory_functions}
}}
"""
_CLOCKED = """bench.top.clk = 0;
    bench.top.eval();
    {before}
    bench.top.clk = 1;
    bench.top.eval();
    {after}"""
_MEMORY_FUNCTIONS = """
uint8_t* axi_bytes(void* bench) { return static_cast<Bench*>(bench)->memory.bytes.data(); }
void axi_behave(void* bench, const lowtide::AxiBehaviour* b) { static_cast<Bench*>(bench)->memory.behaviour = *b; }
void axi_hold(void* bench, int held) { static_cast<Bench*>(bench)->memory.held = held; }
void axi_counts(void* bench, lowtide::AxiCounts* into) { *into = static_cast<Bench*>(bench)->memory.counts; }
const char* axi_broken(void* bench) { return static_cast<Bench*>(bench)->memory.broken.c_str(); }
"""


class UnitModel:
    """A unit that runs.

    size: bytes of the memory on its bus, where it has one. text: Verilog with the same ports in the unit's place.
    """

    def __init__(self, unit, *, size=1 << 16, seed=1, text=None):
        ports = list(unit.ports())
        self.names = [name for name, _, _ in ports] + (["rst"] if not unit.combinational else [])
        self.widths = {name: len(value) for name, value, _ in ports} | {"rst": 1}
        self.signed = {name: value.shape().signed for name, value, _ in ports} | {"rst": False}
        self.inputs = {name for name, _, member in ports if member.flow == In} | {"rst"}
        self.has_bus = "m_axi_rdata" in self.names or "m_axi_wdata" in self.names
        self.library = ctypes.CDLL(str(_library(unit, text)))
        for name in ("unit_create", "axi_bytes"):
            if hasattr(self.library, name):
                getattr(self.library, name).restype = ctypes.c_void_p
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.buffer = {name: (ctypes.c_uint32 * (2 * -(-self.widths[name] // 64)))() for name in self.names}
        self.handle = ctypes.c_void_p(self.library.unit_create(ctypes.c_uint64(size), ctypes.c_uint64(seed)))
        self.cycle, self.settled = 0, False
        if self.has_bus:
            self.library.axi_broken.restype = ctypes.c_char_p
            raw = ctypes.cast(self.library.axi_bytes(self.handle), ctypes.POINTER(ctypes.c_uint8))
            self.memory = np.ctypeslib.as_array(raw, (size,))
            self.behave()

    def __del__(self):
        if hasattr(self, "handle"):
            self.library.unit_destroy(self.handle)

    def set(self, name, value):
        assert name in self.inputs, name
        value &= (1 << self.widths[name]) - 1
        buffer = self.buffer[name]
        ctypes.memmove(buffer, value.to_bytes(ctypes.sizeof(buffer), "little"), ctypes.sizeof(buffer))
        self.library.unit_put(self.handle, self.numbers[name], buffer)
        self.settled = False

    def get(self, name):
        if not self.settled:
            self.library.unit_settle(self.handle)
            self.settled = True
        buffer, width = self.buffer[name], self.widths[name]
        self.library.unit_take(self.handle, self.numbers[name], buffer)
        value = int.from_bytes(bytes(buffer), "little") & (1 << width) - 1
        return value - (1 << width) if self.signed[name] and value >> width - 1 else value

    def tick(self):
        self.library.unit_tick(self.handle)
        self.cycle += 1
        self.settled = True

    def reset(self):
        self.set("rst", 1)
        self.tick()
        self.set("rst", 0)

    def behave(self, *, latency=0, stalls=0.0, read_fault=(0, 0), write_fault=(0, 0), response=2):
        """stalls: how often each channel of the bus stands still, one number or one for each of CHANNELS."""
        stalls = [stalls] * len(CHANNELS) if isinstance(stalls, float) else stalls
        stall = (ctypes.c_uint32 * 5)(*(round(256 * each) for each in stalls))
        pair = ctypes.c_uint64 * 2
        self.library.axi_behave(
            self.handle, ctypes.byref(Behaviour(latency, stall, pair(*read_fault), pair(*write_fault), response))
        )

    def hold_bus(self, held):
        """Begin or end a reset of the memory alone."""
        self.library.axi_hold(self.handle, held)

    def counts(self):
        found = Counts()
        self.library.axi_counts(self.handle, ctypes.byref(found))
        return found

    def check_bus(self):
        broken = self.library.axi_broken(self.handle).decode()
        assert not broken, broken


@functools.cache  # a unit is emitted once
def _library(unit, text):
    text = text or verilog(unit)
    ports = list(unit.ports())
    names = [name for name, _, _ in ports] + (["rst"] if not unit.combinational else [])
    inputs = {name for name, _, member in ports if member.flow == In} | {"rst"}
    has_bus = "m_axi_rdata" in names or "m_axi_wdata" in names
    if has_bus:
        assert {"m_axi_rdata", "m_axi_wdata"} <= set(names), "the memory serves both directions: place both masters"
    source = _HARNESS.format(
        memory_source=AXI_MEMORY.read_text() if has_bus else "",
        memory_member="lowtide::AxiMemory<Vtop> memory;" if has_bus else "",
        memory_made=", memory{top, size, seed}" if has_bus else "",
        puts="\n".join(
            f"    case {n}: put(top.{name}, from); break;" for n, name in enumerate(names) if name in inputs
        ),
        takes="\n".join(f"    case {n}: take(top.{name}, into); break;" for n, name in enumerate(names)),
        clocked=""
        if unit.combinational
        else _CLOCKED.format(
            before="if (bench.top.rst) bench.memory.reset(); else bench.memory.sample();" if has_bus else "",
            after="bench.memory.drive();" if has_bus else "",
        ),
        memory_functions=_MEMORY_FUNCTIONS if has_bus else "",
    )
    harness = build_folder() / f"unit-harness-{digest(source)}.cpp"
    stored(harness, lambda place: place.write_text(source))
    return build(text, top=unit.name, flavour="quick", sources=[harness])
