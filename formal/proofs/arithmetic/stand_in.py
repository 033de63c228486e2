"""Proofs that the stand-in of a PE (:mod:`lowtide.hw.emit.stand_in`) does the same as the PE that is shipped.

Both modules, as they stand in the Verilog, get the same inputs and the same values of all registers; every output and
every next value of a register must be equal. Then they are equal for ever, from any values that registers begin with.

That Booth digits multiply like ``*`` is too much for a SAT solver with several lanes, so it is proved in parts, each
for every input. The modules are cut at what a digit selects (``part_l_j``, lane l, digit j) and at products
(``product_l``): a part of the proof claims what drives such a wire, others let it be anything. With x_l and w_l the
operands of a lane, n_lj the sign of a digit and d_lj = w_l[2j-1] + w_l[2j] - 2 w_l[2j+1]:

1. each ``part_l_j`` is d_lj x_l - n_lj;
2. for each lane, sum_j d_lj 4^j = w_l;
3. with digits the accumulator gains sum_j 4^j sum_l (part_lj + n_lj), whatever the parts are;
4. each ``product_l`` is x_l w_l;
5. with products the accumulator gains sum_l product_l, whatever these are;
6. all other registers and outputs are equal, and the accumulator is the same where it gains nothing (3 and 5).

Arithmetic joins them: by 1 what 3 adds is sum_j 4^j sum_l d_lj x_l = sum_l x_l sum_j d_lj 4^j, by 2 that is
sum_l x_l w_l, which is what 5 adds by 4. Sums are wide enough for every value of parts and products.
"""

from collections.abc import Callable
from dataclasses import dataclass

from amaranth.hdl import Signal
from amaranth.lib.wiring import In

from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.machines import find_machine, flexible_machine
from lowtide.hw.emit.stand_in import module_text, stand_in_of, with_stand_in
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe.operands import operand
from lowtide.sim.machine.library import machine_verilog

from ..proof import Proof
from .stand_in_claims import FREE, NEXT, NOW, claims, numbers

__all__ = ["StandInProof", "machine_proof", "stand_in_proof", "stand_in_proofs"]

SIDES = ("pe", "stand_in")  #: names of the instances


def stand_in_proofs() -> list[Proof]:
    """The PEs of the named machines that have a stand-in."""
    return [
        machine_proof(find_machine("small")),
        machine_proof(find_machine("large"), fast=False),
        machine_proof(flexible_machine("parallel"), fast=False),
    ]


def machine_proof(machine: AcceleratorConfig, *, fast: bool = True) -> Proof:
    """The proof of the texts that are simulated of a machine; the parameters are those of :func:`stand_in_proof`."""
    return stand_in_proof(machine.array, lambda: machine_verilog(machine), fast=fast)


@dataclass(frozen=True, kw_only=True)
class StandInProof(Proof):
    """The proof of a stand-in: both modules side by side.

    Parameters
    ----------
    config : ArrayConfig
        Of the array whose PE it stands in for.
    shipped
        Returns the Verilog that has the PE.
    """

    config: ArrayConfig
    shipped: Callable[[], str]

    def hardware(self) -> str:
        """Both modules as they stand in the Verilog, the stand-in's under another name."""
        return both_texts(self.config, self.shipped())

    def placed(self, unit: Unit) -> tuple[list[str], list[str]]:
        """No outputs; both instances, with wires ``pe_...`` and ``stand_in_...`` for all that they tell."""
        lines = []
        for module, side, cuts in zip(modules(unit), SIDES, cut_wires(self.config), strict=True):
            pins = [".clk(1'b0)", ".rst(rst)"]
            told: dict[str, int] = {}
            for name, width, is_input in ports_of(unit):
                if is_input:
                    pins.append(f".{name}({name})")
                else:  # the outputs are the registers
                    told |= {name: width, name + NEXT: width}
                    pins.append(f".{name}{NOW}({name}{NOW})")
            told |= cuts
            pins += [f".{name}({side}_{name})" for name in told] + [f".{name}{FREE}({name}{FREE})" for name in cuts]
            lines += [f"wire signed [{width - 1}:0] {side}_{name};" for name, width in told.items()]
            lines.append(f"{module} {side}({', '.join(pins)});")
        return [], lines


def modules(unit: Unit) -> tuple[str, str]:
    """The names of both modules."""
    return unit.name, f"{unit.name}_stand_in"


def ports_of(unit: Unit) -> list[tuple[str, int, bool]]:
    """Name and width of each port, and whether it is an input."""
    return [(name, len(value), member.flow == In) for name, value, member in unit.ports()]


def both_texts(config: ArrayConfig, shipped: str) -> str:
    """The modules of a PE and of its stand-in, from the Verilog that has the PE; ``ValueError`` where one lacks a wire
    at which it is cut."""
    pe, other = modules(config.pe.processing_element(config))
    texts = [module_text(text, pe) for text in (shipped, with_stand_in(shipped, config))]
    for text, cuts in zip(texts, cut_wires(config), strict=True):
        for name, width in cuts.items():
            if f"  wire [{width - 1}:0] {name};\n" not in text:
                raise ValueError(f"the PE of {config.name} is cut at {name}, but has no such wire of {width} bits")
    return texts[0] + texts[1].replace(f"module {pe}(", f"module {other}(")


def stand_in_proof(config: ArrayConfig, shipped: Callable[[], str], *, fast: bool = True) -> Proof:
    """That the stand-in of an array's PE does the same as the PE.

    Parameters
    ----------
    config : ArrayConfig
    shipped
        Returns the Verilog that has the PE, of the array or of what it is part of.
    fast : bool
        See :class:`lowtide.formal.proofs.proof.Proof`.

    Raises
    ------
    ValueError
        It has none.
    """
    unit = config.pe.processing_element(config)
    stand_in_of(config)
    parts, products = cut_wires(config)
    registers = {name: width for name, width, is_input in ports_of(unit) if not is_input}
    opening = ["proc", "opt_clean"]
    for module, cuts in zip(modules(unit), (parts, products), strict=True):
        chosen = " ".join(f"{module}/w:{name}" for name in registers)
        opening.append(f"expose -evert-dff -sep _reg_ {chosen} {module}/t:$*dff*")
        opening.append(f"expose -cut -sep _cut_ {' '.join(f'{module}/w:{name}' for name in cuts)}")
    return StandInProof(
        name=f"stand_in_{config.name}",
        statement=f"the PE of {config.name}, {config.lanes} lanes of {config.x_width} x {config.w_width} bits, and its "
        "stand-in for simulation: equal outputs and next registers",
        make=lambda: config.pe.processing_element(config),
        inputs={"rst": 1}
        | {name: width for name, width, is_input in ports_of(unit) if is_input}
        | {name + NOW: width for name, width in registers.items()}
        | {name + FREE: width for name, width in (parts | products).items()},
        connections={},
        numbers=numbers(config, list(parts), list(products)),
        claims=claims(config, list(parts), list(registers)),
        fast=fast,
        swept=True,
        opening=tuple(opening),
        config=config,
        shipped=shipped,
    )


def cut_wires(config: ArrayConfig) -> tuple[dict[str, int], dict[str, int]]:
    """Widths of the wires at which the PE, and its stand-in, are cut, by name."""
    x = len(operand(Signal(config.x_width), config.x_types, 0))
    w = len(operand(Signal(config.w_width), config.w_types, 0))
    parts = {f"part_{lane}_{digit}": x + 1 for lane in range(config.lanes) for digit in range((w + 1) // 2)}
    return parts, {f"product_{lane}": x + w for lane in range(config.lanes)}
