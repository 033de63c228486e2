"""Control bits: what only one value of is built in does not travel through the array."""

import pytest

from lowtide.hw import CONFIGURATIONS, ArrayConfig
from lowtide.hw.mode.word import BY_NAME


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_no_mode_field_of_one_value_travels(config):
    supported = config.pe.supported(config)
    for where in ("pe", "west", "north"):
        for name in BY_NAME.keys() & config.pe.control(config, where):
            halves = config.kind == "fused" and 16 in (config.x_width, config.w_width)  # of which one is unsigned
            assert len(supported[name]) > 1 or halves, (where, name)


def test_the_bits_of_a_few_configurations():
    plain = ArrayConfig(name="plain", x_types="signed")
    assert plain.pe.control(plain, "pe") == {}
    both = ArrayConfig(name="both", x_types=("signed", "unsigned"))
    assert both.pe.control(both, "pe") == {"x_signed": 1}
    serial = ArrayConfig(name="serial", kind="bit_serial", lanes=2, digits="booth")
    assert "negative" not in serial.pe.control(serial, "pe")
    hese = ArrayConfig(name="hese", kind="term", encodings="hese")
    assert hese.pe.control(hese, "north") == {"select": 1, "slot": 1}
