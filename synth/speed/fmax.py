"""Fmax of a configuration's PE, or of its engine with four rows and four columns, on an FPGA.

The mapped netlist is the one whose area is priced, of the smaller recipe, with :mod:`lowtide.synth.speed.wrapper`
around it. It is placed and routed with several seeds; the median counts, the best is shown beside it.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median_low

from lowtide.hw.array.engine import Engine
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.emit.yosys import YosysError

from .. import targets
from ..designs import NAME
from ..flow import SynthesisError, mapped_verilog, synthesise
from ..flow.store import digest, hardware_sources, kept, made, tools
from ..targets import target
from .place import DEVICES, PlacementError, netlist, place, tool
from .wrapper import Wrapper

__all__ = ["ROWS", "SEEDS", "Speed", "TARGETS", "UNITS", "fmax", "kept_fmax"]

SEEDS = (1, 2, 3)
TARGETS = tuple(DEVICES)
UNITS = ("pe", "array")
ROWS = 4  #: rows and columns of the array


@dataclass(frozen=True, kw_only=True)
class Speed:
    """The speed of a unit. failed: the tool's line where there is none; the rest is None then.

    fmax: MHz, median of the seeds; best: of them; seeds: dict of seed to MHz; recipe: whose netlist it is; logic_ns,
    routing_ns, steps, cells: of the median, see :func:`lowtide.synth.speed.place.place`; wrapper: dict of inputs and
    outputs to the bits that it adds registers for.
    """

    failed: str | None = None
    fmax: float | None = None
    best: float | None = None
    seeds: dict | None = None
    recipe: str | None = None
    logic_ns: float | None = None
    routing_ns: float | None = None
    steps: int | None = None
    cells: dict | None = None
    wrapper: dict | None = None

    def as_dict(self):
        """The fields as JSON can hold them, of a failure that alone."""
        return {"failed": self.failed} if self.failed else asdict(self)


@dataclass(frozen=True)
class Measured:
    """What is measured: a unit of a configuration on a target."""

    config: object
    unit: str
    target_name: str

    def __post_init__(self):
        for name, value, allowed in (("unit", self.unit, UNITS), ("target", self.target_name, TARGETS)):
            if value not in allowed:
                raise ValueError(f"{name} is {value!r}, allowed are {', '.join(allowed)}")

    @property
    def hardware(self):
        """The configuration of the unit: a PE does not depend on the array that it is in."""
        rows = ROWS if self.unit == "array" else 1
        return replace(self.config, name=NAME, rows=rows, cols=rows)

    @property
    def key(self):
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


def fmax(config, unit, target_name):
    """Measure the speed of a unit of ``config``, an :class:`lowtide.hw.config.array_config.ArrayConfig`: "pe", or
    "array", its engine with four rows and columns. target_name: one of :data:`TARGETS`.

    Returns a :class:`Speed`. Kept. Raises ``ValueError`` for an unknown unit or target, or where nextpnr is not
    installed, and ``TimeoutError`` where it does not end.
    """
    measured = Measured(config, unit, target_name)
    return Speed(**made("fmax", measured.key, lambda: _measure(measured)))


def kept_fmax(config, unit, target_name):
    """What :func:`fmax` returned before, None where it was not measured with this hardware and these tools."""
    measured = Measured(config, unit, target_name)
    try:
        found = kept("fmax", measured.key)
    except ValueError:  # without nextpnr nothing was measured
        return None
    return None if found is None else Speed(**found)


def _measure(measured):
    technology, device = target(measured.target_name), DEVICES[measured.target_name]
    config, flat = measured.hardware, measured.unit == "pe"
    wrapper = Wrapper(config.pe.processing_element(config) if flat else Engine(config))
    text, top = verilog(wrapper), wrapper.name
    try:
        areas = {
            recipe: synthesise(text, top, technology, recipe, flat=flat).total(top)["area"]
            for recipe in technology.needed(text)
        }
        recipe = min(areas, key=areas.get)
        mapped = netlist(mapped_verilog(text, top, technology, recipe, flat=flat), top, technology)
        placed = {seed: place(mapped, device, seed) for seed in SEEDS}
    except (SynthesisError, PlacementError, YosysError) as error:
        return {"failed": str(error)}
    middle = median_low(sorted(found["fmax"] for found in placed.values()))
    chosen = next(found for found in placed.values() if found["fmax"] == middle)
    return chosen | {
        "best": max(found["fmax"] for found in placed.values()),
        "recipe": recipe,
        "failed": None,
        "seeds": {str(seed): found["fmax"] for seed, found in placed.items()},
        "wrapper": {"inputs": wrapper.input_bits, "outputs": wrapper.output_bits},
    }
