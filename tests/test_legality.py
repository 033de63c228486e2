"""What is legal is stated twice, in golden and in the hardware's configuration: both accept the same modes."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from lowtide import golden
from lowtide.hw import CONFIGURATIONS, ArrayConfig, Mode
from lowtide.hw.config.fields import settings_for
from lowtide.hw.pe import KINDS

from random_choices import near_mode, random_configuration, random_mode_word


def accepted(check, *arguments):
    """Whether a check passes; what it says otherwise is one line."""
    try:
        check(*arguments)
    except ValueError as error:
        assert "\n" not in str(error)
        return False
    return True


def compare(config, modes):
    """How many modes are accepted and refused, by both sides."""
    found = Counter()
    for mode in modes:
        by_hardware, by_golden = accepted(config.check_mode, mode), accepted(golden.check, mode, config)
        assert by_hardware == by_golden, f"{mode} on {config}: hardware {by_hardware}, golden {by_golden}"
        found[by_hardware] += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_both_sides_accept_the_same_modes_of_random_configurations(kind):
    rng, found = np.random.default_rng(12), Counter()
    for _ in range(60):
        config = random_configuration(rng, kind)
        found += compare(config, [near_mode(config, rng) for _ in range(100)])
        found += compare(config, [random_mode_word(rng) for _ in range(10)])
    assert min(found[True], found[False]) > 300, found


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_both_sides_accept_the_same_modes_of_named_configurations(config):
    rng = np.random.default_rng(13)
    found = compare(config, [near_mode(config, rng) for _ in range(300)])
    assert min(found[True], found[False]) > 5, found
    assert compare(config, config.modes()) == {True: len(config.modes())}


@pytest.mark.parametrize("kind", KINDS)
def test_golden_computes_no_product_that_the_array_refuses(kind):
    """The fields of one thing each: a bit more than the array has, a type, a format, an encoding that it lacks."""
    allowed = {each.name: each.allowed for each in settings_for(kind)}
    config = ArrayConfig(
        name="narrow",
        kind=kind,
        x_types=allowed["x_types"][0],
        w_types=allowed["w_types"][0],
        **({"encodings": ("hese",)} if "encodings" in KINDS[kind].fields else {}),
    )
    good = config.modes()[0]
    x = w = np.zeros((1, 1), np.int64)
    golden.gemm(x, w, good, config)
    for change in (
        {"w_bits": config.w_width + 1},
        {"x_bits": config.x_width + 1},
        {"x_signed": not good.x_signed},
        {"w_signed": not good.w_signed},
        {"w_format": "ternary"},
        {"x_format": "binary"},
        {"hese": not good.hese},
        {"codebook": 1},
        {"data_terms": 17},
        {"budget": 511},
        {"group": 17},
        {"block_floating": True},
    ):
        values = {name: getattr(good, name) for name in good.__dataclass_fields__}
        mode = golden.Mode(**values | change)  # which checks nothing by itself
        assert not accepted(golden.check, mode, config), change
        with pytest.raises(ValueError):
            golden.gemm(x, w, mode, config)


def test_data_terms_need_a_kind_that_takes_data_apart():
    mode = Mode(hese=True, select=True, group=8, budget=8, data_terms=2)
    for kind, fits in (("term", False), ("term_pair", True)):
        config = ArrayConfig(name="data_terms", kind=kind)
        assert accepted(config.check_mode, mode) == accepted(golden.check, mode, config) == fits


def test_an_array_of_golden_without_lists_has_all_that_its_kind_can_have():
    array = golden.Array(kind="parallel", rows=1, cols=1, x_width=16, w_width=16)
    for w_format in golden.WEIGHT_FORMATS:
        assert accepted(golden.check, golden.Mode(w_format=w_format, w_bits=16), array)
        assert accepted(
            golden.check, golden.Mode(w_format=w_format, w_bits=16), replace(array, w_formats=("plain",))
        ) == (w_format == "plain")
