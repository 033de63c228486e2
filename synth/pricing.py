"""Pricing: every design through every recipe, in parallel; the smaller recipe of each unit counts.

Recipes differ in multipliers only; a design that multiplies nothing goes through one of them. Equal Verilog is
synthesised once.

A point that fails (one design, target and recipe) stays in the result with the line in which the tool said why.
"""

import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from .flow import SynthesisError, synthesise
from .targets import RECIPES

__all__ = ["Price", "price", "smallest"]


@dataclass(frozen=True)
class Price:
    """What a unit of a design takes on one target.

    design: the :class:`synth.units.Design`; unit: "pe", "array" or "engine"; target: a :class:`synth.targets.Target`.
    recipes: dict of recipe to its resources (a dict with ``area``), or to ``{"failed": line}``.
    recipe: the one that counts, None where all failed.
    modules: of that recipe, dict of module name to its number of instances in the unit and its own resources.
    """

    design: object
    unit: str
    target: object
    recipes: dict
    recipe: str | None
    modules: dict

    @property
    def area(self):
        """Area in the target's unit, None where every recipe failed."""
        return None if self.recipe is None else self.recipes[self.recipe]["area"]


def smallest(recipes):
    """The recipe of the smallest area, the first one of equals; None where all failed."""
    good = [recipe for recipe, resources in recipes.items() if "failed" not in resources]
    return min(good, key=lambda recipe: recipes[recipe]["area"], default=None)


def price(designs, targets, *, jobs=2, progress=lambda done, total: None):
    """Price every unit of ``designs`` on every target, with ``jobs`` processes at a time.

    Returns a list of :class:`Price`, in the order of the targets, then of the designs. ``progress`` is called after
    each synthesis with the numbers of those done and of all.
    """
    points = {(design.verilog, target, recipe): design
              for design in designs for target in targets for recipe in needed(design)}
    results = {}
    with ThreadPoolExecutor(jobs) as pool:
        waiting = {pool.submit(_attempt, points[point], *point[1:]): point
                   for point in sorted(points, key=lambda point: -len(point[0]))}  # the long ones first
        for done, future in enumerate(as_completed(waiting), start=1):
            results[waiting[future]] = future.result()
            progress(done, len(points))
    prices = []
    for target in targets:
        for design in designs:
            plain = results[design.verilog, target, RECIPES[0]]
            netlists = {recipe: results.get((design.verilog, target, recipe), plain) for recipe in RECIPES}
            prices += [_price(design, unit, target, netlists) for unit in design.units]
    return prices


def needed(design):
    """The recipes whose results can differ for this design."""
    return RECIPES if re.search(r" \* ", design.verilog) else RECIPES[:1]


def _attempt(design, target, recipe):
    try:
        return synthesise(design.verilog, design.top, target, recipe)
    except SynthesisError as error:
        return error


def _price(design, unit, target, netlists):
    top = design.units[unit]
    recipes = {recipe: {"failed": str(netlist)} if isinstance(netlist, SynthesisError) else netlist.total(top)
               for recipe, netlist in netlists.items()}
    recipe = smallest(recipes)
    modules = {} if recipe is None else {
        name: {"instances": count} | netlists[recipe].modules[name].own
        for name, count in netlists[recipe].instances(top).items()}
    return Price(design, unit, target, recipes, recipe, modules)
