"""Energies of cells, by hand from a library of round numbers, and what the project's own library says."""

import pytest

from lowtide.synth.energy.cells import CellEnergies
from lowtide.synth.targets import GateLibrary


def test_capacitances_are_in_femtofarads_and_leakage_in_nanowatts(energies):
    found = energies()
    assert found.voltage == 2
    assert found.cell("inv").pins["A"].capacitance == pytest.approx(2)
    assert found.cell("inv").leakage == pytest.approx(2)
    assert found.cell("nand_2").leakage == pytest.approx(3)  # of two states


def test_rise_and_fall_are_averaged_at_the_stated_transition_and_between_loads(energies):
    """At 0.05 ns and no load (6 + 8)/2 rising and (-2 + 0)/2 falling, at 10 fF 17 and -11; 3 fJ at every load."""
    pin = energies().cell("inv").pins["Y"]
    assert [pin.internal(load) for load in (0, 5, 10, 99)] == pytest.approx([3, 3, 3, 3])


def test_related_pins_are_averaged_and_tables_may_have_the_load_first(energies):
    """Of A 6 fJ without load and 16 at 10 fF, of B 10 at any."""
    pin = energies().cell("nand_2").pins["Y"]
    assert [pin.internal(load) for load in (0, 5, 10, 99)] == pytest.approx([8, 10.5, 13, 13])


def test_inputs_have_energies_of_their_own(energies):
    assert energies().cell("nand_2").pins["B"].internal(0) == pytest.approx(2)
    assert energies().cell("nand_2").pins["A"].internal(0) == 0


def test_energy_is_in_the_units_of_capacitance_and_voltage(energies):
    """``capacitive_load_unit * voltage_unit^2``: with 1 fF in place of 1 pF, and 10 mV in place of 1 V."""
    found = energies(("(1, pf)", "(1, ff)"), ('voltage_unit : "1V"', 'voltage_unit : "10mV"'))
    assert found.voltage == pytest.approx(0.02)
    assert found.cell("dff").pins["CK"].internal(0) == pytest.approx(20e-3 * 1e-3 * 1e-4 * 1e3)


def test_slews_are_in_the_time_unit(energies):
    """0.05 ns are half of 0.1 ns, and 50 of 100 ps."""
    found = energies(
        ('time_unit : "1ns"', 'time_unit : "1ps"'),
        ('index_1 ("0, 0.1")', 'index_1 ("0, 100")'),
        ('index_2 ("0, 0.1")', 'index_2 ("0, 100")'),
    )
    assert found.cell("nand_2").pins["B"].internal(0) == pytest.approx(2)


def test_kinds_and_clock_pins_follow_from_the_cells(energies):
    found = energies()
    assert [found.cell(name).kind for name in ("inv", "dff", "gate")] == ["logic", "register", "clock gate"]
    assert [name for name, pin in found.cell("dff").pins.items() if pin.is_clock] == ["CK"]
    assert [name for name, pin in found.cell("gate").pins.items() if pin.is_clock] == ["CK"]


@pytest.mark.parametrize(
    "changes, words",
    [
        ([("capacitive_load_unit (1, pf);", "")], "capacitive_load_unit is missing, allowed is a number of ff or pf"),
        ([('voltage_unit : "1V";', 'voltage_unit : "1A";')], "voltage_unit is 1A, allowed is a number of V"),
        ([("nom_voltage : 2.0;", ""), ("default_operating_conditions : typical;", "")], "nom_voltage is missing"),
    ],
)
def test_a_header_without_units_is_refused_in_one_line(energies, changes, words):
    with pytest.raises(ValueError, match="^liberty is '.*round.lib': " + words + "$"):
        energies(*changes)


def test_a_table_over_something_else_is_refused(energies):
    found = energies(("variable_1 : total_output_net_capacitance", "variable_1 : equal_or_opposite_output_capacitance"))
    with pytest.raises(ValueError, match="cell nand_2: internal power over equal_or_opposite_output_cap"):
        found.cell("nand_2")


def test_the_operating_conditions_have_the_voltage_where_they_are_named(energies):
    changed, default = ("voltage : 2.0; }", "voltage : 1.5; }"), ("default_operating_conditions : typical;", "")
    assert energies(changed).voltage == 1.5
    assert energies(changed, default).voltage == 2


def test_gate_equivalents_have_energies_of_their_own():
    """Numbers of sky130_fd_sc_hd nand2_1 and dfxtp_1, typical corner."""
    found = CellEnergies(GateLibrary().cells)
    nand, register = found.cell("nand2"), found.cell("flip_flop")
    assert found.voltage == 1.8
    assert [nand.pins[pin].capacitance for pin in "AB"] == pytest.approx([2.315, 2.324])
    assert [round(nand.pins["Y"].internal(load), 2) for load in (0, 50)] == [3.68, 3.68]
    assert [round(register.pins[pin].internal(4.5), 2) for pin in ("CLK", "D", "Q")] == [19.90, 2.34, 19.46]
    for name in found.cells.area:
        cell = found.cell(name)
        assert cell.leakage > 0
        assert all(pin.capacitance > 1 for pin in cell.pins.values() if pin.is_input), name
        assert all(pin.internal(4.5) > 2 for pin in cell.pins.values() if not pin.is_input), name
