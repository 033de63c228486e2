"""Proofs that the structures of a sum, the field ``sums`` of a configuration, give one and the same sum.

A PE is placed once for each structure that its kind accepts, all with the same control bits and operands; what they add
in a cycle is compared. Few lanes and narrow data: that sums may be added in any order is hard for SAT solvers.
"""

from dataclasses import replace

from amaranth.hdl import Module
from amaranth.lib.wiring import In, Out

from lowtide.hw import ArrayConfig
from lowtide.hw.config.fields import settings_for
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe.control_bits import control_layout
from lowtide.hw.pe.operands import operand_shape

from ..proof import Case, Proof, every
from .addend import operands
from .units import AddendUnit

__all__ = ["SumForms", "sum_form_proofs", "sum_forms"]


class SumForms(Unit):
    """The addend of a PE in every structure of its sum.

    Parameters
    ----------
    config : ArrayConfig
        Of a kind with the field ``sums``.

    Ports
    -----
    control, west, north : in
        As of :class:`lowtide.formal.proofs.arithmetic.units.AddendUnit`.
    tree, chains, chain : out
        The addend in each structure that the configuration accepts.
    """

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        self.forms = {
            form: AddendUnit(replace(config, name=f"{config.name}_{form}", sums=form)) for form in structures(config)
        }
        super().__init__(
            f"{config.name}_sum_forms",
            {
                "control": In(control_layout(config)),
                "west": In(operand_shape(config, "x")),
                "north": In(operand_shape(config, "w")),
            }
            | {form: Out(placed.addend.shape()) for form, placed in self.forms.items()},
        )

    def build(self, m: Module) -> None:
        """A PE's logic for each structure."""
        for form, unit in self.forms.items():
            outputs = self.place(m, f"{form}_unit", unit, control=self.control, west=self.west, north=self.north)
            m.d.comb += getattr(self, form).eq(outputs.addend)


def structures(config: ArrayConfig) -> tuple[str, ...]:
    """The values of the field ``sums`` that the configuration's kind accepts."""
    (found,) = [setting.allowed for setting in settings_for(config.kind) if setting.name == "sums"]
    return tuple(map(str, found))


def sum_form_proofs() -> list[Proof]:
    """For kinds whose PE sums in several structures: many lanes, wide data, many digits. The sums of `term` rest on the
    range of exponents; each of them is compared with the definition in
    :mod:`lowtide.formal.proofs.arithmetic.addends`."""
    both = ("signed", "unsigned")
    parallel = ArrayConfig(
        name="parallel", kind="parallel", lanes=2, x_width=4, w_width=4, x_types=both, w_types=both, multiplier="booth"
    )
    bit_serial = ArrayConfig(name="bit_serial", kind="bit_serial", lanes=3, x_types=both, w_types=both, digits="booth")
    digit = ArrayConfig(name="digit", kind="digit", lanes=3, digits_per_cycle=2, x_width=3, w_width=4, x_types=both)
    signs = every(control_x_signed=1, control_w_signed=1)
    return [
        sum_forms(parallel, signs),
        sum_forms(replace(parallel, name="parallel_l3", lanes=3, x_width=2), signs, fast=False),
        sum_forms(bit_serial),
        sum_forms(replace(bit_serial, name="bit_serial_l5", lanes=5, x_width=4, w_width=4), fast=False),
        sum_forms(digit),
        sum_forms(replace(digit, name="digit_l2", lanes=2, x_width=8), fast=False),
        sum_forms(replace(digit, name="digit_d4", lanes=2, digits_per_cycle=4, x_width=4, w_width=8), fast=False),
    ]


def sum_forms(config: ArrayConfig, cases: tuple[Case, ...] = ({},), *, fast: bool = True) -> Proof:
    """That all structures of the sum are equal to the first.

    Parameters
    ----------
    config : ArrayConfig
        Of a kind with the field ``sums``.
    cases, fast
        See :class:`lowtide.formal.proofs.proof.Proof`.
    """
    first, *others = structures(config)
    inputs, connections = operands(config, {})
    width = max(len(placed.addend) for placed in SumForms(config).forms.values())
    return Proof(
        name=f"{config.name}_sum_forms",
        statement=f"`{config.kind}`, one cycle, {config.lanes} lanes, {config.x_width}-bit data: `sums` = "
        f"{', '.join((first, *others))} give the same sum",
        make=lambda: SumForms(config),
        inputs=inputs,
        connections=connections,
        numbers={f"sum_{form}": (width, form) for form in (first, *others)},
        claims={f"{form} adds up to what {first} does": f"sum_{form} == sum_{first}" for form in others},
        cases=cases,
        fast=fast,
    )
