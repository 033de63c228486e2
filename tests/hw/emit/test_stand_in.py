"""Stand-ins of PEs: which configurations have one, and that nothing but the module of the PE is another text."""

import re

import numpy as np
import pytest

from lowtide.hw import verilog
from lowtide.hw.config.machines import MACHINES
from lowtide.hw.emit.stand_in import module_text, pe_text, stand_in_of, told, with_stand_in
from lowtide.hw.pe import KINDS

from random_choices import random_configuration

BOOTH = {"multiplier": "booth", "sums": "tree", "pipeline": 0, "exponent_bits": 0, "guard_bits": 0}


def modules(text):
    """The modules of Verilog by their names."""
    return {name: module_text(text, name) for name in re.findall(r"^module (\w+)\(", text, flags=re.M)}


@pytest.mark.parametrize("seed", range(4))
def test_only_the_pe_is_another_text(seed):
    rng = np.random.default_rng(seed)
    rows, cols, tiled = 4, 2, seed % 2 + 1
    fixed = {"rows": rows, "cols": cols, "tile_rows": tiled, "tile_cols": tiled, "lanes": int(rng.integers(1, 5))}
    config = random_configuration(rng, "parallel", **fixed, **BOOTH)
    shipped = verilog(config)
    found = with_stand_in(shipped, config)
    before, after = modules(shipped), modules(found)
    (pe,) = [name for name in before if before[name] != after[name]]
    assert list(before) == list(after) and pe == config.pe.processing_element(config).name
    assert shipped.replace(before[pe], "") == found.replace(after[pe], "")
    assert " * " in after[pe] and " * " not in before[pe]
    assert before[pe].split("\n")[0] == after[pe].split("\n")[0]  # its ports
    assert after[pe] == pe_text(stand_in_of(config))
    built = modules(verilog(stand_in_of(config)))  # the same as the array that is built so
    assert list(built) == list(after) and all(built[name] == after[name] for name in built if name != pe)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stand_in_has_the_times_and_modes_of_its_array(kind):
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(40):
        config = random_configuration(rng, kind)
        other = config.pe.stand_in(config)
        if other is None:
            with pytest.raises(ValueError, match=f"stand_in is True, allowed is False for the array {config.name}: "):
                stand_in_of(config)
            continue
        found += 1
        mode = config.pe.plain_modes(config)[0]
        assert other.name == config.name and other.latency(mode) == config.latency(mode)
        assert other.cycles_per_beat(mode) == config.cycles_per_beat(mode) and other.pe.stand_in(other) is None
        assert told(config) == "multiplier is inferred in place of booth"
    assert (found > 0) == (kind == "parallel")


def test_machines_with_booth_digits_have_one():
    having = {name for name, machine in MACHINES.items() if machine.array.pe.stand_in(machine.array)}
    assert having == {"small", "large", "parallel_flex"}


def test_a_text_without_the_pe_is_refused():
    config = MACHINES["small"].array
    with pytest.raises(ValueError, match=f"the Verilog has 0 modules {config.name}_pe, needed is one"):
        with_stand_in("module other();\nendmodule\n", config)
