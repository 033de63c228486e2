"""The Verilog of every named configuration at its own size."""

import pytest

from lowtide.hw import CONFIGURATIONS

from emission_checks import check_emission


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_verilog_is_clean_and_has_each_module_once(config):
    check_emission(config)
