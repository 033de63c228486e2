"""The answer follows from the rows: what is smallest is taken, and term revealing stands beside fewer bits."""

from types import SimpleNamespace

import pytest

from lowtide.common.quantisation import Quantisation, Terms
from lowtide.synth.report.needs import kind_areas, revealed, several, verdict


def row(quantisation, dedicated, flexible, *, kind="term", conventional=100.0, failed=None, areas=None):
    """A row with ratios to a conventional PE of that area for each multiplication."""
    return SimpleNamespace(
        quantisation=quantisation,
        mode=quantisation.name,
        family=kind,
        pe=kind,
        flexible=True,
        target="ge",
        x_bits=quantisation.x_bits,
        w_bits=quantisation.w_bits,
        ratio_dedicated=dedicated,
        ratio_to_conventional=flexible,
        area_flexible=1000.0,
        area_per_mac=None if flexible is None else flexible * conventional,
        area_per_mac_dedicated=None if dedicated is None else dedicated * conventional,
        area_per_mac_conventional=conventional,
        failed=failed,
    )


INT8, INT8X5, INT8X4 = (Quantisation(w_bits=bits) for bits in (8, 5, 4))
FEW, MANY = (Quantisation(terms=Terms(8, budget)) for budget in (8, 24))


@pytest.mark.parametrize(
    "dedicated, flexible, said",
    [
        (0.5, 0.9, "wins"),
        (0.9, 1.1, "wins alone"),
        (0.99, 1.5, "equal"),
        (1.02, 1.5, "equal"),
        (1.03, 1.5, "loses"),
    ],
)
def test_a_mode_wins_or_loses_by_more_than_two_percent(dedicated, flexible, said):
    assert verdict(row(INT8, dedicated, flexible)) == said


def test_a_mode_that_failed_says_so():
    assert verdict(row(INT8, None, None, failed="no netlist")) == "failed: no netlist"


def test_term_revealing_stands_beside_the_narrowest_multiplier_that_is_larger():
    rows = [
        row(INT8, 3.0, 3.5, conventional=100.0),
        row(INT8X5, 3.0, 3.5, conventional=70.0),
        row(INT8X4, 3.0, 3.5, conventional=50.0),
        row(FEW, 0.6, 0.8),
        row(FEW, 0.65, 0.7),
        row(MANY, 2.0, 2.3),
    ]
    found = [(each.row.mode, each.row.ratio_dedicated, each.least_bits, each.smaller) for each in revealed(rows)]
    assert found == [("TR g=8 k=8", 0.6, 5, (4, 50.0)), ("TR g=8 k=24", 2.0, None, (8, 100.0))]


def test_a_pe_with_several_modes_has_its_area_in_each_integer_mode():
    rows = [row(INT8, 3.0, 3.5), row(INT8X4, 3.0, 4.0, conventional=50.0), row(FEW, 0.6, 0.8)]
    (found,) = several(rows)
    assert (found.kind, found.area, found.modes) == ("term", 1000.0, 3)
    assert found.areas == {"int8": 350.0, "int8x4": 200.0}


def test_what_a_kind_takes_is_at_full_width_and_in_its_best_mode():
    rows = [row(INT8, 2.5, 3.0), row(FEW, 0.5, 0.75), row(INT8X4, 2.0, 2.0)]
    rows += [row(INT8, 1.0, 1.25, kind="parallel"), row(INT8X4, 0.99, 2.0, kind="parallel")]
    rows += [row(INT8, None, None, kind="fused", failed="no netlist")]
    found = kind_areas(SimpleNamespace(rows=rows, targets=[SimpleNamespace(name="ge")]))
    equal = {"mode": "int8", "alone": 1.0, "all_modes": 1.25}  # the other mode is better by less than a rewrite moves
    assert found == {
        "term": {
            "full_width": {"mode": "int8", "alone": 2.5, "all_modes": 3.0},
            "best": {"mode": "TR g=8 k=8", "alone": 0.5, "all_modes": 0.75},
        },
        "parallel": {"full_width": equal, "best": equal},
    }
