"""A machine that copies, against the AXI models of cocotbext-axi: another reading of the protocol than our own."""

import pytest

from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.sim.cocotb.run import run_bench

from copier import Copier


@pytest.mark.parametrize("lanes, bus_bits", [(1, 32), (4, 64)])
def test_a_machine_copies_on_the_models_of_cocotbext_axi(lanes, bus_bits):
    config = AcceleratorConfig(
        name=f"copies_{bus_bits}",
        array=ArrayConfig(name=f"copies_{bus_bits}_array", kind="parallel", rows=4, cols=2, lanes=lanes),
        feature_bytes=256 * lanes,
        weight_bytes=1 << 9,
        parameters=16,
        taps=16,
        bus_bits=bus_bits,
        outstanding=4,
        post=(),
    )
    run_bench(Copier(config), "bench_copier", seed=5, atom=config.atom_bytes, identity=config.identity)
