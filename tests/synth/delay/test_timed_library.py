"""Standard cells with delays: complete, and the gate equivalents they stand beside."""

import re

import pytest

from lowtide.synth.delay.timed_library import timed_library
from lowtide.synth.targets import GateLibrary
from lowtide.synth.targets.liberty import Cells


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "cells.lib"
    path.write_text(timed_library().text)
    return Cells(path)


def test_every_gate_has_the_delay_of_each_input_in_three_strengths(cells):
    gates = [name for name, kind in cells.kind.items() if kind != "registers"]
    assert len(gates) == 51
    for name in gates:
        pins = cells.cell(name).of("pin")
        (output,) = (pin for pin in pins if "function" in pin.attributes)
        inputs = {pin.arguments[0] for pin in pins if pin is not output}
        assert {arc.attributes["related_pin"] for arc in output.of("timing")} == inputs
        for arc in output.of("timing"):
            tables = [group.kind for group in arc.groups]
            assert sorted(tables) == ["cell_fall", "cell_rise", "fall_transition", "rise_transition"]


def test_the_smallest_strength_is_the_gate_equivalent(cells):
    own = GateLibrary().cells
    shared = [name for name in cells.area if name in own.area]
    assert len(shared) == 17 + 4  # gates, and flip-flops with the clock gate
    assert {name: cells.area[name] for name in shared} == {name: own.area[name] for name in shared}
    for name in shared:
        functions = [
            [pin.attributes.get("function") for pin in library.cell(name).of("pin")] for library in (cells, own)
        ]
        assert functions[0] == functions[1]


def test_a_stronger_gate_is_larger_and_faster_under_load(cells):
    def heaviest(name):
        body = str(cells.cell(name))
        return max(
            float(number) for number in re.findall(r"\d+\.\d+", body.split("cell_rise")[1].split("transition")[0])
        )

    for name in ("inverter", "nand2", "xor2", "mux2"):
        assert cells.area[name] <= cells.area[f"{name}_x2"] < cells.area[f"{name}_x4"]
        assert heaviest(name) > heaviest(f"{name}_x2") > heaviest(f"{name}_x4")


def test_a_library_without_delays_is_refused():
    path = GateLibrary().cells.path
    with pytest.raises(ValueError, match="it has no delays"):
        timed_library(path)


def test_a_library_without_a_buffer_is_refused(tmp_path):
    path = tmp_path / "cells.lib"
    text = timed_library().text
    path.write_text(re.sub(r'(cell \(buffer\w*\) .*?function : ")A"', r'\1!A"', text, flags=re.DOTALL))
    with pytest.raises(ValueError, match="it has no buffer"):
        timed_library(path)
