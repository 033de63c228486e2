"""The whole of post-processing against its definition: random records, with pauses on every stream and without."""

import numpy as np
import pytest

from lowtide.common.records.execute import Source
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig

from post_records import Bench, check, random_case, written


def machine(name, array, **fields):
    array = ArrayConfig(name=f"array_{name}", **array)
    return AcceleratorConfig(name=name, array=array, **dict(parameters=16, taps=16, feature_bytes=1 << 12) | fields)


MACHINES = [
    machine("bytes", dict(kind="parallel", rows=2, cols=2, lanes=4), post=POST),
    machine(
        "halves",
        dict(kind="parallel", rows=4, cols=3, lanes=2, x_width=16, w_width=16, acc_width=48),
        post=("operand", "top_terms"),
        rows_per_requantiser=2,
        multiplier_bits=8,
    ),
    machine(
        "one_lane",
        dict(kind="parallel", rows=4, cols=4),
        post=("product", "vector"),
        rows_per_requantiser=4,
        multiplier_bits=24,
    ),
    machine("fives", dict(kind="parallel", rows=2, cols=1, lanes=4, x_width=5, acc_width=20), post=()),
    machine(
        "limbs",
        dict(kind="fused", rows=4, cols=2),
        post=("operand", "table"),
        rows_per_requantiser=2,
        multiplier_bits=3,
    ),
    machine("bit_planes", dict(kind="bit_plane", rows=2, cols=2, lanes=16), post=POST, multiplier_bits=12),
]


@pytest.mark.parametrize("config", MACHINES, ids=lambda config: config.name)
def test_records_write_what_they_say(config):
    rng = np.random.default_rng(7)
    benches = [Bench(config, rng, stalls) for stalls in (0.0, 0.3)]
    sources = list(Source) if "vector" in config.post else [Source.ENGINE]
    for number in range(60):
        case = random_case(config, rng, source=sources[number % len(sources)])
        expected = written(config, case)
        bench = benches[number % 2]
        bench.load(case)
        writes, pulses, _ = bench.run(case)
        check(expected, writes, pulses)
