"""Unsigned data need no unsigned PEs: codes less 128 are signed ones, and constants hold what that adds to a sum."""

import numpy as np
import pytest

from lowtide.golden import Array
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.network.arrays.diagonal_product import DiagonalProduct
from lowtide.golden.number_formats import FixedPoint

ARRAY = Array(kind="parallel", rows=4, cols=4, lanes=4, x_types=("signed",))


def networks():
    """The same network with unsigned and with signed codes of its data, both with zero points; and pictures."""
    rng = np.random.default_rng(3)
    nodes = (
        Node(
            name="a",
            op="conv",
            inputs=("input",),
            weight=rng.normal(size=(3, 3, 2, 6)),
            bias=rng.normal(size=6),
            attributes={"padding": (1, 1, 1, 1)},
        ),
        Node(name="r", op="relu", inputs=("a",)),
        Node(
            name="b",
            op="conv",
            inputs=("r",),
            weight=rng.normal(size=(3, 3, 1, 6)),
            bias=rng.normal(size=6),
            attributes={"groups": 6, "padding": (1, 1, 1, 1)},
        ),
    )
    x = rng.normal(size=(4, 5, 5, 2))
    return x, *(
        quantise_graph(Graph(nodes, x.shape[1:]), x, Plan(activations=FixedPoint(8, signed=signed, symmetric=False)))
        for signed in (False, True)
    )


@pytest.mark.parametrize("product", [ArrayProduct, DiagonalProduct])
def test_signed_pes_run_a_network_of_unsigned_data(product):
    x, unsigned, signed = networks()
    for name in ("input", "r"):
        assert int(unsigned.quantisers[name].zero_point) - int(signed.quantisers[name].zero_point) == 128, name
    assert np.array_equal(signed.run(x, product=product(ARRAY)), unsigned.run(x))
    with pytest.raises(ValueError, match="mode.x_signed is False, allowed are True"):
        unsigned.run(x, product=product(ARRAY))
