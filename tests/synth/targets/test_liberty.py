"""Prices with any liberty file: which of its cells are used, and what kind of cell each is."""

from lowtide.synth.flow import synthesise
from lowtide.synth.flow.synthesise import mapped_verilog
from lowtide.synth.targets import target
from lowtide.synth.targets.liberty import KINDS_OF_CELL, Cells

from verilog_samples import ADDER, NAND, REGISTER


def test_cells_of_any_library_have_a_kind(tmp_path):
    names = {
        "sky130_fd_sc_hd__fa_1": "full_adders",
        "FA_X1": "full_adders",
        "full_adder": "full_adders",
        "sky130_fd_sc_hd__mux2_1": "multiplexers",
        "MUX2_X1": "multiplexers",
        "XNOR2_X1": "xors",
        "xor2": "xors",
        "sky130_fd_sc_hd__nand2_1": "other_gates",
        "sky130_fd_sc_hd__ha_1": "other_gates",
    }
    text = "".join(f'cell ("{name}") {{ area : 2.5; pin (A) {{ }} }}\n' for name in names)
    text += 'cell (muxed_flop) { ff (IQ, IQN) { } area : 7; }\ncell (gate) { clock_gating_integrated_cell : "x"; }\n'
    (tmp_path / "cells.lib").write_text(f"library (cells) {{\n{text}}}\n")
    cells = Cells(tmp_path / "cells.lib")
    assert cells.kind == names | {"muxed_flop": "registers", "gate": "registers"}
    assert cells.area == dict.fromkeys(names, 2.5) | {"muxed_flop": 7, "gate": 0}
    assert cells.full_adder is None  # none of them says what it computes
    assert cells.areas({"FA_X1": 2, "muxed_flop": 1}) == dict.fromkeys(KINDS_OF_CELL, 0) | {
        "full_adders": 5,
        "registers": 7,
    }


def test_another_library_is_used_without_the_cells_that_it_does_not_have(tmp_path):
    cells = "".join(
        f"cell ({name}) {{ area : {size}; {body} }}\n"
        for name, size, body in [
            ("NOT", 2, 'pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; }'),
            (
                "NAND",
                3,
                "pin (A) { direction : input; } pin (B) { direction : input; } "
                'pin (Y) { direction : output; function : "!(A&B)"; }',
            ),
            ("BUF", 4, 'pin (A) { direction : input; } pin (Y) { direction : output; function : "A"; }'),
            (
                "NOR",
                3,
                "pin (A) { direction : input; } pin (B) { direction : input; } "
                'pin (Y) { direction : output; function : "!(A|B)"; }',
            ),
            (
                "DFF",
                20,
                'ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; } pin (C) { direction : input; clock : true; } '
                'pin (D) { direction : input; } pin (Q) { direction : output; function : "IQ"; }',
            ),
        ]
    )
    (tmp_path / "small.lib").write_text(f"library (small) {{\n{cells}}}\n")
    small = target("ge", liberty=tmp_path / "small.lib")
    assert small.name == "small" and small.unit == "liberty units"
    assert synthesise(NAND, "nand_gate", small, "plain").total("nand_gate")["area"] == 3
    assert synthesise(REGISTER, "register", small, "plain").total("register")["registers"] == 8 * 20


ADDING = """
  cell (NOT) { area : 2; pin (A) { direction : input; } pin (Y) { direction : output; function : "A'"; } }
  cell (NAND) { area : 3; pin (A) { direction : input; } pin (B) { direction : input; }
                pin (Y) { direction : output; function : "(A B)'"; } }
  cell (FAX1) { area : 9; pin (A) { direction : input; } pin (B) { direction : input; } pin (C) { direction : input; }
                pin (YC) { direction : output; function : "((A B)+(B C))+(C A)"; }
                pin (YS) { direction : output; function : "(A^B)^C"; } }
  cell (FAX2) { area : 7; dont_use : true; pin (A) { direction : input; } pin (B) { direction : input; }
                pin (C) { direction : input; } pin (YC) { direction : output; function : "A*B+B*C+C*A"; }
                pin (YS) { direction : output; function : "A^B^C"; } }
  cell (DFF) { area : 20; ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; }
               pin (C) { direction : input; clock : true; } pin (D) { direction : input; }
               pin (Q) { direction : output; function : "IQ"; } }
"""


def test_full_adders_of_any_library_are_used_but_not_those_that_it_advises_against(tmp_path):
    (tmp_path / "adding.lib").write_text(f"library (adding) {{{ADDING}}}\n")
    adding = target("ge", liberty=tmp_path / "adding.lib")
    assert adding.cells.special == ["FAX2"]
    assert adding.cells.full_adder == {"cell": "FAX1", "A": "A", "B": "B", "C": "C", "CARRY": "YC", "SUM": "YS"}
    found = synthesise(ADDER, "adder", adding, "plain").total("adder")
    assert found["area"] == found["full_adders"] == 9
    assert "FAX1" in mapped_verilog(ADDER, "adder", adding, "plain")
