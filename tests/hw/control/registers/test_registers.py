"""The registers: the hardware is that of another generator, and header, IP-XACT and page say the same of them."""

import random
import re
import subprocess
from functools import cache
from pathlib import Path

from lowtide.command import main
from lowtide.hw.control.registers.register_files import register_page
from lowtide.hw.control.registers.register_map import SOURCE, register_map
from lowtide.hw.control.registers.registers import Registers

from unit_model import UnitModel

ROOT = Path(__file__).parents[4]


@cache
def fields():
    return [field for register in register_map() for field in register.fields]


@cache
def unit():
    return Registers("registers")


def reference(folder):
    """Verilog with the ports of the unit, around what PeakRDL-regblock makes of the same statement."""
    from peakrdl_regblock import RegblockExporter
    from peakrdl_regblock.cpuif.axi4lite import AXI4Lite_Cpuif_flattened
    from peakrdl_regblock.identifier_filter import kw_filter
    from peakrdl_regblock.udps import ALL_UDPS
    from systemrdl import RDLCompiler

    compiler = RDLCompiler()
    for each in ALL_UDPS:
        compiler.register_udp(each)
    compiler.compile_file(str(SOURCE))
    RegblockExporter().export(
        compiler.elaborate().top,
        str(folder),
        cpuif_cls=AXI4Lite_Cpuif_flattened,
        module_name="reference",
        address_width=12,
        err_if_bad_addr=True,
    )
    ports = ["input clk", "input rst"]
    pins = [".clk, .rst, .hwif_in(given), .hwif_out(seen)"]
    lines = ["reference_pkg::lowtide__in_t given;", "reference_pkg::lowtide__out_t seen;"]
    for name, value, member in unit().ports():
        way = "input" if member.flow.name == "In" else "output"
        ports.append(f"{way} [{len(value) - 1}:0] {name}")
        if name.startswith("s_axi"):
            pins.append(f".{name.replace('s_axi', 's_axil')}({name})")
    for register in register_map():
        for field in register.fields:
            path = f"{kw_filter(register.name)}.{field.name.removeprefix(f'{register.name}_')}"
            if field.given:
                lines.append(f"assign given.{path}.next = {field.name};")
            if field.stored:
                lines.append(f"assign {field.name} = seen.{path}.value;")
            if field.sets:
                lines.append(f"assign given.{path}.hwset = {field.name}_set;")
    body = "\n".join(lines)
    wrapper = f"module registers({', '.join(ports)});\n{body}\nreference inner({', '.join(pins)});\nendmodule\n"
    return "".join((folder / f"reference{part}.sv").read_text() for part in ("_pkg", "")) + wrapper


class Bus:
    """One of the two implementations; what its pulses did is counted."""

    def __init__(self, text):
        self.model = UnitModel(unit(), text=text)
        for name in self.model.inputs:
            self.model.set(name, 0)
        self.model.reset()
        self.pulses = {field.name: 0 for field in fields() if field.pulse}

    def tick(self):
        for name in self.pulses:
            self.pulses[name] += self.model.get(name)
        self.model.tick()

    def write(self, address, word, strobes, order):
        """order: cycles until the address and the word are offered."""
        model, waits = self.model, dict(zip(("aw", "w"), order, strict=True))
        model.set("s_axi_awaddr", address)
        model.set("s_axi_wdata", word)
        model.set("s_axi_wstrb", strobes)
        for _ in range(40):
            for channel, wait in waits.items():
                model.set(f"s_axi_{channel}valid", wait == 0)
            done = [each for each, wait in waits.items() if wait == 0 and model.get(f"s_axi_{each}ready")]
            self.tick()
            waits = {each: max(0, wait - 1) for each, wait in waits.items() if each not in done}
            for channel in done:
                model.set(f"s_axi_{channel}valid", 0)
            if not waits:
                return self.answer("b")
        raise AssertionError("a write is not taken")

    def read(self, address):
        model = self.model
        model.set("s_axi_araddr", address)
        model.set("s_axi_arvalid", 1)
        for _ in range(40):
            ready = model.get("s_axi_arready")
            self.tick()
            if ready:
                model.set("s_axi_arvalid", 0)
                return self.answer("r")
        raise AssertionError("a read is not taken")

    def answer(self, channel):
        model = self.model
        for wait in range(40):
            model.set(f"s_axi_{channel}ready", wait > 2)
            if wait > 2 and model.get(f"s_axi_{channel}valid"):
                found = model.get(f"s_axi_{channel}resp"), model.get("s_axi_rdata") if channel == "r" else 0
                self.tick()
                model.set(f"s_axi_{channel}ready", 0)
                for _ in range(3):  # what a write does is done
                    self.tick()
                return found if not found[0] else (found[0], 0)
            self.tick()
        raise AssertionError("no answer")

    def set(self, names):
        for name in names:
            self.model.set(f"{name}_set", 1)
        self.tick()
        for name in names:
            self.model.set(f"{name}_set", 0)
        self.tick()

    def state(self):
        return {field.name: self.model.get(field.name) for field in fields() if field.stored} | self.pulses


def test_the_hardware_is_that_of_another_generator(tmp_path):
    buses, rng = [Bus(None), Bus(reference(tmp_path))], random.Random(8)
    known = [register.address for register in register_map()]
    sets = [field.name for field in fields() if field.sets]
    for _ in range(600):
        for field in fields():
            if field.given and rng.random() < 0.2:
                value = rng.getrandbits(field.width)
                for bus in buses:
                    bus.model.set(field.name, value)
        address = rng.choice([*known, *known, 4 * rng.randrange(1024)])
        action = rng.random()
        if action < 0.45:
            word, strobes = rng.getrandbits(32), rng.choice([15, rng.randrange(16)])
            order = rng.choice([(0, 0), (0, 3), (2, 0)])
            answers = [bus.write(address, word, strobes, order) for bus in buses]
        elif action < 0.9:
            answers = [bus.read(address) for bus in buses]
        else:
            names = rng.sample(sets, rng.randint(1, len(sets)))
            answers = [bus.set(names) for bus in buses]
        assert answers[0] == answers[1], hex(address)
        assert buses[0].state() == buses[1].state(), hex(address)
    assert all(buses[0].pulses.values())


def test_an_event_in_the_cycle_of_a_write_is_not_lost():
    bus = Bus(None)
    address = next(register.address for register in register_map() if register.name == "interrupts")
    bus.set(["interrupts_done"])
    for cycle in range(8):  # one of them is that of the write
        bus.model.set("s_axi_awaddr", address)
        bus.model.set("s_axi_wdata", 7)
        bus.model.set("s_axi_wstrb", 15)
        for now in range(8):
            bus.model.set("s_axi_awvalid", now == 0)
            bus.model.set("s_axi_wvalid", now == 0)
            bus.model.set("s_axi_bready", 1)
            bus.model.set("interrupts_done_set", now == cycle)
            bus.tick()
        bus.model.set("interrupts_done_set", 0)
        assert bus.model.get("interrupts_done") == (cycle >= 1)


def test_header_and_ip_xact_say_what_the_statement_says(tmp_path):
    from peakrdl_ipxact import IPXACTImporter
    from systemrdl import RDLCompiler

    assert main(["registers", "-o", str(tmp_path), "--page", str(tmp_path / "page.md")]) == 0
    header = (tmp_path / "lowtide_registers.h").read_text()
    (tmp_path / "use.c").write_text('#include <stddef.h>\n#include "lowtide_registers.h"\n' + offsets())
    subprocess.run(
        ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "use.c"], cwd=tmp_path, check=True
    )
    masks = [int(mask, 16) for mask in re.findall(r"_bm (0x[0-9a-f]+)", header)]
    assert sorted(set(masks)) == sorted({(1 << field.width) - 1 << field.low for field in fields()})
    compiler = RDLCompiler()
    IPXACTImporter(compiler).import_file(str(tmp_path / "lowtide_registers.xml"))
    read_back = [
        (
            register.inst_name,
            register.absolute_address,
            [(each.inst_name, each.low, each.width) for each in register.fields()],
        )
        for register in compiler.elaborate().top.descendants()
        if hasattr(register, "fields")
    ]
    assert read_back == [
        (
            register.name,
            register.address,
            [(each.name.removeprefix(f"{register.name}_"), each.low, each.width) for each in register.fields],
        )
        for register in register_map()
    ]
    assert (tmp_path / "page.md").read_text() == (ROOT / "docs" / "registers.md").read_text() == register_page()


def offsets():
    """C that does not compile unless each register lies where it is stated."""
    return "".join(
        f'_Static_assert(offsetof(lowtide_t, {register.name}) == {register.address}, "{register.name}");\n'
        for register in register_map()
    )


def test_registers_are_aligned_and_fields_do_not_overlap():
    for register in register_map():
        taken = [bit for field in register.fields for bit in range(field.low, field.low + field.width)]
        assert register.address % 4 == 0 and len(set(taken)) == len(taken) and max(taken) < 32
