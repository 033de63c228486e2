"""The hardware of every storage format against golden's integers: every code, at every width that the format has."""

import numpy as np
import pytest
from amaranth.hdl import Const, Module, Signal
from amaranth.sim import Simulator

from lowtide.golden.storage_formats import find as golden_format
from lowtide.hw.storage_formats import FORMATS
from lowtide.hw.storage_formats.format import Table

CODED = [each for each in FORMATS if each.code_bits is not None]


def test_most_formats_have_codes():
    assert len(CODED) == len(FORMATS) - 1


@pytest.mark.parametrize("stored", CODED, ids=lambda stored: stored.name)
def test_every_code_at_every_width(stored):
    """All widths at once: one simulation with an output for each."""
    widths = range(stored.least_bits or 2, 17)
    rng, codes = np.random.default_rng(1), np.setdiff1d(np.arange(1 << stored.code_bits), stored.meaningless).tolist()
    books = {bits: rng.integers(-(1 << bits - 1), 1 << bits - 1, stored.entries) for bits in widths}
    m, code, outputs = Module(), Signal(stored.code_bits), {bits: Signal(bits) for bits in widths}
    for bits, output in outputs.items():
        words = sum(int(entry) % (1 << bits) << bits * place for place, entry in enumerate(books[bits]))
        table = Table(Const(words, bits * stored.entries), bits) if stored.entries else None
        m.d.comb += output.eq(stored.decode(code, bits, table))
    found = {bits: [] for bits in widths}

    async def ask(simulation):
        for value in codes:
            simulation.set(code, value)
            await simulation.delay(1e-6)
            for bits, output in outputs.items():
                found[bits].append(simulation.get(output))

    simulator = Simulator(m)
    simulator.add_testbench(ask)
    simulator.run()
    for bits in widths:
        codebook = books[bits] if stored.entries else None
        meant = golden_format(stored.name).decode(np.array(codes), codebook=codebook, bits=bits)
        assert found[bits] == (meant.astype(int) % (1 << bits)).tolist(), bits
