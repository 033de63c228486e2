"""What a small report is of: two designs, and accuracies of networks as experiments keep them."""

from dataclasses import replace

import numpy as np

from lowtide.common.quantisation import LaneRule, Quantisation, Terms
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.synth.report.wanted import Wanted

SMALL = ArrayConfig(name="little", kind="term", rows=2, cols=2, lanes=2, group=2, x_width=4, w_width=4, acc_width=12)
TIMES = ArrayConfig(name="times", kind="parallel", rows=1, cols=2, x_width=4, w_width=4, acc_width=12)


def halves_of(score):
    """The outcome of 20 pictures, the float network's all right, the last ones of the quantised one wrong."""
    right = np.arange(20) < round(20 * score)
    return {
        "outcome": {"right": np.packbits(right).tobytes().hex(), "samples": 20, "views": 1},
        "float_outcome": {"right": np.packbits(np.ones(20, bool)).tobytes().hex(), "samples": 20, "views": 1},
    }


OWN = {"little": [SMALL], "times": [TIMES]}


TILED = replace(SMALL, name="little_tiles", tile_rows=2, tile_cols=2)
WANTED = Wanted((SMALL,), (TIMES,), OWN, OWN, tiled=(TILED,))


ACCURACIES = {
    "term_revealing": [
        {
            "task": task,
            "quantisation": Quantisation(x_bits=4, w_bits=4, terms=terms).as_dict(),
            "compensated": compensated,
            "scope": "all",
            "score": score,
            "selection": "least error" if compensated else None,
            "units": 20,
            "loss": 1 - score,
            "loss_error": 0.125,
            **({} if task == "mnist_cnn" else halves_of(score)),
        }
        for task, terms, compensated, score in [
            ("mnist_cnn", Terms(2, 2), False, 0.9),
            ("efficientnet", Terms(2, 2), False, 0.5),
            ("efficientnet", Terms(2, 2), True, 0.75),
            ("mnist_cnn", None, False, 0.8),
            ("efficientnet", Terms(2, 2, encoding="booth"), True, 0.98),
            ("efficientnet", Terms(2, 2, rule=LaneRule(2, True, 2)), True, 0.99),
        ]
    ],  # other lanes than those of SMALL
    "compensation": [],
    "group_exponents": [],
}
