"""Which modes are worth having: the front against its definition, and the conventional PE among the choices."""

import random
from types import SimpleNamespace

from lowtide.common.quantisation import Quantisation, Terms
from lowtide.synth.accuracy import Kept
from lowtide.synth.worth import choices

INT8, INT4, INT8X5 = Quantisation(), Quantisation(x_bits=4, w_bits=4), Quantisation(w_bits=5)


def revealed(budget):
    return Quantisation(terms=Terms(8, budget))


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
        kept=[
            Kept(network=name, accuracy=score, error=(errors or {}).get(name, 0.0), how="rounded", pictures=20)
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
        front = [choice for choice in found if getattr(choice, name)]
        assert len(front) > 2 and set(front) <= set(several)
        points = {(choice.area_per_mac, choice.accuracy) for choice in front}
        for choice in several:
            beaten = any(
                one.area_per_mac <= choice.area_per_mac
                and one.accuracy >= choice.accuracy
                and (one.area_per_mac, one.accuracy) != (choice.area_per_mac, choice.accuracy)
                for one in several
            )
            assert ((choice.area_per_mac, choice.accuracy) in points) == (not beaten)


def test_a_conventional_pe_keeps_the_same_accuracy_but_does_no_term_revealing():
    found = choices(
        [
            row("a", INT4, 10, alone=9, conventional=5, accuracies={"n": 0.5}),
            row("a", revealed(8), 4, alone=3, conventional=2, accuracies={"n": 0.75}),
        ]
    )
    assert [(each.mode, each.built, each.area_per_mac, each.accuracy) for each in found] == [
        ("TR g=8 k=8", "alone", 3, 0.75),
        ("TR g=8 k=8", "flexible", 4, 0.75),
        ("int4", "conventional", 5, 0.5),
        ("int4", "alone", 9, 0.5),
        ("int4", "flexible", 10, 0.5),
    ]
    assert [each.unbeaten for each in found] == [True, False, False, False, False]
    assert [each.unbeaten_flexible for each in found] == [False, True, False, False, False]


def test_a_larger_choice_has_to_be_better_by_more_than_its_error():
    for error, worth in ((0.02, False), (0.005, True)):
        found = choices(
            [
                row("small", INT8X5, 4, accuracies={"n": 0.88}, errors={"n": 0.5}),
                row("large", revealed(10), 5, accuracies={"n": 0.89}, errors={"n": error}),
            ]
        )
        kept = {each.pe: each.unbeaten for each in found if each.built == "flexible"}
        assert kept == {"small": True, "large": worth}


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
    assert [(each.target, each.network, each.pe, each.unbeaten) for each in found] == [
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
