"""The table of limbs: every product of every value once, at the places that the fused PE's shifters count on."""

from collections import Counter

import pytest

from lowtide.hw.pe.fused.limb_routes import BRICKS, PAIRS, is_top, limbs, place, products, routed

#: Places of bricks 0 to 15 for the wider and the narrower width, as the drawing in hw/pe/fused/limb_routes.py has them.
PLACES = {
    (8, 8): [1, 1, 5, 5, 0, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 6],
    (8, 4): [0, 0, 4, 4, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3],
    (8, 2): [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3],
    (4, 4): [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2],
    (4, 2): [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
    (2, 2): [0] * 16,
}


@pytest.mark.parametrize("pair", PAIRS)
def test_every_product_of_limbs_has_one_brick(pair):
    x_limbs, w_limbs = map(limbs, pair)
    wanted = {
        (value * x_limbs + i, value * w_limbs + j)
        for value in range(products(*pair))
        for i in range(x_limbs)
        for j in range(w_limbs)
    }
    found = Counter((routed(pair, "x", brick), routed(pair, "w", brick)) for brick in range(BRICKS))
    assert found == Counter(wanted) and len(wanted) == BRICKS


@pytest.mark.parametrize("pair", PAIRS)
def test_bricks_stand_at_the_places_of_their_quads(pair):
    assert [place(pair, brick) for brick in range(BRICKS)] == PLACES[max(pair), min(pair)]


@pytest.mark.parametrize("pair", PAIRS)
def test_only_the_top_limb_of_a_value_carries_its_sign(pair):
    for side, bits in zip("xw", pair, strict=True):
        assert sum(is_top(pair, side, brick) for brick in range(BRICKS)) == BRICKS // limbs(bits)
    assert not is_top((8, 8), "x", 4) and not is_top((8, 8), "w", 4), "brick 4 leaves its quad without signs"
