"""What a recipe of training refuses."""

import numpy as np
import pytest

from lowtide.experiments.training.recipe import Distillation, IterativePruning, Recipe


@pytest.mark.parametrize(
    ("made", "fields", "message"),
    [
        (Recipe, {"epochs": 0}, "epochs is 0, allowed are integers >= 1"),
        (Recipe, {"rate": 0.0}, "scale is 0.0, allowed are numbers > 0"),
        (IterativePruning, {"share": 2}, "share is 2"),
        (IterativePruning, {"share": 0.5, "scope": "none"}, "scope is 'none', allowed are global, layer"),
        (Distillation, {"scores": np.array([np.nan])}, "scores has nan"),
    ],
)
def test_bad_fields_are_refused(made, fields, message):
    with pytest.raises(ValueError, match=message):
        made(**fields)
