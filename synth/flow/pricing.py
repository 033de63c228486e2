"""Pricing: every job through every recipe, in parallel; the smaller recipe of each counts.

A point that fails (one job, target and recipe) stays in the result with the line in which the tool said why.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from lowtide.common.jobs import default_jobs

from .netlist import Netlist
from .synthesise import SynthesisError, synthesis

__all__ = ["Price", "price", "smallest"]


@dataclass(frozen=True)
class Price:
    """What a job takes on one target, without the modules that were left alone.

    target: a :class:`lowtide.synth.targets.Target`.
    recipes: dict of recipe to its resources (a dict with ``area``), or to ``{"failed": line}``.
    recipe: the one that counts, None where all failed; netlist: of that one, the
    :class:`lowtide.synth.flow.netlist.Netlist`. seconds, memory: what Yosys took for it, all recipes together:
    processor time, and the most bytes held.
    """

    target: object
    recipes: dict
    recipe: str | None
    netlist: Netlist | None
    seconds: float
    memory: int

    @property
    def area(self):
        """Area in the target's unit, None where every recipe failed."""
        return None if self.recipe is None else self.recipes[self.recipe]["area"]

    @property
    def resources(self):
        """The resources of the recipe that counts, None where every recipe failed."""
        return None if self.recipe is None else self.recipes[self.recipe]

    @property
    def failed(self):
        """Why there is no area: the first recipe's line; None where there is one."""
        return None if self.recipe else next(iter(self.recipes.values()))["failed"]

    @property
    def failures(self):
        """The recipes that failed, dict of recipe to line, although another may have succeeded."""
        return {recipe: found["failed"] for recipe, found in self.recipes.items() if "failed" in found}


def smallest(recipes):
    """The recipe of the smallest area, the first one of equals; None where all failed."""
    good = [recipe for recipe, resources in recipes.items() if "failed" not in resources]
    return min(good, key=lambda recipe: recipes[recipe]["area"], default=None)


def price(wanted, *, processes=None, progress=lambda done, total: None):
    """Price pairs of a :class:`lowtide.synth.flow.job.Job` and a target, with so many processes at a time, by default
    one a core.

    Returns a dict of (job, target) to :class:`Price`. ``progress`` is called after each synthesis with the numbers of
    those done and of all.
    """
    wanted = list(dict.fromkeys(wanted))
    points = [(job, target, recipe) for job, target in wanted for recipe in target.needed(job.verilog)]
    results = {}
    with ThreadPoolExecutor(processes or default_jobs()) as pool:
        waiting = {
            pool.submit(_attempt, *point): point for point in sorted(points, key=lambda point: -len(point[0].verilog))
        }  # the long ones first
        for done, future in enumerate(as_completed(waiting), start=1):
            results[waiting[future]] = future.result()
            progress(done, len(points))
    return {
        (job, target): _price(
            job, target, {recipe: results[job, target, recipe] for recipe in target.needed(job.verilog)}
        )
        for job, target in wanted
    }


def _attempt(job, target, recipe):
    try:
        return synthesis(job, target, recipe)
    except SynthesisError as error:
        return error


def _price(job, target, found):
    good = {recipe: result for recipe, result in found.items() if not isinstance(result, SynthesisError)}
    recipes = {
        recipe: good[recipe].netlist.total(job.top) if recipe in good else {"failed": str(result)}
        for recipe, result in found.items()
    }
    recipe = smallest(recipes)
    return Price(
        target,
        recipes,
        recipe,
        good[recipe].netlist if recipe else None,
        round(sum(result.seconds for result in good.values()), 2),
        max((result.memory for result in good.values()), default=0),
    )
