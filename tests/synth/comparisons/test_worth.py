"""Which modes are worth having: the front against its definition, and the conventional PE among the choices."""

import random
from types import SimpleNamespace

from lowtide.common.quantisation import Groups, Quantisation, Terms
from lowtide.synth.accuracy.rows import Halves, Kept, Lost
from lowtide.synth.comparisons.matched import matched
from lowtide.synth.comparisons.published import UNITS, Published
from lowtide.synth.comparisons.worth import choices

INT8, INT4, INT8X5 = Quantisation(), Quantisation(x_bits=4, w_bits=4), Quantisation(w_bits=5)


def revealed(budget):
    return Quantisation(terms=Terms(8, budget))


def kept(network, chosen, error, reported):
    """What a network loses on the pictures that choices are made on, and on those that are reported."""
    return Kept(
        network=network,
        accuracy=1 - reported,
        lost=Lost(reported, error, 20),
        how="rounded",
        halves=Halves(Lost(chosen, error, 10), Lost(reported, error, 10)),
    )


def row(
    config,
    quantisation,
    area,
    *,
    family="term",
    alone=None,
    conventional=None,
    accuracies=None,
    errors=None,
    reported=None,
    energy=None,
    conventional_energy=None,
    clock=None,
    target="ge",
):
    return SimpleNamespace(
        config=config,
        family=family,
        mode=quantisation.name,
        quantisation=quantisation,
        target=target,
        area_per_mac=area,
        area_per_mac_dedicated=alone,
        conventional=conventional and "multiplier",
        area_per_mac_conventional=conventional,
        energy_fj=energy,
        energy_fj_conventional=conventional_energy,
        fmax_mhz=clock and {"ecp5": clock},
        macs_per_cycle=2,
        stored_bits=quantisation.w_bits,
        kept=[
            kept(name, 1 - score, (errors or {}).get(name, 0.0), 1 - (reported or accuracies)[name])
            for name, score in (accuracies or {}).items()
        ],
    )


def test_no_other_choice_beats_one_of_the_front_and_one_beats_every_other():
    seed = 5
    print(f"seed {seed}")
    rng = random.Random(seed)
    rows = [
        row(
            f"pe_{place}",
            Quantisation(w_bits=place),
            rng.randint(1, 400),
            alone=rng.randint(1, 400),
            conventional=rng.randint(1, 400),
            accuracies={"n": rng.randint(1, 20) / 20},
        )
        for place in range(60)
    ]
    found = choices(rows)
    assert 100 < len(found) <= 180
    flexible = [choice for choice in found if choice.built == "flexible"]
    for several, name in ((found, "unbeaten"), (flexible, "unbeaten_flexible")):
        for measure in ("area_per_mac", "stored_bits"):
            front = [choice for choice in found if measure in getattr(choice, name)]
            assert front and set(front) <= set(several)
            costs = {choice: (choice.measure(measure), choice.chosen.loss) for choice in several}
            points = {costs[choice] for choice in front}
            for choice in several:
                beaten = any(
                    other[0] <= costs[choice][0] and other[1] <= costs[choice][1] and other != costs[choice]
                    for other in costs.values()
                )
                assert (costs[choice] in points) == (not beaten)


def test_a_conventional_pe_keeps_the_same_accuracy_but_does_no_term_revealing():
    found = choices(
        [
            row("a", INT4, 10, alone=9, conventional=5, accuracies={"n": 0.5}),
            row("a", revealed(8), 4, alone=3, conventional=2, accuracies={"n": 0.75}),
        ]
    )
    assert [(each.mode, each.built, each.area_per_mac, 1 - each.lost.loss) for each in found] == [
        ("TR g=8 k=8", "alone", 3, 0.75),
        ("TR g=8 k=8", "flexible", 4, 0.75),
        ("int4", "conventional", 5, 0.5),
        ("int4", "alone", 9, 0.5),
        ("int4", "flexible", 10, 0.5),
    ]
    area = "area_per_mac"
    assert [area in each.unbeaten for each in found] == [True, False, False, False, False]
    assert [area in each.unbeaten_flexible for each in found] == [False, True, False, False, False]


def test_a_larger_choice_has_to_be_better_by_more_than_its_error():
    for error, worth in ((0.02, False), (0.005, True)):
        found = choices(
            [
                row("small", INT8X5, 4, accuracies={"n": 0.88}, errors={"n": 0.5}),
                row("large", revealed(10), 5, accuracies={"n": 0.89}, errors={"n": error}),
            ]
        )
        unbeaten = {each.pe: "area_per_mac" in each.unbeaten for each in found if each.built == "flexible"}
        assert unbeaten == {"small": True, "large": worth}


def test_networks_and_targets_are_apart_and_rows_without_accuracy_or_area_have_no_choice():
    found = choices(
        [
            row("a", INT8, 2, accuracies={"n": 0.5, "m": 0.25}),
            row("b", INT8, 1, accuracies={"n": 0.5}),
            row("c", INT8, 1, target="xc7", accuracies={"n": 0.5}),
            row("d", INT8, 1),
            row("e", INT8, None, accuracies={"n": 1.0}),
        ]
    )
    assert [(each.target, each.network, each.pe, "area_per_mac" in each.unbeaten) for each in found] == [
        ("ge", "n", "b", True),
        ("ge", "n", "a", False),
        ("ge", "m", "a", True),
        ("xc7", "n", "c", True),
    ]


def test_a_dedicated_conventional_pe_is_there_once():
    found = choices(
        [row(name, INT8, 3, family="parallel", alone=2, conventional=2, accuracies={"n": 0.5}) for name in ("a", "b")]
    )
    assert [(each.built, each.area_per_mac) for each in found] == [("conventional", 2), ("flexible", 3)]


def test_choices_are_made_on_other_pictures_than_are_reported():
    """`lucky` is better where choices are made and worse where it is reported: it is chosen, its loss is said."""
    rows = [
        row("lucky", INT4, 5, accuracies={"n": 0.9}, reported={"n": 0.7}),
        row("unlucky", INT8X5, 4, accuracies={"n": 0.8}, reported={"n": 0.95}),
        row("large", INT8, 6, accuracies={"n": 0.85}, reported={"n": 1.0}),
    ]
    found = {each.pe: each for each in choices(rows)}
    assert [name for name, each in found.items() if "area_per_mac" in each.unbeaten] == ["unlucky", "lucky"]
    assert found["lucky"].lost.loss == 1 - 0.7 and found["lucky"].chosen.loss == 1 - 0.9
    (best,) = (each for each in matched(found.values(), [0.12]) if each.choice.built == "flexible")
    assert best.choice.pe == "lucky" and best.choice.lost.pictures == 10


def test_nothing_is_chosen_among_rows_without_halves():
    whole = row("whole", INT8, 1, accuracies={"n": 1.0})
    whole.kept = [Kept(network="n", accuracy=1.0, lost=Lost(0.0, 0.01, 20), how="tuned")]
    found = {each.pe: each for each in choices([whole, row("halved", INT4, 2, accuracies={"n": 0.9})])}
    assert found["whole"].unbeaten == () and found["whole"].lost.pictures == 20
    assert "area_per_mac" in found["halved"].unbeaten
    assert [each.choice.pe for each in matched(found.values(), [0.5])] == ["halved"]


def test_each_measure_has_a_front_of_its_own():
    found = choices(
        [
            row("small", INT8, 4, conventional=5, energy=9.0, conventional_energy=7.0, clock=50, accuracies={"n": 0.9}),
            row("quick", INT8X5, 6, energy=8.0, clock=100, accuracies={"n": 0.9}),
        ]
    )
    unbeaten = {(each.pe, each.built): each.unbeaten for each in found}
    assert unbeaten["small", "flexible"] == ("area_per_mac",)
    assert unbeaten["multiplier", "conventional"] == ("energy_fj",)
    assert unbeaten["quick", "flexible"] == ("delay_ns", "stored_bits")
    delays = {each.pe: each.delay_ns for each in found if each.built == "flexible"}
    assert delays == {"small": 10.0, "quick": 5.0}  # 1000 / MHz / two multiplications a cycle


def test_matched_is_the_smallest_of_each_way_to_build_that_loses_at_most_so_much():
    found = choices(
        [
            row("a", INT8, 10, alone=8, conventional=9, accuracies={"n": 1.0}),
            row("a", INT4, 6, alone=4, conventional=5, accuracies={"n": 0.985}),
        ]
    )
    assert [
        (each.limit, each.choice.built, each.choice.mode, each.choice.area_per_mac)
        for each in matched(found, [0.01, 0.02])
    ] == [
        (0.01, "conventional", "int8", 9),
        (0.01, "flexible", "int8", 10),
        (0.01, "alone", "int8", 8),
        (0.02, "conventional", "int4", 5),
        (0.02, "flexible", "int4", 6),
        (0.02, "alone", "int4", 4),
    ]


def test_published_units_stand_beside_modes_that_they_have_on_their_targets():
    unit = Published("serial", "its authors", {"ge": 100}, {INT8: 2, INT4: 8})
    rows = [row("a", INT8, 60, accuracies={"n": 1.0}), row("a", INT8, 60, target="xc7", accuracies={"n": 1.0})]
    found = [each for each in choices(rows, [unit]) if each.built == "published"]
    assert [(each.pe, each.mode, each.target, each.area_per_mac) for each in found] == [("serial", "int8", "ge", 50)]
    assert "area_per_mac" in found[0].unbeaten


def test_published_units_have_areas_on_the_targets_of_the_report_and_rates_of_integers():
    assert len({each.name for each in UNITS}) == len(UNITS)
    for unit in UNITS:
        assert set(unit.areas) == {"ge", "xc7"} and min(unit.areas.values()) > 0
        assert INT8 in unit.rates and all(mode.is_integer for mode in unit.rates)
        assert list(unit.rates.values()) == sorted(unit.rates.values())  # narrow operands are no slower


def test_no_conventional_pe_has_exponents_of_groups():
    grouped = Quantisation(w_bits=4, groups=Groups(8, 2))
    rows = [row("digit", each, 9, conventional=8, accuracies={"net": 0.9}) for each in (grouped, INT4)]
    built = {(choice.mode, choice.built) for choice in choices(rows)}
    assert built == {(grouped.name, "flexible"), (INT4.name, "flexible"), (INT4.name, "conventional")}
