"""Proofs by temporal induction of what always holds in a unit: a monitor in Verilog is put at the end of its module.

In the first cycle reset is 1; every register holds any value before. Inputs are anything that the monitor does not
exclude by ``assume``.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from lowtide.hw.emit import yosys
from lowtide.hw.emit.verilog import verilog


def holds(unit, monitor, *, steps=4, change=lambda text: text):
    """Whether every ``assert`` of the monitor holds in every cycle: True, False, or None if induction is too weak."""
    text = change(verilog(unit))
    start = text.index(f"\nmodule {unit.name}(")
    end = text.index("endmodule", start)
    with TemporaryDirectory() as folder:
        Path(folder, "unit.v").write_text(text[:end] + monitor + text[end:])
        yosys.run(
            [
                "read_verilog -formal unit.v",
                f"hierarchy -check -top {unit.name}",
                "proc -norom",
                "chformal -lower",
                "flatten",
                "memory_map",
                "opt_expr",
                "opt_clean",
                "dffunmap",
                "select -assert-any t:$assert",
                "select -clear",
                f"tee -q -o log sat -tempinduct -seq 1 -maxsteps {steps} -set-at 1 rst 1 -set-assumes -prove-asserts "
                "-timeout 120",
            ],
            folder=folder,
        )
        log = Path(folder, "log").read_text()
    if "Induction step proven: SUCCESS!" in log:
        return True
    return False if "model found for base case: FAIL!" in log else None
