"""Packing by a solver of constraints, OR-Tools' CP-SAT: rectangles of time and place, none upon another.

One worker, a fixed seed and a limit in the solver's own measure of work, not in seconds: the same lives have the same
places on every computer, with one version of the solver.
"""

from collections.abc import Sequence

from .packing import Life, Packer, first_fit, lower_bound

__all__ = ["check_installed", "low_places", "solved"]

WORK = 2.0  #: of the solver at most, about seconds of a processor


def check_installed(packer: Packer) -> None:
    """``ValueError`` where the solver is asked for and not installed."""
    if packer is Packer.SOLVER:
        try:
            import ortools.sat.python.cp_model  # noqa: F401
        except ModuleNotFoundError:
            raise ValueError(
                "packing is solver and ortools is not installed, allowed is first-fit, or: pip install "
                "'lowtide[packing]'"
            ) from None


def low_places(lives: Sequence[Life], packer: Packer) -> list[int]:
    """Places of lives from 0 on: by first fit, or lower ones where that does not reach the lower bound and the solver
    finds them."""
    places = first_fit(lives, sum(life.size for life in lives))
    assert places is not None, "all fit one behind the other"
    end = max((place + life.size for place, life in zip(places, lives, strict=True)), default=0)
    if packer is Packer.FIRST_FIT or end == lower_bound(lives):
        return places
    return solved(lives, end - 1, least=True) or places


def solved(lives: Sequence[Life], size: int, *, least: bool = False) -> list[int] | None:
    """Places of lives in ``size`` units.

    Parameters
    ----------
    lives : sequence of Life
    size : int
    least : bool
        As few of the units as the solver finds in its time, else any packing.

    Returns
    -------
    list of int, or None
        The first unit of each life; None where there is no packing, or none was found in time.
    """
    bound = lower_bound(lives)
    if bound > size:
        return None
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    end = model.new_int_var(bound, size, "end") if least else model.new_constant(size)
    places = [model.new_int_var(0, size - life.size, f"place {number}") for number, life in enumerate(lives)]
    spans = [model.new_fixed_size_interval_var(life.first, life.last + 1 - life.first, "time") for life in lives]
    rooms = [
        model.new_fixed_size_interval_var(place, life.size, "room") for place, life in zip(places, lives, strict=True)
    ]
    model.add_no_overlap_2d(spans, rooms)
    model.add_cumulative(spans, [life.size for life in lives], end)  # follows, and is soon found wanting
    if least:
        for place, life in zip(places, lives, strict=True):
            model.add(place + life.size <= end)
        model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = WORK
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [int(solver.value(place)) for place in places]
