"""Every named configuration at its size, compiled: all operand pairs of the modes that documents show, and pairs of all
other modes, in values and cycles."""

import numpy as np
import pytest

from lowtide.formal.engine_checks.operand_pairs import difference, load_books, pairs, stored
from lowtide.hw import CONFIGURATIONS, ArrayConfig
from lowtide.hw.config.named import representative
from lowtide.hw.pe import KINDS
from lowtide.sim import Model
from lowtide.sim.engine.packing import weight_rows

from named_arrays import sized

MOST = 5_000_000  #: cycles of a PE for all pairs of 8 bits, at the 64 that a product takes at most
OTHERS = 1 << 12  #: cycles of a PE in each mode that documents do not show


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_all_operand_pairs_of_every_documented_mode(config):
    """A sample of the pairs where they are more than a PE takes in ``MOST`` cycles, as those of 16 bits are."""
    compiled = load_books(Model(config))
    for mode, x, w in pairs(config, config.modes(), most=MOST):
        y, line = difference(compiled, x, w, mode)
        assert not line, line


@pytest.mark.parametrize("config", [*map(representative, KINDS)], ids=lambda config: config.name)
def test_operand_pairs_of_every_other_mode(config):
    """All pairs of every mode that the engine accepts where a PE does them in ``OTHERS`` cycles, else as many."""
    compiled, shown = load_books(Model(sized(config.name, 4, 4))), set(config.modes())
    others = [mode for mode in config.pe.every_mode(config) if mode not in shown]
    for mode, x, w in pairs(compiled.config, others, most=OTHERS):
        y, line = difference(compiled, x, w, mode)
        assert not line, line


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows, cols", [(16, 1), (24, 1), (9, 2), (17, 2), (1, 19), (1, 24), (1, 32)])
def test_long_arrays_whose_skew_is_cut_into_blocks(kind, rows, cols):
    compiled = Model(
        ArrayConfig(name=f"test_model_{kind}_{rows}x{cols}", kind=kind, rows=rows, cols=cols, **KINDS[kind].example)
    )
    rng = np.random.default_rng(rows * cols)
    for mode in compiled.config.modes():
        for k in (1, 3, 80):
            chunks = weight_rows(k, compiled.config, mode)
            x, w = stored(rng, (rows + 3, k), mode, "x"), stored(rng, (chunks, 2 * cols), mode, "w")
            y, line = difference(compiled, x, w, mode)
            assert not line, line
