"""Modules with many instances: counted as often as they occur, and the same results with functions that they share."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.hw import verilog
from lowtide.hw.pe import KINDS
from lowtide.sim import Model
from lowtide.sim.engine.packing import weight_rows
from lowtide.sim.verilator import instances

from golden_jobs import random_mode, stored
from long_cases import long
from named_arrays import small

TEXT = """\
module leaf(a, b);
  1234
endmodule

// A comment
module inner(a);
  leaf one (
  );
  leaf two (
  );
endmodule

module top(a);
  inner left (
  );
  inner right (
  );
  leaf alone (
  );
endmodule
"""


def test_every_instance_counts():
    bodies = dict(instances._MODULE.findall(TEXT))
    sizes = {name: len(body) for name, body in bodies.items()}
    assert instances.flat_size(TEXT) == sizes["top"] + 2 * sizes["inner"] + 5 * sizes["leaf"]
    assert instances.control_lines(TEXT) == ['no_inline -module "inner"', 'no_inline -module "leaf"']


def test_an_array_of_twice_the_rows_is_much_larger():
    sizes = [instances.flat_size(verilog(small("term", rows, 4, name=f"test_rows_{rows}"))) for rows in (16, 32)]
    assert 1.6 < sizes[1] / sizes[0] < 2


@pytest.mark.parametrize(
    "kind", [kind if kind in ("parallel", "term", "bit_plane", "digit") else long(kind) for kind in KINDS]
)
def test_shared_functions_give_the_same_results(kind, monkeypatch):
    monkeypatch.setattr(instances, "_LARGE", 0)
    config, rng = small(kind, 3, 2, name=f"test_shared_{kind}"), np.random.default_rng(3)
    assert instances.instance_flags(verilog(config))
    compiled = Model(config, quick=True)
    for k in (1, 30):
        mode = random_mode(config, rng).change(group_exponent=False)
        x, w = stored(rng, (5, k), mode, "x"), stored(rng, (weight_rows(k, config, mode), 3), mode, "w")
        stated = golden.gemm(x, w, mode, config)
        found = compiled.gemm(x, w, mode)
        assert np.array_equal(found.y, stated.y) and found.cycles == stated.cycles, mode.label()
