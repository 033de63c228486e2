"""Pricing: every job through every recipe, in parallel; the smaller recipe of each counts.

A point that fails (one job, target and recipe) stays in the result with the line in which the tool said why.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from lowtide.common.jobs import default_jobs

from ..targets import Target
from .job import Job
from .netlist import Netlist
from .synthesise import Synthesis, SynthesisError, synthesis

__all__ = ["Price", "RecipePrice", "price", "price_of", "smallest"]


@dataclass(frozen=True)
class RecipePrice:
    """What a recipe made of a job.

    Parameters
    ----------
    resources : dict of str to float
        What the netlist takes, ``area`` first; empty where the recipe failed.
    failed : str or None
        The tool's line where it failed.
    """

    resources: dict[str, float]
    failed: str | None = None

    @property
    def area(self) -> float | None:
        """Area in the target's unit, None where the recipe failed."""
        return self.resources.get("area")

    def as_dict(self) -> dict[str, object]:
        """The resources, as JSON can hold them, of a failure its line."""
        return dict(self.resources) if self.failed is None else {"failed": self.failed}


@dataclass(frozen=True)
class Price:
    """What a job takes on one target, without the modules that were left alone.

    Parameters
    ----------
    target : Target
        What the job was mapped to.
    recipes : dict of str to RecipePrice
        By name of the recipe.
    recipe : str or None
        The one that counts, None where all failed.
    netlist : Netlist or None
        Of the recipe that counts.
    seconds : float
        Processor time of Yosys, all recipes together.
    memory : int
        The most bytes that Yosys held.
    """

    target: Target
    recipes: dict[str, RecipePrice]
    recipe: str | None
    netlist: Netlist | None
    seconds: float
    memory: int

    @property
    def area(self) -> float | None:
        """Area in the target's unit, None where every recipe failed."""
        return None if self.recipe is None else self.recipes[self.recipe].area

    @property
    def resources(self) -> dict[str, float]:
        """The resources of the recipe that counts, empty where every recipe failed."""
        return {} if self.recipe is None else self.recipes[self.recipe].resources

    @property
    def failed(self) -> str | None:
        """Why there is no area: the first recipe's line; None where there is one."""
        return None if self.recipe else next(iter(self.recipes.values())).failed

    @property
    def failures(self) -> dict[str, str]:
        """The recipes that failed, dict of recipe to line, although another may have succeeded."""
        return {recipe: found.failed for recipe, found in self.recipes.items() if found.failed is not None}


def smallest(recipes: Mapping[str, RecipePrice]) -> str | None:
    """The recipe of the smallest area, the first one of equals; None where all failed."""
    areas = {recipe: found.area for recipe, found in recipes.items() if found.area is not None}
    return min(areas, key=areas.__getitem__, default=None)


def price(
    wanted: Iterable[tuple[Job, Target]],
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[tuple[Job, Target], Price]:
    """Price jobs on targets.

    Parameters
    ----------
    wanted : iterable of (Job, Target)
        What is priced; equal pairs once.
    processes : int or None
        How many syntheses run at a time, by default one a core.
    progress
        Called after each synthesis with the numbers of those done and of all.
    """
    wanted = list(dict.fromkeys(wanted))
    points = [(job, target, recipe) for job, target in wanted for recipe in target.needed(job.verilog)]
    results: dict[tuple[Job, Target, str], Synthesis | SynthesisError] = {}
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


def price_of(job: Job, target: Target) -> Price:
    """The price of one job on a target, one recipe after the other."""
    return _price(job, target, {recipe: _attempt(job, target, recipe) for recipe in target.needed(job.verilog)})


def _attempt(job: Job, target: Target, recipe: str) -> Synthesis | SynthesisError:
    try:
        return synthesis(job, target, recipe)
    except SynthesisError as error:
        return error


def _price(job: Job, target: Target, found: Mapping[str, Synthesis | SynthesisError]) -> Price:
    good = {recipe: result for recipe, result in found.items() if not isinstance(result, SynthesisError)}
    recipes = {
        recipe: RecipePrice(good[recipe].netlist.total(job.top)) if recipe in good else RecipePrice({}, str(result))
        for recipe, result in found.items()
    }
    recipe = smallest(recipes)
    return Price(
        target=target,
        recipes=recipes,
        recipe=recipe,
        netlist=good[recipe].netlist if recipe else None,
        seconds=round(sum(result.seconds for result in good.values()), 2),
        memory=max((result.memory for result in good.values()), default=0),
    )
