"""A smaller configuration with the same finding: fields go back to their defaults, numbers and lists become less."""

from collections.abc import Iterator

from .examine import configuration, examine
from .examined import Examined, Fields

__all__ = ["shrink"]

TRIES = 25
KEPT = ("name", "kind")
LEAST = {
    "tile_rows": 1,
    "tile_cols": 1,
    "rows": 1,
    "cols": 1,
    "lanes": 1,
    "group": 1,
    "budget": 1,
    "x_width": 2,
    "w_width": 2,
    "coefficient_width": 2,
}


def shrink(result: Examined, *, seed: int, tries: int = TRIES) -> Fields:
    """The fields of the smallest configuration found that has a finding of the same stage.

    Parameters
    ----------
    result : Examined
        One with findings.
    seed : int
        Of its jobs.
    tries : int
        Configurations to examine, at most.
    """
    stage, chosen = result.findings[0].stage, dict(result.fields)
    progress = True
    while progress:
        progress = False
        for candidate in _smaller(chosen):
            if tries == 0:
                return chosen
            tries -= 1
            found = Examined(result.number, candidate)
            if configuration(found) and stage != "refusal":
                found = examine({result.number: candidate}, seed=seed, effort=2)[0]
            if any(finding.stage == stage for finding in found.findings):
                chosen, progress = candidate, True
                break
    return chosen


def _smaller(chosen: Fields) -> Iterator[Fields]:
    """Configurations that are smaller by one step, the largest steps first."""
    for name in chosen:
        if name not in KEPT:
            yield {field: value for field, value in chosen.items() if field != name}
    for name, value in chosen.items():
        if isinstance(value, (tuple, list)) and len(value) > 1:
            for place in range(len(value)):
                yield chosen | {name: type(value)(each for other, each in enumerate(value) if other != place)}
        elif name in LEAST and type(value) is int and value > LEAST[name]:
            for less in dict.fromkeys((LEAST[name], value // 2, value - 1)):
                if LEAST[name] <= less < value:
                    yield chosen | {name: less}
