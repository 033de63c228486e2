"""The process behind :mod:`lowtide.formal.mutation.equivalence`: Yosys as a library, which ends the process where it
fails.

Reads JSON from standard input: ``folder`` with ``mutated.v``, ``top``, ``selector``, ``numbers`` of mutants,
``timeout`` in seconds. Writes a line ``number outcome`` to ``outcomes`` in the folder as soon as it is known.
"""

import json
import os
import sys

from pyosys import libyosys
from pyosys.libyosys import SigSpec

__all__ = ["main"]

PREPARE = ("proc", "flatten", "opt_clean", "dffunmap", "opt_clean")  #: to one flat module
ASSUMED = "sequencer.assumed"  #: a wire of the flat engine: 1 in the states that are assumed
MOST_LOOSE = 4  #: times that further bits of registers, and then that further registers, may become loose


class Comparison:
    """The flat engine without and with one mutant, cut at the registers."""

    def __init__(self, top, selector, timeout):
        self.top, self.selector, self.timeout, self.design = top, selector, timeout, libyosys.Design()
        self.run("read_verilog mutated.v", f"hierarchy -check -top {top}", *PREPARE)
        split_registers(self.design.module(f"\\{top}"))
        self.run("design -save base")
        self.cut(0, "gold")

    def run(self, *commands):
        for command in commands:
            libyosys.run_pass(command, self.design)

    def cut(self, number, name):
        """Stash the engine with one mutant, its registers taken out: their outputs are inputs, their inputs outputs.

        Registers that nothing reads are gone before; ports carry the name of the register's cell.
        """
        top = self.top
        self.run("design -load base")
        module = self.design.module(f"\\{top}")
        module.wire(f"\\{self.selector}").port_input = False
        assumed = module.addWire("\\assumed", 1)
        assumed.port_output = True
        module.fixup_ports()
        source = ASSUMED if number == 0 else "1'b1"  # what is assumed is assumed of the original
        self.run(
            f"cd {top}",
            f"connect -set {self.selector} {number}",
            f"connect -set assumed {source}",
            "opt_expr",
            "opt_clean -purge",
            "splitcells",
            "opt_clean -purge",
            "cd ..",
        )
        module = self.design.module(f"\\{top}")
        for cell in registers(module):
            given = module.addWire(f"\\now:{cell.name.str()}", 1)
            given.port_input = True
            wanted = module.addWire(f"\\next:{cell.name.str()}", 1)
            wanted.port_output = True
            module.connect(cell.getPort("\\Q"), SigSpec(given))
            module.connect(SigSpec(wanted), cell.getPort("\\D"))
            module.remove(cell)
        module.fixup_ports()
        self.run(
            f"select -assert-none {top}/t:*dff* {top}/t:*latch* {top}/t:$mem*",
            "select -clear",
            "opt_clean -purge",
            f"rename {top} {name}",
            f"design -stash {name}",
        )

    def outcome(self, number):
        """Whether the mutant is equivalent to the original.

        Bits of registers in which they may differ, *loose* ones, are found one after the other: the mutant has them of
        its own, with any value. It is equivalent where outputs and all other bits never differ.
        """
        self.cut(number, "gate")
        loose = set()
        for times in range(2 * MOST_LOOSE + 1):
            self.run("design -reset", "design -copy-from gold -as gold gold", "design -copy-from gate -as gate gate")
            compared = miter(self.design, loose)
            if compared is None:
                return "different"
            self.run(
                "hierarchy -top miter",
                "flatten",
                "opt_expr",
                "opt_merge -share_all",
                "opt_expr",
                "opt_clean -purge",
                "cd miter",
                f"tee -q -o sat.log sat -timeout {self.timeout} -set assumed 1 -prove trigger 0 "
                "-show-outputs -dump_json sat.json",
                "cd ..",
            )
            with open("sat.log") as log:
                text = log.read()
            if "no model found: SUCCESS" in text:
                return "equivalent"
            if "model found: FAIL" not in text:
                return "undecided"
            with open("sat.json") as model:
                wrong = {signal["name"]: signal["wave"] for signal in json.load(model)["signal"]}
            found = {port for name, port in compared.items() if wrong.get(name, "")[:1] == "1"}
            if not found or any(not port.startswith("\\next:") for port in found):
                return "different"
            loose |= {bit_of(port) if times < MOST_LOOSE else register_of(port) for port in found}
        return "different"


def registers(module):
    """The registers of a flat module."""
    return [cell for cell in module.cells_.values() if cell.type.str() == "$dff"]


def bit_of(port):
    """The bit of a register that a port ``now:cell:bit`` or ``next:cell:bit`` is about."""
    return port.removeprefix("\\now:").removeprefix("\\next:")


def register_of(port):
    """The register of that bit."""
    return bit_of(port).rpartition(":")[0]


def is_loose(port, loose):
    """Whether a port is about a loose bit, or one of a loose register."""
    return bit_of(port) in loose or register_of(port) in loose


def split_registers(module):
    """Make registers of one bit each, so that those bits which nothing reads can go."""
    for cell in registers(module):
        clock, following, now = (cell.getPort(f"\\{port}") for port in ("CLK", "D", "Q"))
        for bit in range(now.size()):
            module.addDff(f"{cell.name.str()}:{bit}", clock, following.extract(bit, 1), now.extract(bit, 1))
        module.remove(cell)


def miter(design, loose):
    """Add the module ``miter``: both engines with common inputs, but for the loose bits; ``trigger`` where an output of
    theirs differs. Returns which output each ``wrong_N`` is about; None where an output of the engine is missing."""
    module, wires, outputs = design.addModule("\\miter"), {}, ({}, {})

    def wire(name, width, *, is_input=False, is_output=False):
        if name not in wires:
            wires[name] = module.addWire(name, width)
            wires[name].port_input, wires[name].port_output = is_input, is_output
        return SigSpec(wires[name])

    for side, name in enumerate(("gold", "gate")):
        engine = design.module(f"\\{name}")
        instance = module.addCell(f"\\{name}", f"\\{name}")
        for port in list(engine.wires_.values()):
            label = port.name.str()
            if port.port_input:
                own = f"{name}:" if is_loose(label, loose) else ""
                instance.setPort(label, wire(f"\\{own}{label.removeprefix(chr(92))}", port.width, is_input=True))
            elif port.port_output:
                outputs[side][label] = wire(f"\\{name}:{label.removeprefix(chr(92))}", port.width)
                instance.setPort(label, outputs[side][label])
    compared, differences = {}, SigSpec()
    for label, signal in outputs[0].items():
        if label == "\\assumed":
            module.connect(wire("\\assumed", 1, is_output=True), signal)
        elif label in outputs[1] and not is_loose(label, loose):
            name = f"wrong_{len(compared)}"
            module.addNe(f"\\compare_{name}", signal, outputs[1][label], wire(f"\\{name}", 1, is_output=True))
            differences.append(wire(f"\\{name}", 1))
            compared[name] = label
        elif label not in outputs[1] and not label.startswith("\\next:"):
            return None
    module.addReduceOr("\\any_difference", differences, wire("\\trigger", 1, is_output=True))
    module.fixup_ports()
    return compared


def main():
    """Answer for every mutant; each outcome is written as soon as it is known."""
    asked = json.load(sys.stdin)
    os.chdir(asked["folder"])
    comparison = Comparison(asked["top"], asked["selector"], asked["timeout"])
    for number in asked["numbers"]:
        outcome = comparison.outcome(number)
        with open("outcomes", "a") as outcomes:
            print(number, outcome, file=outcomes)


if __name__ == "__main__":
    main()
