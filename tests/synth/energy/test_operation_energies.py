"""The published table, its interpolation, and what each kind of PE does for a multiplication."""

import pytest

from lowtide.hw import CONFIGURATIONS, find
from lowtide.hw.pe.operation_counts import Operation
from lowtide.synth.energy import horowitz

from priced_modes import by_name


def counts(name, mode):
    config = find(name)
    found = config.pe.operation_counts(config, by_name(config)[mode])
    return {(each.name, *each.bits): pytest.approx(each.count) for each in found}


def test_the_table_is_the_published_one():
    """Figure 1.1.9 of Horowitz, ISSCC 2014, 45 nm, 0.9 V, in pJ."""
    assert horowitz.INTEGER_ADDITIONS == {8: 0.03, 32: 0.1}
    assert horowitz.INTEGER_MULTIPLICATIONS == {8: 0.2, 32: 3.1}
    assert horowitz.FLOATING == {("add", 16): 0.4, ("add", 32): 0.9, ("multiply", 16): 1.1, ("multiply", 32): 3.7}
    assert horowitz.MEMORY == {"cache 8 kB": 10, "cache 32 kB": 20, "cache 1 MB": 100}


@pytest.mark.parametrize(
    "name, bits, femtojoules",
    [
        ("add", (8,), 30),
        ("add", (32,), 100),
        ("add", (4,), 15),
        ("add", (20,), 65),
        ("add", (64,), 200),
        ("multiply", (8, 8), 200),
        ("multiply", (32, 32), 3100),
        ("multiply", (8, 4), 100),
        ("multiply", (1, 1), 3.125),
        ("multiply", (16, 16), 200 + 2900 * (256 - 64) / (1024 - 64)),
    ],
)
def test_energies_are_interpolated_over_width_and_product_of_widths(name, bits, femtojoules):
    assert horowitz.energy([Operation(name, bits, 1.0)]) == pytest.approx(femtojoules)
    assert horowitz.energy([Operation(name, bits, 2.0), Operation(name, bits, 1.0)]) == pytest.approx(3 * femtojoules)


def test_integers_multiply_and_add():
    """One lane: a product and an accumulation; eight lanes: seven of eight sums are narrow."""
    assert counts("parallel_8x8_l1", "int8") == {("multiply", 8, 8): 1, ("add", 32): 1}
    assert counts("parallel_8x8_l8", "int8x4") == {("multiply", 8, 4): 1, ("add", 12): 7 / 8, ("add", 32): 1 / 8}
    assert counts("fused_8x8", "int2") == {("multiply", 2, 2): 1, ("add", 4): 15 / 16, ("add", 32): 1 / 16}
    assert counts("subword_8x8", "int4") == {("multiply", 4, 4): 1, ("add", 8): 1 / 2, ("add", 32): 1 / 2}


def test_a_budget_of_12_terms_of_8_values_is_one_and_a_half_additions_of_a_value():
    assert counts("term_8x8_g8_l8", "TR g=8 k=12") == {("add", 16): 10 / 8, ("add", 32): 2 / 8}


def test_pairs_of_terms_add_exponents_and_accumulate():
    """Budget 12, 3 data terms, 8 values: 4.5 pairs; exponents of products reach 14 and need 4 bits."""
    assert counts("term_pair_8x8_g8", "TR g=8 k=12 s=3") == {("add", 4): 4.5, ("add", 32): 4.5}
    assert counts("term_pair_8x8_g8_coefficients", "TR g=8 k=12 s=3") == {("add", 4): 4.5, ("add", 12): 4.5}


def test_bits_in_series_add_once_a_bit():
    additions = {("add", 9): 4 * 15 / 16, ("add", 32): 4 / 16}
    assert counts("bit_serial_8x8_l16", "int8x4") == {("multiply", 8, 1): 4} | additions


def test_planes_make_products_of_one_bit_and_count_them():
    """4 x 4 bits: 16 passes of 64 gates, additions of 32, 16, 8, 4, 2 and 1 number of 1 to 6 bits."""
    assert counts("bit_plane_8x8_l64", "int4") == {("multiply", 1, 1): 16, ("add", 32): 16 / 64} | {
        ("add", width): 16 * (64 >> width) / 64 for width in range(1, 7)
    }


def test_every_mode_of_every_configuration_has_an_energy():
    for config in CONFIGURATIONS.values():
        for name, mode in by_name(config).items():
            assert horowitz.energy(config.pe.operation_counts(config, mode)) > 10, (config.name, name)
