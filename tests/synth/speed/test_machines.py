"""Machines on an FPGA: memories become block RAM, the page says what a machine loses beside its engine."""

from dataclasses import replace

import pytest

from lowtide.command import main
from lowtide.hw.config.machines import find_machine
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.memory.bank import Bank
from lowtide.synth.flow import mapped_verilog, synthesise
from lowtide.synth.speed import machine_command
from lowtide.synth.speed.fmax import Speed
from lowtide.synth.speed.machine_page import markdown
from lowtide.synth.speed.machines import Ecp5Memories, MachineSpeed
from lowtide.synth.speed.place import DEVICES, netlist, place
from lowtide.synth.speed.wrapper import Wrapper

TINY = find_machine("tiny")


def _speed(mhz: float) -> Speed:
    cells = {"TRELLIS_COMB": 1234, "TRELLIS_FF": 56, "DP16KD": 7}
    return Speed(fmax=mhz, best=mhz + 1, recipe="plain", logic_ns=4.0, routing_ns=6.0, steps=9, cells=cells)


def test_a_memory_is_block_ram_and_is_placed():
    wrapper, technology = Wrapper(Bank(32, 1024)), Ecp5Memories()
    text = verilog(wrapper)
    found = synthesise(text, wrapper.name, technology, "plain").total(wrapper.name)
    assert found["ram"] == 2 and found["lut_ram"] == 0
    mapped = netlist(mapped_verilog(text, wrapper.name, technology, "plain"), wrapper.name, technology)
    assert place(mapped, DEVICES["ecp5"], 1).cells["DP16KD"] == 2


@pytest.mark.parametrize("mhz, met", [(90, "met"), (89, "missed")])
def test_the_page_compares_a_machine_with_its_engine(mhz, met):
    text = markdown([MachineSpeed(TINY, _speed(100), _speed(mhz))], "lowtide speed-machine")
    assert "| `tiny` | engine | 1,234 | 56 | 7 | 100.0 | 101.0 |  | 4.0 | 6.0 | 9 |" in text
    assert f"| `tiny` | machine | 1,234 | 56 | 7 | {mhz}.0 | {mhz + 1}.0 | 0.{mhz} |" in text
    assert f"- `tiny` should reach 0.9 of its engine's clock: 0.{mhz}, {met}." in text


def test_what_failed_is_on_the_page_and_decides_the_status(tmp_path, monkeypatch, capsys):
    def placed(config):
        return MachineSpeed(config, _speed(100), Speed(failed="ERROR: no room") if config == TINY else _speed(99))

    monkeypatch.setattr(machine_command, "machine_speed", placed)
    assert main(["speed-machine", "-o", str(tmp_path), "--page", str(tmp_path / "page.md")]) == 1
    assert "failed: ERROR: no room" in capsys.readouterr().out
    assert (tmp_path / "page.md").read_text() == (tmp_path / "speed_machine.md").read_text()
    assert main(["speed-machine", "small", "-o", str(tmp_path)]) == 0
    own = tmp_path / "own.toml"
    own.write_text('array = "parallel_8x8_l1"\n')
    assert main(["speed-machine", str(own), "-o", str(tmp_path)]) == 0
    assert "| `own` | machine |" in (tmp_path / "speed_machine.md").read_text()
    assert replace(MachineSpeed(TINY, _speed(100), _speed(50)), machine=Speed(failed="no")).share is None
