"""What becomes of an EXEC's results: parameters, limits, a second tensor, a table, fewer terms."""

from typing import Any

import numpy as np

from lowtide.common.records.entries import Parameter
from lowtide.common.records.execute import Exec, Operand
from lowtide.golden.machine import Interpreter
from lowtide.golden.machine.nest import Nest
from lowtide.golden.machine.sums import results
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .shapes import Shape

__all__ = ["random_parameters", "second_tensor"]

VALUE_BITS = 16
SUM_BITS = 32
SHIFT_BITS = 6
MULTIPLIER_BITS = 24  #: of the field


def second_tensor(rng: np.random.Generator, config: AcceleratorConfig, shape: Shape, *, planes: bool) -> dict[str, Any]:
    """Fields of a second tensor, and of what else is behind the requantiser, as far as it is built; of ``planes`` there
    is no second tensor. With one of them are its steps, which are without meaning here."""
    built = {Operand.ADD: "operand", Operand.PRODUCT: "product"}
    choices = [what for what, part in built.items() if part in config.post and not planes]
    what = choices[rng.integers(len(choices))] if choices and rng.random() < 0.4 else Operand.NONE
    found: dict[str, Any] = dict(zero=_number(rng, 40), table=0, top_terms=0)
    if "table" in config.post and rng.random() < 0.2:
        found["table"] = 1
    if "top_terms" in config.post and rng.random() < 0.2:
        found["top_terms"] = int(rng.integers(1, rng.choice([5, 16])))
    if "measure" in config.post:
        found["measure"] = int(rng.random() < 0.4)
    if what != Operand.NONE:
        multipliers = rng.integers(1 << config.multiplier_bits, size=2)
        low, high = _limits(rng, 300)
        shift = config.multiplier_bits + int(rng.integers(9))
        found |= dict(
            operand=what,
            operand_row_step=0,
            operand_block_step=0,
            operand_zero=_number(rng, 200),
            operand_signed=rng.integers(2),
            own_multiplier=multipliers[0],
            operand_multiplier=multipliers[1],
            operand_shift=shift if rng.random() < 0.85 else int(rng.integers(1 << SHIFT_BITS)),
            low2=low,
            high2=high,
        )
    return found


def random_parameters(
    rng: np.random.Generator, record: Exec, machine: Interpreter
) -> tuple[list[Parameter], dict[str, int]]:
    """Parameters that bring a record's results into the range of its codes or somewhat beyond, now and then any, and
    the limits. Errors as of `lowtide.golden.machine.sums.results`."""
    sums = results(record, machine.machine, machine.memories, Nest.of(record, machine.memories))
    width = machine.machine.multiplier_bits
    count = sums.shape[1] if record.parameter_step else 1
    lowest, highest = int(sums.min()), int(sums.max())
    found = []
    for _ in range(count):
        multiplier = int(rng.integers(1 << width))
        reach = int(np.abs(sums).max()).bit_length() + multiplier.bit_length() - record.out_bits
        shift = min((1 << SHIFT_BITS) - 1, max(0, reach + int(rng.integers(-2, 4))))
        bias = int(rng.integers(-(1 << 30), 1 << 30)) >> int(rng.integers(31))
        if rng.random() < 0.1:
            shift = int(rng.integers(1 << SHIFT_BITS))
        if rng.random() < 0.1:  # nearly an overflow
            room = (1 << SUM_BITS - 1) - 1 - highest, -(1 << SUM_BITS - 1) - lowest
            bias = room[0] - int(rng.integers(9)) if rng.random() < 0.5 else room[1] + int(rng.integers(9))
            bias = min(max(bias, -(1 << SUM_BITS - 1)), (1 << SUM_BITS - 1) - 1)
        if rng.random() < 0.1:  # bits that do not count
            multiplier |= int(rng.integers(1 << MULTIPLIER_BITS)) >> width << width
        found.append(Parameter(bias=bias, multiplier=multiplier, shift=shift))
    low, high = _limits(rng, 1 << record.out_bits)
    return found, dict(low=low, high=high)


def _limits(rng: np.random.Generator, usual: int) -> tuple[int, int]:
    """A lower and an upper limit, of about a size or the widest ones."""
    most = (1 << VALUE_BITS - 1) - 1
    if rng.random() < 0.3:
        return -most - 1, most
    ends = np.sort(rng.integers(-usual, usual, 2)).clip(-most - 1, most)
    return int(ends[0]), int(ends[1])


def _number(rng: np.random.Generator, usual: int) -> int:
    """A number of 16 bits, most often of this size."""
    most = usual if rng.random() < 0.7 else (1 << VALUE_BITS - 1) - 1
    return int(rng.integers(-most, most + 1))
