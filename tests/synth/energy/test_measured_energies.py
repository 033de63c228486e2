"""Energy of a small PE from its gate-level simulation, folded once more by other means."""

import re
from dataclasses import replace

import pytest

from lowtide.hw import find
from lowtide.synth.energy.measure import EnergyError, comparison, energy
from lowtide.synth.energy.operands import operands
from lowtide.synth.gates.activity import activity
from lowtide.synth.gates.simulation import mapped_pe
from lowtide.synth.targets import GateLibrary, Xilinx7

from priced_modes import by_name

CONFIG = replace(find("parallel_8x8_l1"), name="tiny", x_width=4, w_width=4, acc_width=20)
TARGET = GateLibrary()


def folded_by_hand(config, mode):
    """fJ of a multiplication from the texts of library and netlist alone."""
    cells = {}
    for cell in re.finditer(r"cell \((\w+)\) \{(.*?)\n  \}\n", TARGET.cells.path.read_text(), re.DOTALL):
        for pin in re.finditer(r"pin \((\w+)\) \{(.*?)\}\n(?=    pin|$)", cell[2] + "\n", re.DOTALL):
            capacitance = re.search(r"capacitance : ([\d.]+)", pin[2])
            inside = re.search(r'values \("([-\d.]+)"\)', pin[2])
            cells[cell[1], pin[1]] = (float(capacitance[1]) if capacitance else 0) * 1.8**2 / 2 + (
                float(inside[1]) if inside else 0
            )
    netlist, _ = mapped_pe(config, TARGET, "plain")
    counted = activity(config, TARGET, "plain", [each.product for each in operands(config, mode)])
    transitions, total = dict(counted.nets), 0.0
    for left, right in re.findall(r"^  assign (\S+) = (\S+);$", netlist, re.MULTILINE):
        both = transitions.get(left, transitions.get(right))
        transitions |= {left: both, right: both}
    for kind, pins in re.findall(r"^  (\w+) \w+ \((.*?)\);$", netlist, re.MULTILINE | re.DOTALL):
        for pin, net in re.findall(r"\.(\w+)\(([^)]*)\)", pins):
            if net and "'" not in net:
                total += transitions[net] * cells[kind, pin]
    return total / counted.multiplications


def test_energy_is_the_sum_over_all_pins():
    config = replace(CONFIG, rows=1, cols=1)
    for mode in by_name(CONFIG).values():
        assert energy(CONFIG, mode, TARGET, "plain").total == pytest.approx(folded_by_hand(config, mode), rel=1e-6)


def test_fewer_bits_take_less_and_the_clock_takes_the_same():
    """One multiplication a cycle in either mode, so the clock's energy differs by cycles of filling alone."""
    found = comparison({CONFIG: by_name(CONFIG)}, TARGET)[CONFIG]
    assert list(found) == ["int4", "int2"]
    assert found["int2"].logic < found["int4"].logic and found["int2"].registers < found["int4"].registers
    assert found["int2"].clock == pytest.approx(found["int4"].clock, rel=0.01)
    assert found["int4"].multiplications <= found["int4"].clocks < 1.01 * found["int4"].multiplications
    assert (found["int4"].operations, found["int2"].operations) == pytest.approx((50 + 65, 12.5 + 65))
    assert found["int4"].total == sum((found["int4"].clock, found["int4"].registers, found["int4"].logic))


def test_a_mode_that_fails_says_why_beside_the_others():
    modes = by_name(CONFIG)
    wrong = modes | {"int8": modes["int4"].change(x_bits=8)}
    found = comparison({CONFIG: wrong}, TARGET)[CONFIG]
    assert list(found) == ["int4", "int2", "int8"]
    assert isinstance(found["int8"], EnergyError)
    assert str(found["int8"]) == "x_bits is 8, configuration tiny has 2 to 4"
    assert found["int4"].total > 0


def test_energy_is_for_standard_cells():
    with pytest.raises(ValueError, match="^target is xc7, allowed for energy are standard cells"):
        energy(CONFIG, by_name(CONFIG)["int4"], Xilinx7(), "plain")


def test_a_library_without_capacitances_is_one_line(tmp_path):
    path = tmp_path / "bare.lib"
    path.write_text(re.sub(r"capacitance : [\d.]+;", "", TARGET.cells.path.read_text()))
    with pytest.raises(ValueError, match="^liberty is '.*bare.lib': it states no pin capacitances$"):
        energy(CONFIG, by_name(CONFIG)["int4"], GateLibrary(path), "plain")
