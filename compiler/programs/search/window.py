"""Exact cycles of neighbouring cascades: a list of their own, with all that they copy."""

from collections.abc import Collection

from lowtide.common.records.kinds import Load
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

from ...cycles import BusTiming, list_cycles
from ...lists.program import ALIGNMENT, Image
from ...plan.emission import actions
from ...plan.forms import Formed
from ...plan.packing.packing import Life
from ...plan.placement.addresses import Placement
from ...plan.problem import Problem
from ..external import outside
from ..listed import listed_program

__all__ = ["Windows"]


class Windows:
    """Lists of some cascades of placements of a problem.

    Every tensor has a place of its own in external memory.

    Parameters
    ----------
    network : QuantisedGraph
    problem : Problem
    bus : BusTiming
    constants : collection of str
        Tensors that nothing makes.
    image : Image
        Of a program of the problem: memories that its list of initialisation loads are loaded beforehand.
    """

    def __init__(
        self,
        network: QuantisedGraph,
        problem: Problem,
        bus: BusTiming,
        *,
        constants: Collection[str],
        image: Image,
    ) -> None:
        self.network, self.problem, self.bus, self.constants = network, problem, bus, constants
        first = image.records(image.initialisation)
        self.resident = {record.memory for record in first if isinstance(record, Load)}
        lives = {tensor: Life(life.size, 0, 0) for tensor, life in problem.lives.items()}
        self.tensors, packed = outside(lives, problem.layouts, problem.config, ())
        self.end = ALIGNMENT * packed.size
        self._form = Formed(stages=problem.stages, layouts=problem.layouts)
        self._known: dict[object, int] = {}

    def cycles(self, placement: Placement, first: int, last: int) -> int:
        """Cycles of the list of those cascades that have one of these stages, the memories for weights and the like
        empty before it.

        Raises
        ------
        ValueError
            A step that cannot be had so.
        """
        cascades = [each for each in placement.cascades if each.first <= last and first <= each.last]
        numbers = [number for cascade in cascades for number in cascade.numbers]
        stages = [self.problem.stages[number] for number in numbers]
        touched = sorted({tensor for stage in stages for tensor in (stage.makes, *stage.reads)})
        key = (
            tuple(cascades),
            tuple(placement.stages[number] for number in numbers),
            tuple(placement.bases.get(tensor) for tensor in touched),
        )
        if key not in self._known:
            problem = self.problem
            listed = actions(
                self.network,
                problem.config,
                problem.stages,
                problem.layouts,
                placement,
                source=problem.source,
                result=problem.result,
                constants=self.constants,
                cascades=cascades,
            )
            made = listed_program(
                problem.config, self._form, cascades, list(listed), self.tensors, {}, {}, self.end, self.resident
            )
            records = made.program.finished()
            self._known[key] = list_cycles(records, problem.config, bus=self.bus).cycles
        return self._known[key]
