"""Quantisations: one name each, equal where they keep the same accuracy, whole after JSON."""

import json
from itertools import product

import pytest

from lowtide.common.quantisation import Blocks, LaneRule, Quantisation, Terms
from lowtide.experiments.runs.configurations.configuration import Configuration
from lowtide.golden.mode import Array
from lowtide.golden.number_formats import FixedPoint, TermRevealed
from lowtide.hw import CONFIGURATIONS, ArrayConfig, Mode
from lowtide.hw.config.quantisation import quantisation_of

RULE = LaneRule(12, True, 2)


@pytest.mark.parametrize(
    "quantisation, name",
    [
        (Quantisation(), "int8"),
        (Quantisation(x_bits=4, w_bits=4), "int4"),
        (Quantisation(w_bits=6), "int8x6"),
        (Quantisation(w_bits=None, w_format="ternary"), "ternary"),
        (Quantisation(w_format="codebook16"), "codebook16"),
        (Quantisation(w_format="codebook16", w_bits=4), "codebook16 of 4 bits"),
        (Quantisation(x_bits=2, w_bits=None, w_format="ternary"), "int2 x ternary"),
        (Quantisation(x_bits=None, x_format="binary", w_bits=None, w_format="binary"), "binary x binary"),
        (Quantisation(terms=Terms(8, 12)), "TR g=8 k=12"),
        (Quantisation(terms=Terms(8, 12, 3)), "TR g=8 k=12 s=3"),
        (Quantisation(terms=Terms(8, 12, 0, "binary")), "TR g=8 k=12 binary"),
        (Quantisation(terms=Terms(8, 12, rule=RULE)), "TR g=8 k=12 l=12 dedicated w=2"),
        (Quantisation(terms=Terms(data_terms=2)), "TR s=2"),
        (Quantisation(x_bits=4, w_bits=4, terms=Terms(2, 2)), "int4 TR g=2 k=2"),
        (Quantisation(w_bits=None, w_format="log4", terms=Terms(8, 4)), "log4 TR g=8 k=4"),
        (Quantisation(blocks=Blocks(8, 3)), "block floating b=8 e=3"),
    ],
)
def test_names_and_json(quantisation, name):
    assert quantisation.name == name
    assert Quantisation.of_dict(json.loads(json.dumps(quantisation.as_dict()))) == quantisation


def test_equal_names_are_equal_quantisations():
    operands = [{"x_bits": x, "w_bits": w} for x, w in product((2, 4, 8), repeat=2)]
    operands += [{"x_bits": x, "w_bits": None, "w_format": "log4"} for x in (2, 8)]
    operands += [{"w_bits": w, "w_format": "codebook16"} for w in (4, 8)]
    terms = [
        None,
        *(
            Terms(g, k, s, encoding, rule)
            for g, k, s, encoding, rule in product((4, 8), (8, 12), (0, 2), ("hese", "binary"), (None, RULE))
        ),
    ]
    found = [
        Quantisation(**each, terms=kept, blocks=blocks)
        for each, kept, blocks in product(operands, terms, (None, Blocks(8, 3), Blocks(1, 3)))
    ]
    assert len({each.name for each in found}) == len(found) == len(set(found)) > 400


def test_signs_are_stated_but_not_compared():
    unsigned, signed = Quantisation(x_signed=False), Quantisation(x_signed=True)
    assert unsigned == signed and hash(unsigned) == hash(signed) and unsigned.as_dict() != signed.as_dict()


def test_experiments_and_hardware_mean_the_same_by_term_revealing():
    """A format of an experiment and a mode of an array that reveals on chip, with free lanes and with rules."""
    config = ArrayConfig(kind="term_pair", group=8)
    mode = Mode(hese=True, select=True, group=8, budget=12, data_terms=3)
    assert (
        quantisation_of(config, mode) == Configuration(task="digits", weights=TermRevealed(), data_terms=3).quantisation
    )
    config = ArrayConfig(kind="term", group=8, lanes=12, dedicated=True)
    array = Array(kind="term", rows=1, cols=1, lanes=12, group=8, dedicated=True)
    mode = mode.change(data_terms=0)
    assert quantisation_of(config, mode) == Configuration(task="digits", weights=TermRevealed(rule=array)).quantisation
    assert quantisation_of(config, mode) != Configuration(task="digits", weights=TermRevealed()).quantisation


def test_experiments_and_hardware_mean_the_same_by_integers_and_formats():
    config = CONFIGURATIONS["parallel_8x8_flex"]
    fixed = Configuration(task="digits", weights=FixedPoint(4), x_bits=6)
    assert quantisation_of(config, Mode(x_bits=6, w_bits=4)) == fixed.quantisation
    for bits in (2, 8):  # integers of ternary weights need no more bits, however wide the mode
        assert quantisation_of(config, Mode(w_format="ternary", w_bits=bits)).name == "ternary"
    assert quantisation_of(config, Mode(block_floating=True)).name == "block floating b=8 e=3"


def test_every_mode_that_tables_show_has_a_name():
    for config in CONFIGURATIONS.values():
        for mode in config.modes():
            assert quantisation_of(config, mode).name.isprintable()
