"""Lists of known result for the control of a machine: chains of a copy in, an addition of 1 and a copy out."""

import random

import numpy as np

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Store, pack
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from control_bench import ControlBench

SIZE = 1 << 16
LIST, PROFILE, DATA, RESULTS = 0x1000, 0x2000, 0x4000, 0x8000
MACHINES = {
    bus_bits: AcceleratorConfig(
        name=f"bus_{bus_bits}",
        array=ArrayConfig(name=f"array_{bus_bits}", kind="parallel", rows=8, cols=2, lanes=lanes),
        feature_bytes=1 << 9 if lanes == 1 else 1 << 11,
        weight_bytes=1 << 9,
        parameters=16,
        taps=16,
        bus_bits=bus_bits,
        outstanding=4,
        post=(),
    )
    for bus_bits, lanes in ((32, 1), (256, 4))
}


def bench(bus_bits=32, seed=1, busy=1.0, **behaviour):
    made = ControlBench(MACHINES[bus_bits], random.Random(seed), size=SIZE, seed=seed, busy=busy)
    made.model.memory[:] = np.random.default_rng(seed).integers(0, 256, SIZE)
    made.model.behave(**behaviour)
    made.write("interrupts_enabled", 7)
    return made


def chain(steps, atom, atoms=16):
    """Loads, adds 1 and stores, several times over two halves of the feature memory, in a pipeline of tokens."""
    records = []
    for step in range(steps):
        half = step % 2 * 128
        again = int(step >= 2)
        records += [
            Load(address=DATA + step * atoms * atom, local=half, units=atoms, take_a=again, give_a=1),
            Exec(
                in_base=half,
                out_base=half + 64,
                out_columns=atoms,
                take_b=1,
                take_a=again,
                give_b=1,
                give_a=1,
            ),
            Store(address=RESULTS + step * atoms * atom, local=half + 64, units=atoms, take_b=1, give_b=1),
        ]
    return records


def expected(made, steps, atoms=16):
    size = steps * atoms * made.config.atom_bytes
    return made.model.memory[DATA : DATA + size] + np.uint8(1)


def results(made, steps, atoms=16):
    return made.model.memory[RESULTS : RESULTS + steps * atoms * made.config.atom_bytes]


def right_run(made, steps=3):
    """A run that has to be right, whatever was before."""
    made.model.behave()
    made.model.memory[RESULTS : RESULTS + 4096] = 0
    made.start("execute", pack([*chain(steps, made.config.atom_bytes), End()]), LIST)
    assert made.until_over() == (0, 0)
    assert (results(made, steps) == expected(made, steps)).all()
