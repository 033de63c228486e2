"""cocotb bench: a machine that copies between cocotbext-axi's memory and its registers' master, with pauses."""

import itertools
import logging
import random
import warnings

warnings.filterwarnings("error", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"cocotbext\.axi")

import cocotb  # noqa: E402
from cocotb.clock import Clock  # noqa: E402
from cocotb.triggers import ClockCycles, RisingEdge, with_timeout  # noqa: E402
from cocotbext.axi import AxiBus, AxiLiteBus, AxiLiteMaster, AxiRam, AxiResp  # noqa: E402

from lowtide.common.records.errors import Error  # noqa: E402
from lowtide.common.records.kinds import End, Load, Store, Wait, pack  # noqa: E402
from lowtide.hw.control.registers.register_map import register_map  # noqa: E402
from lowtide.sim.cocotb.run import parameters  # noqa: E402

SIZE = 1 << 16
LIST = 0x1000


class Machine:
    """The machine with a memory on its bus and a master on its registers, in reset until :meth:`begin`."""

    def __init__(self, dut):
        self.dut, self.rng = dut, random.Random(parameters()["seed"])
        for name in ("cocotb", "cocotb.tb"):
            logging.getLogger(name).setLevel(logging.WARNING)
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        self.registers = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), dut.clk, dut.rst)
        self.ram = AxiRam(AxiBus.from_prefix(dut, "m_axi"), dut.clk, dut.rst, size=SIZE)
        self.addresses = {register.name: register.address for register in register_map()}

    def pause(self, often):
        """Every channel of both buses stands still so often."""

        def pauses(seed):
            rng = random.Random(seed)
            return (rng.random() < often for _ in itertools.count())

        ram, lite = (self.ram.write_if, self.ram.read_if), (self.registers.write_if, self.registers.read_if)
        channels = [getattr(each, name) for each in (*ram, *lite) for name in vars(each) if name.endswith("_channel")]
        assert len(channels) == 10
        for seed, channel in enumerate(channels):
            channel.set_pause_generator(pauses(seed))

    async def begin(self):
        self.dut.rst.value = 1
        await ClockCycles(self.dut.clk, 4)
        self.dut.rst.value = 0
        await RisingEdge(self.dut.clk)
        await self.write("program", parameters()["identity"])

    async def write(self, register, value):
        await self.registers.write_dword(self.addresses[register], value)

    async def read(self, register):
        return await self.registers.read_dword(self.addresses[register])

    async def run(self, records):
        self.ram.write(LIST, pack(records))
        await self.write("execution", LIST)
        await self.write("interrupts_enabled", 7)
        await self.write("start", 2)
        await with_timeout(RisingEdge(self.dut.irq), 400, "us")


def copies(rng, count, atom):
    """Records that copy rows of bytes there and back; what of memory becomes what."""
    records, moved = [], []
    for number in range(count):
        units, rows = rng.randint(1, 40), rng.randint(1, 3)
        source = rng.randrange(0x2000, 0x6000, atom)
        target = 0x8000 + number * 0x200 + rng.randrange(16) * atom
        pitch = units * atom + rng.randrange(4) * atom
        copy = dict(units=units, count_1=rows, local_pitch_1=units, local=rng.randrange(100))
        records.append(Load(address=source, pitch_1=pitch, take_b=int(number > 0), give_b=1, **copy))
        records.append(Store(address=target, pitch_1=units * atom, take_a=1, give_a=1, **copy))
        moved += [(source + row * pitch, target + row * units * atom, units * atom) for row in range(rows)]
    return records, moved


@cocotb.test()
async def copies_are_whole(dut):
    machine = Machine(dut)
    await machine.begin()
    for often in (0.0, 0.4):
        machine.pause(often)
        machine.ram.write(0x2000, bytes(machine.rng.getrandbits(8) for _ in range(0x5000)))
        records, moved = copies(machine.rng, 8, parameters()["atom"])
        await machine.run([*records, End()])
        for source, target, size in moved:
            assert machine.ram.read(target, size) == machine.ram.read(source, size)
        assert await machine.read("interrupts") == 1 and await machine.read("error") == 0
        await machine.write("interrupts", 7)
        assert int(dut.irq.value) == 0


@cocotb.test()
async def registers_answer(dut):
    machine = Machine(dut)
    await machine.begin()
    machine.pause(0.3)
    for _ in range(20):
        value = machine.rng.getrandbits(32)
        await machine.write("watchdog", value)
        await machine.write("write_limit", value ^ 0xFFFF)
        assert await machine.read("watchdog") == value and await machine.read("write_limit") == value ^ 0xFFFF
    assert (await machine.registers.read(0x68, 4)).resp == AxiResp.SLVERR
    assert (await machine.registers.write(0x68, b"1234")).resp == AxiResp.SLVERR
    await machine.registers.write(machine.addresses["watchdog"] + 1, b"\x5a")  # a byte of it
    assert await machine.read("watchdog") == value & ~0xFF00 | 0x5A00


@cocotb.test()
async def wait_and_window_reach_software(dut):
    machine = Machine(dut)
    await machine.begin()
    await machine.run([Wait(), Load(address=SIZE, units=1), End()])
    assert await machine.read("interrupts") == 2
    await machine.write("read_limit", SIZE - 1)
    await machine.write("interrupts", 2)
    await machine.write("start", 4)
    await with_timeout(RisingEdge(dut.irq), 100, "us")
    assert await machine.read("error") == Error.WINDOW and await machine.read("error_record") == 1
