"""Designs: the Verilog that is priced. A PE by itself, a PE with its mode bits tied to one mode, a tile of PEs that
share operands, or a whole engine.

All designs are generated under one name: equal hardware is equal text, and is synthesised once. Texts are kept by
configuration and sources of the hardware.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from amaranth.hdl import Const, Module, Signal, Value
from amaranth.lib import data

from lowtide.common.jobs import default_jobs
from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.logic.amaranth_internals import is_constant
from lowtide.hw.logic.unit import Unit
from lowtide.hw.mode.word import WORD_BITS, Mode, ModeWord
from lowtide.hw.pe.control_bits import control_layout
from lowtide.hw.pe.kind import Beat
from lowtide.hw.pe.tile import stop_unit

from ..flow.job import Hierarchy, Job
from ..flow.store import digest, hardware_sources, kept, made, tools
from .modes import alone
from .structures import structures

__all__ = ["ONE_PE", "Design", "engine_design", "generate", "pe_design", "pe_designs", "tied_design", "tile_design"]

NAME = "priced"
ONE_PE: dict[str, Any] = {"rows": 1, "cols": 1, "tile_rows": 1, "tile_cols": 1}  #: fields of an array of one PE


@dataclass(frozen=True)
class Design:
    """What is priced.

    Parameters
    ----------
    config : ArrayConfig
        Of the hardware.
    mode : Mode or None
        The only one of a PE that is built for it alone.
    engine : bool
        The whole engine instead of the PE, or the tile where the configuration has several PEs in one.
    """

    config: ArrayConfig
    mode: Mode | None = None
    engine: bool = False

    @property
    def pe(self) -> str:
        """The name of the module of the PE, or of the tile."""
        return f"{NAME}_tile" if self.config.tiled else f"{NAME}_pe"

    @property
    def top(self) -> str:
        """The name of the top module."""
        return NAME if self.engine else f"{NAME}_alone" if self.mode else self.pe

    def verilog(self) -> str:
        """The Verilog, kept."""
        return str(made("verilog", self.key(), lambda: verilog(self._unit(replace(self.config, name=NAME)))))

    def key(self) -> str:
        """What decides the Verilog."""
        parameters = replace(self.config, name=NAME).parameters()
        return digest(hardware_sources(), tools(), sorted(parameters.items()), self.mode, self.engine)

    def hierarchy(self) -> Hierarchy:
        """The modules."""
        return _hierarchy(self)

    def jobs(self) -> dict[str, Job]:
        """What is synthesised, by module. A PE is one job, made flat; an engine is that job, one for each module that
        an engine of two tiles down and across has several times or that multiplies, and the rest."""
        return _jobs(self)

    def _unit(self, config: ArrayConfig) -> Unit:
        if self.engine:
            return Engine(config)
        pe = stop_unit(config)
        return TiedPE(config, pe, self.mode) if self.mode else pe


def pe_design(config: ArrayConfig) -> Design:
    """The PE of a configuration with operands of its own, which is the same in an array of any size."""
    return Design(replace(config, **ONE_PE))


def tile_design(config: ArrayConfig) -> Design:
    """The tile of a configuration, its PE where that shares no operands."""
    return Design(replace(config, rows=config.tile_rows, cols=config.tile_cols))


def pe_designs(config: ArrayConfig) -> list[Design]:
    """The PEs of a configuration, one for each structure of its sums that counts."""
    return [pe_design(each) for each in structures(config).values()]


def engine_design(config: ArrayConfig) -> Design:
    """The engine of a configuration around its PE."""
    return Design(config, engine=True)


def tied_design(config: ArrayConfig, mode: Mode) -> Design:
    """The PE of ``config``'s kind for one mode alone: the narrowest configuration that has the mode, its mode bits tied
    to it, and whatever they switch gone. A PE that has no mode bits then is the PE of that configuration."""
    narrow = alone(replace(config, **ONE_PE), mode) if config.tiled else alone(config, mode)
    return Design(narrow, mode) if _tied(narrow, mode) else pe_design(narrow)


def generate(
    designs: Iterable[Design],
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Make and keep the Verilog of designs.

    Parameters
    ----------
    designs : iterable of Design
        What is made.
    processes : int or None
        How many work at a time, one a core if None.
    progress
        Called after each design with the numbers of those done and of all.
    """
    missing = [design for design in designs if kept("verilog", design.key()) is None]
    with ProcessPoolExecutor(processes or default_jobs()) as pool:
        for done, _ in enumerate(pool.map(Design.verilog, missing, chunksize=4), start=1):
            progress(done, len(missing))


@cache
def _hierarchy(design: Design) -> Hierarchy:
    return Hierarchy(design.verilog(), design.top)


@cache
def _jobs(design: Design) -> dict[str, Job]:
    modules = _hierarchy(design)
    if not design.engine:
        return {design.top: modules.flat()}
    two = replace(design.config, rows=2 * design.config.tile_rows, cols=2 * design.config.tile_cols)
    several = _hierarchy(engine_design(two)).instances()
    inside = set(modules.instances(design.pe)) - {design.pe}  # of a tile: its PEs
    alone = {name for name, text in modules.texts.items() if several[name] > 1 or name == design.pe or " * " in text}
    alone -= inside
    (pe,) = tile_design(design.config).jobs().values()  # Yosys writes it a little differently inside an engine
    return {name: pe if name == design.pe else modules.part(name, alone) for name in (design.top, *sorted(alone))}


class TiedPE(Unit):
    """A PE whose mode bits are constants: those that follow from the mode word alone. Ports are those of the PE.

    Parameters
    ----------
    config : ArrayConfig
        Of the PE.
    pe : Unit
        The PE.
    mode : Mode
        The only one that it has then.
    """

    def __init__(self, config: ArrayConfig, pe: Unit, mode: Mode) -> None:
        self.config, self.pe, self.mode = config, pe, mode
        super().__init__(f"{config.name}_alone", {name: member for name, member in pe.signature.members.items()})

    def build(self, m: Module) -> None:
        """Place the PE, its control bits tied where the mode word decides them."""
        layout, tied = control_layout(self.config), _tied(self.config, self.mode)
        control = Signal(layout, name="tied_control")
        m.d.comb += [control[name].eq(tied.get(name, self.control[name])) for name in layout.members]
        inputs = {name: getattr(self, name) for name in ("west", "north")}
        outputs = self.place(m, "pe", self.pe, control=control, **inputs)
        m.d.comb += [
            getattr(self, name).eq(getattr(outputs, name))
            for name in ("control_out", "east", "south", "done", "result")
        ]


def _tied(config: ArrayConfig, mode: Mode) -> dict[str, Value]:
    """The control bits of a PE that a mode decides for good, with what they are then."""
    word = data.View(ModeWord, Const(mode.word(), WORD_BITS))
    values = config.pe.control_values(config, "pe", word, _any_beat(config))
    known = {name: Value.cast(values[name]) for name in control_layout(config).members if name in values}
    return {name: value for name, value in known.items() if is_constant(value)}


def _any_beat(config: ArrayConfig) -> Beat:
    """A beat of which nothing is known: what depends on it is not constant."""
    passes = config.pe.pass_sequencer(config)
    return Beat(
        **{name: Signal(16, name=name) for name in ("slots", "rounds", "tail")},
        **{name: Signal(name=name) for name in ("step", "starts", "opens", "closes")},
        control=None if passes is None else Signal(passes.signature.members["control"].shape, name="passes"),
    )
