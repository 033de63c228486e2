"""Fmax of a configuration's PE, or of its engine with four rows and four columns, on an FPGA.

The mapped netlist is the one whose area is priced, of the smaller recipe, with :mod:`lowtide.synth.speed.wrapper`
around it. It is placed and routed with several seeds; the median counts, the best is shown beside it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median_low
from typing import Any, cast

from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.emit.yosys import YosysError
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe.tile import stop_unit

from .. import targets
from ..designs.design import NAME
from ..flow import SynthesisError, mapped_verilog, synthesise
from ..flow.store import digest, hardware_sources, kept, made, tools
from ..targets import target
from ..targets.fpga import Fpga
from .place import DEVICES, UNROUTED, Device, Placed, PlacementError, netlist, place, tool
from .wrapper import Wrapper

__all__ = ["ROWS", "SEEDS", "Speed", "TARGETS", "UNITS", "fmax", "kept_fmax", "speed_of"]

SEEDS = (1, 2, 3)
#: In place of those that cannot be routed, as where the clock's pin is too far off.
SPARE_SEEDS = (4, 5)
TARGETS = tuple(DEVICES)
UNITS = ("pe", "array")
ROWS = 4  #: rows and columns of the array


@dataclass(frozen=True)
class WrapperBits:
    """Bits of a unit's inputs and outputs."""

    inputs: int
    outputs: int


@dataclass(frozen=True, kw_only=True)
class Speed:
    """The speed of a unit.

    Parameters
    ----------
    failed : str or None
        The tool's line where there is none; the rest is None or empty then.
    fmax, best : float or None
        MHz, median of the seeds, and the best of them.
    seeds : dict of str to float
        MHz by seed.
    recipe : str or None
        Whose netlist it is.
    logic_ns, routing_ns, steps, cells : object
        Of the median, see :class:`lowtide.synth.speed.place.Placed`.
    wrapper : WrapperBits or None
        What the wrapper adds registers for.
    """

    failed: str | None = None
    fmax: float | None = None
    best: float | None = None
    seeds: dict[str, float] = field(default_factory=dict)
    recipe: str | None = None
    logic_ns: float | None = None
    routing_ns: float | None = None
    steps: int | None = None
    cells: dict[str, int] = field(default_factory=dict)
    wrapper: WrapperBits | None = None

    @classmethod
    def of_dict(cls, stated: Mapping[str, Any]) -> "Speed":
        """The speed of :meth:`as_dict`."""
        bits = stated.get("wrapper")
        return cls(**{**stated, "wrapper": None if bits is None else WrapperBits(**bits)})

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON can hold them, of a failure that alone."""
        return {"failed": self.failed} if self.failed else asdict(self)


@dataclass(frozen=True)
class Measured:
    """What is measured: a unit, of :data:`UNITS`, of a configuration on a target of :data:`TARGETS`."""

    config: ArrayConfig
    unit: str
    target_name: str

    def __post_init__(self) -> None:
        for name, value, allowed in (("unit", self.unit, UNITS), ("target", self.target_name, TARGETS)):
            if value not in allowed:
                raise ValueError(f"{name} is {value!r}, allowed are {', '.join(allowed)}")

    @property
    def hardware(self) -> ArrayConfig:
        """The configuration of the unit: a PE, or a tile, does not depend on the array that it is in."""
        config, least = self.config, ROWS if self.unit == "array" else 1
        rows, cols = max(least, config.tile_rows), max(least, config.tile_cols)
        return replace(config, name=NAME, rows=rows, cols=cols)

    @property
    def key(self) -> str:
        """A key of everything that decides the result."""
        here, folder = Path(__file__).parent, Path(targets.__file__).parent
        files = [
            *(here / name for name in ("fmax.py", "place.py", "wrapper.py", "../flow/synthesise.py")),
            *sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".v")),
        ]
        return digest(
            hardware_sources(),
            tools(),
            tool(DEVICES[self.target_name]),
            sorted(self.hardware.parameters().items()),
            self.unit,
            self.target_name,
            *(path.read_text() for path in files),
        )


def fmax(config: ArrayConfig, unit: str, target_name: str) -> Speed:
    """Measure the speed of a unit of a configuration. Kept.

    Parameters
    ----------
    config : ArrayConfig
        Whose unit.
    unit : str
        "pe", or "array", the engine with four rows and columns.
    target_name : str
        One of :data:`TARGETS`.

    Raises
    ------
    ValueError
        The unit or the target is unknown, or nextpnr is not installed.
    TimeoutError
        It does not end.
    """
    measured = Measured(config, unit, target_name)
    return Speed.of_dict(made("fmax", measured.key, lambda: _measure(measured).as_dict()))


def kept_fmax(config: ArrayConfig, unit: str, target_name: str) -> Speed | None:
    """What :func:`fmax` returned before, None where it was not measured with this hardware and these tools."""
    measured = Measured(config, unit, target_name)
    try:
        found = kept("fmax", measured.key)
    except ValueError:  # without nextpnr nothing was measured
        return None
    return None if found is None else Speed.of_dict(found)


def _placed(mapped: str, device: Device) -> dict[int, Placed]:
    """A netlist placed with as many seeds as SEEDS, by seed."""
    placed: dict[int, Placed] = {}
    for seed in SEEDS + SPARE_SEEDS:
        if len(placed) < len(SEEDS):
            try:
                placed[seed] = place(mapped, device, seed)
            except PlacementError as error:
                left = sum(spare > seed for spare in SEEDS + SPARE_SEEDS)
                if UNROUTED not in str(error) or len(placed) + left < len(SEEDS):
                    raise
    return placed


def _measure(measured: Measured) -> Speed:
    technology = cast(Fpga, target(measured.target_name))  # only FPGAs have devices
    config, flat = measured.hardware, measured.unit == "pe"
    return speed_of(stop_unit(config) if flat else Engine(config), technology, DEVICES[measured.target_name], flat=flat)


def speed_of(unit: Unit, technology: Fpga, device: Device, *, flat: bool) -> Speed:
    """The speed of any unit, not kept.

    Parameters
    ----------
    unit : Unit
        What is placed, behind a wrapper of registers.
    technology : Fpga
        What it is mapped to.
    device : Device
        What it is placed on.
    flat : bool
        Whether its modules become one before synthesis.
    """
    wrapper = Wrapper(unit)
    text, top = verilog(wrapper), wrapper.name
    try:
        areas = {
            recipe: synthesise(text, top, technology, recipe, flat=flat).total(top)["area"]
            for recipe in technology.needed(text)
        }
        recipe = min(areas, key=areas.__getitem__)
        mapped = netlist(mapped_verilog(text, top, technology, recipe, flat=flat), top, technology)
        placed = _placed(mapped, device)
    except (SynthesisError, PlacementError, YosysError) as error:
        return Speed(failed=str(error))
    middle = median_low(sorted(found.fmax for found in placed.values()))
    chosen = next(found for found in placed.values() if found.fmax == middle)
    return Speed(
        fmax=chosen.fmax,
        best=max(found.fmax for found in placed.values()),
        seeds={str(seed): found.fmax for seed, found in placed.items()},
        recipe=recipe,
        logic_ns=chosen.logic_ns,
        routing_ns=chosen.routing_ns,
        steps=chosen.steps,
        cells=chosen.cells,
        wrapper=WrapperBits(wrapper.input_bits, wrapper.output_bits),
    )
