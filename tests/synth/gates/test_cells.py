"""Models of cells do what the library says, registers and clock gates among them."""

import pytest

from lowtide.hw.emit import yosys
from lowtide.synth.gates.cells import model, models
from lowtide.synth.targets import GateLibrary
from lowtide.synth.targets.groups import parse


def cell(body, name="cell_x"):
    return model(parse(f"cell ({name}) {{ {body} }}").groups[0])


def pins(inputs, **functions):
    return "".join(f"pin ({pin}) {{ direction : input; }} " for pin in inputs) + "".join(
        f'pin ({pin}) {{ direction : output; function : "{function}"; }} ' for pin, function in functions.items()
    )


def same(text, reference, folder):
    """Yosys proves two modules of one name equal, from any equal state, by induction."""
    for name, verilog in (("cell", text), ("reference", reference)):
        (folder / f"{name}.v").write_text(verilog)
    lines = [
        line
        for name in ("cell", "reference")
        for line in (
            f"read_verilog {name}.v",
            "hierarchy -auto-top",
            "proc",
            "flatten",
            "opt_clean",
            f"rename -top {name}",
            f"design -stash {name}",
        )
    ]
    lines += [f"design -copy-from {name} {name}" for name in ("cell", "reference")]
    lines += [
        "miter -equiv -flatten -make_outputs cell reference miter",
        "hierarchy -top miter",
        "clk2fflogic",
        "sat -verify -tempinduct -maxsteps 8 -seq 1 -set-init-zero -prove trigger 0 miter",
    ]
    try:
        yosys.run(lines, folder=folder)
    except yosys.YosysError:
        return False
    return True


FLIP_FLOP = 'ff (IQ, IQN) { clocked_on : "CLK"; next_state : "D"; %s } '


@pytest.mark.parametrize(
    "body, inputs, reference",
    [
        (
            FLIP_FLOP % "" + pins(["CLK", "D"], Q="IQ", QN="IQN"),
            "CLK, D",
            "output Q, QN; reg q; always @(posedge CLK) q <= D; assign Q = q, QN = ~q;",
        ),
        (
            'ff (IQ, IQN) { clocked_on : "!CK"; next_state : "(D E) + (IQ !E)"; } ' + pins(["CK", "D", "E"], Q="IQ"),
            "CK, D, E",
            "output Q; reg Q; always @(negedge CK) if (E) Q <= D;",
        ),
        (
            FLIP_FLOP % 'clear : "!R";' + pins(["CLK", "D", "R"], Q="IQ"),
            "CLK, D, R",
            "output reg Q; always @(posedge CLK, negedge R) if (!R) Q <= 0; else Q <= D;",
        ),
        (
            FLIP_FLOP % 'preset : "S";' + pins(["CLK", "D", "S"], Q="IQ"),
            "CLK, D, S",
            "output reg Q; always @(posedge CLK, posedge S) if (S) Q <= 1; else Q <= D;",
        ),
        (
            FLIP_FLOP % 'clear : "R"; preset : "S"; clear_preset_var1 : H; clear_preset_var2 : L;'
            + pins(["CLK", "D", "R", "S"], Q="IQ"),
            "CLK, D, R, S",
            "output reg Q; always @(posedge CLK, posedge S, posedge R) if (S) Q <= 1; else if (R) Q <= 0; else Q <= D;",
        ),
        (
            'latch (IQ, IQN) { enable : "G"; data_in : "D"; } ' + pins(["G", "D"], Q="IQ"),
            "G, D",
            "output reg Q; always @* if (G) Q = D;",
        ),
        (
            "clock_gating_integrated_cell : latch_posedge; pin (CK) { direction : input; clock_gate_clock_pin : true; "
            "} pin (E) { direction : input; clock_gate_enable_pin : true; } pin (G) { direction : output; "
            "clock_gate_out_pin : true; }",
            "CK, E",
            "output G; reg l; always @* if (!CK) l = E; assign G = CK & l;",
        ),
        (
            "clock_gating_integrated_cell : latch_posedge_precontrol; pin (CK) { direction : input; "
            "clock_gate_clock_pin : true; } pin (E) { direction : input; clock_gate_enable_pin : true; } "
            "pin (T) { direction : input; "
            "clock_gate_test_pin : true; } pin (G) { direction : output; clock_gate_out_pin : true; }",
            "CK, E, T",
            "output G; reg l; always @* if (!CK) l = E | T; assign G = CK & l;",
        ),
    ],
)
def test_registers_latches_and_clock_gates(body, inputs, reference, tmp_path):
    outputs = ", Q, QN" if "QN =" in reference else ", G" if "output G" in reference else ", Q"
    reference = f"module cell_x({inputs}{outputs}); input {inputs}; {reference} endmodule\n"
    text = cell(body).verilog
    assert same(text, reference, tmp_path)
    wrong = text.replace(" & latched", " | latched").replace("<= D", "<= ~D").replace("= D;", "= ~D;")
    wrong = wrong.replace("(D & E)", "(D | E)")
    assert wrong != text and not same(wrong, reference, tmp_path)


def test_clock_and_enable_are_known():
    cells = GateLibrary().cells
    found = models(cells, cells.area)
    assert set(found) == set(cells.area)
    assert (found["flip_flop"].clock, found["flip_flop"].enable) == ("CLK", None)
    assert (found["clock_gate"].clock, found["clock_gate"].enable) == ("CLK", "EN")
    assert found["full_adder"].clock is None and found["full_adder"].outputs == ("CARRY", "SUM")
    assert cell('ff (IQ, IQN) { clocked_on : "!CK"; next_state : "D"; } ' + pins(["CK", "D"], Q="IQ")).clock == "CK"


@pytest.mark.parametrize(
    "body, line",
    [
        ("pin (Z) { direction : output; }", "cell cell_x: pin Z has no function, allowed is a function"),
        ('pin (Z) { direction : output; function : "A"; three_state : "B"; }', "cell cell_x: pin Z has three_state"),
        (
            "clock_gating_integrated_cell : latch_negedge;",
            "cell cell_x: clock_gating_integrated_cell is 'latch_negedge'",
        ),
        ("clock_gating_integrated_cell : latch_posedge;", "cell cell_x: clock_gate_clock_pin is true of 0 pins"),
        ('statetable ("A", "M") { }', "cell cell_x: it has a statetable, allowed are ff and latch"),
        (FLIP_FLOP % 'clear : "R"; preset : "S";', "cell cell_x: clear_preset_var1 and 2 are None and None"),
        ("bus (Z) { }", "cell cell_x: it has bus, allowed are pins, ff and latch"),
    ],
)
def test_a_cell_without_model_is_one_clear_line(body, line):
    with pytest.raises(ValueError) as caught:
        cell(body)
    assert str(caught.value).startswith(line) and "\n" not in str(caught.value)


def test_a_cell_that_is_not_in_the_library_is_one_clear_line():
    with pytest.raises(ValueError, match="^cell is 'nand9', liberty .* has none of that name$"):
        models(GateLibrary().cells, ["nand9"])
