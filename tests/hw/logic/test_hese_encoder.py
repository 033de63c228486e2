"""The HESE encoder as a component of its own."""

import pytest

from lowtide.hw.logic.hese import HeseEncoder
from lowtide.sim.cocotb.run import run_bench


@pytest.mark.parametrize(
    "bits, types",
    [
        (2, ["signed"]),
        (4, ["signed"]),
        (8, ["signed"]),
        (16, ["signed"]),
        (8, ["unsigned"]),
        (5, ["unsigned"]),
        (8, ["signed", "unsigned"]),
    ],
)
def test_every_value_is_encoded_as_golden_states(bits, types):
    run_bench(HeseEncoder(bits=bits, types=types), "bench_hese_encoder", seed=0, bits=bits, types=types)


def test_width_out_of_range_is_refused():
    with pytest.raises(ValueError, match="bits is 17, allowed are 2 to 16"):
        HeseEncoder(bits=17, types=["signed"])
