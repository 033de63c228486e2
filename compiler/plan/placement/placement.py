"""Which tensors stay in the feature memory, which stages run together, and where everything lies.

All tensors begin outside; those that live shortest are taken in first, as long as every stage has room for the buffers
of what it reads and makes outside. Then neighbouring stages are joined where that is faster: every way to cut the list
into cascades is looked at. Taking in fewer tensors leaves more room for cascades, so that is tried, too. The best of
these choices is changed, a tensor at a time, as long as that helps: one that is outside is taken in, and others make
room for it, or one that is inside is let out.
"""

from collections.abc import Collection, Iterator
from itertools import accumulate
from math import inf

from ..packing.packing import Life
from ..problem import Problem
from ..refused import StepRefused
from ..ways.cascade import Cascade
from ..ways.ways import Ways
from .addresses import Placement, addressed

__all__ = ["LONGEST", "placed", "placements"]

SHARES = (1.0, 0.7, 0.45, 0.2)  #: of the feature memory, that tensors may take, as far as they are tried
STARTS = (1.0, 0.85, 0.7, 0.55, 0.45, 0.3, 0.2, 0.0)  #: the same, of which each is a beginning
LONGEST = 6  #: stages of a cascade
ROUNDS = 3  #: in which each tensor is tried on the other side
GAIN = 0.9995  #: of the cycles before, at most, else a change is not worth making


def placed(problem: Problem) -> Placement:
    """Places for all tensors and buffers, those of the fastest way found.

    Raises
    ------
    StepRefused
        For a stage whose least buffers, weights or parameters do not fit the machine.
    """
    ways = Ways(problem)
    tried: list[tuple[list[str], Placement]] = []
    for share in SHARES:
        inside = _inside(problem, ways, round(share * problem.config.feature_atoms))
        if not any(inside == before for before, _ in tried):
            tried.append((inside, _placement(problem, ways, list(inside))))
    return _improved(problem, ways, min((found for _, found in tried), key=lambda each: each.cycles))


def placements(problem: Problem) -> Iterator[Placement]:
    """Places for a problem that has some: beginning with each of :data:`STARTS`, the fastest way found from there on.
    No two begin with the same tensors; estimates hardly tell them apart."""
    ways, tried = Ways(problem), list[list[str]]()
    for share in STARTS:
        inside = _inside(problem, ways, round(share * problem.config.feature_atoms))
        if inside not in tried:
            tried.append(inside)
            yield _improved(problem, ways, _placement(problem, ways, list(inside)))


def _improved(problem: Problem, ways: Ways, best: Placement) -> Placement:
    """The placement with some tensors on the other side, as long as that is faster."""
    for _ in range(ROUNDS):
        before = best.cycles
        for tensor in problem.stays:
            best = _changed(problem, ways, best, tensor)
        if best.cycles == before:
            break
    return best


def _changed(problem: Problem, ways: Ways, best: Placement, tensor: str) -> Placement:
    """The placement with a tensor on the other side, where that is faster."""
    lives, inside = problem.lives, list(best.bases)
    if tensor in inside:
        inside.remove(tensor)
    else:
        inside.append(tensor)
    while True:
        outside = lives.keys() - set(inside)
        total, cascades = _joined(problem, ways, inside, outside)
        if total < GAIN * best.cycles:
            found = addressed(problem, ways, inside, outside, cascades, total)
            if isinstance(found, Placement):
                return found
            crowded = [each for each in inside if each != tensor and _alive(lives[each], found)]
        elif total == inf:
            crowded = [each for each in inside if each != tensor and lives[each].meets(lives[tensor])]
        else:
            return best
        if tensor not in inside or not crowded:
            return best
        inside.remove(max(crowded, key=lambda each: lives[each].size))


def _placement(problem: Problem, ways: Ways, inside: list[str]) -> Placement:
    """Places with these tensors staying, or with fewer of them where not all find one."""
    while True:
        outside = problem.lives.keys() - set(inside)
        total, cascades = _joined(problem, ways, inside, outside)
        found = addressed(problem, ways, inside, outside, cascades, total)
        if isinstance(found, Placement):
            return found
        crowded = [tensor for tensor in inside if _alive(problem.lives[tensor], found)]
        assert crowded, f"stage {problem.stages[found.first].name} fits alone"
        inside.remove(max(crowded, key=lambda tensor: problem.lives[tensor].size))


def _alive(life: Life, cascade: Cascade) -> bool:
    return life.first <= cascade.last and cascade.first <= life.last


def _inside(problem: Problem, ways: Ways, most: int) -> list[str]:
    """Tensors that stay, ``most`` atoms of them at a time, with room for what the stages need beside them."""
    config, lives, size = problem.config, problem.lives, problem.config.feature_atoms
    outside = set(lives)
    for number, stage in enumerate(problem.stages):
        least = ways.least(number, outside)
        if least is None or least > size:
            have = f"{config.weight_words} words of weights and {config.parameters} parameters"
            need = f"more than {have}" if least is None else f"{least} atoms of features"
            reason = f"it needs {need}, {config.name} has {have} and {size} atoms of features"
            raise StepRefused(stage.refused_as, reason, for_host=stage.may_be_hosts)
    held = [0] * len(problem.stages)
    found = []
    for tensor in sorted(problem.stays, key=lambda each: (lives[each].last - lives[each].first, lives[each].size)):
        life = lives[tensor]
        span = range(life.first, life.last + 1)
        outside.remove(tensor)
        fits = all(
            held[place] + life.size <= most and held[place] + life.size + (ways.least(place, outside) or 0) <= size
            for place in span
        )
        if fits:
            found.append(tensor)
            for place in span:
                held[place] += life.size
        else:
            outside.add(tensor)
    return found


def _joined(problem: Problem, ways: Ways, inside: list[str], outside: Collection[str]) -> tuple[float, list[Cascade]]:
    """The fastest way to cut the stages into cascades, and its cycles, about."""
    begun, ended = _sizes(problem, inside)
    best: list[tuple[float, list[Cascade]]] = [(0.0, [])]
    for end in range(1, len(problem.stages) + 1):
        found: tuple[float, list[Cascade]] = (inf, [])
        for begin in range(max(0, end - LONGEST), end):
            alone = Cascade(first=begin, last=end - 1)
            room = problem.config.feature_atoms - (begun[end] - ended[begin])
            if begin == end - 1:
                known = [(cycles, atoms, alone) for cycles, atoms, _ in ways.alone(begin, outside)]
            else:
                known = ways.together(begin, end - 1, outside)
            for cycles, _, cascade in [each for each in known if each[1] <= room][:1]:
                if best[begin][0] + cycles < found[0]:
                    found = best[begin][0] + cycles, [*best[begin][1], cascade]
        best.append(found)
    return best[-1]


def _sizes(problem: Problem, inside: Collection[str]) -> tuple[list[int], list[int]]:
    """The atoms of the tensors that live from before each stage on, and of those that have died before it."""
    count = len(problem.stages)
    begun, ended = [0] * (count + 1), [0] * (count + 1)
    for life in (problem.lives[tensor] for tensor in inside):
        begun[min(max(life.first + 1, 0), count)] += life.size
        ended[min(max(life.last + 1, 0), count)] += life.size
    return list(accumulate(begun)), list(accumulate(ended))
