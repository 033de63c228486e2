"""One PE: its mapped netlist in the bench of its family, and the proof that it is the RTL's."""

import time
from dataclasses import dataclass, replace

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.yosys import YosysError
from lowtide.sim import BuildError, Model, ModelError
from lowtide.synth.flow import SynthesisError
from lowtide.synth.gates.equivalence import Equivalence, prove
from lowtide.synth.gates.simulation import counting_recipe, gate_level_verilog
from lowtide.synth.targets import GateLibrary

from ..engine_checks.operand_pairs import difference, load_books, pairs, some_modes

__all__ = ["Checked", "check", "gate_level_bench", "gate_level_model"]


@dataclass(frozen=True)
class Checked:
    """What became of a PE.

    Parameters
    ----------
    config : ArrayConfig
        Whose PE.
    recipe : str
        The one that counts.
    failure : str
        Of the gate-level bench, one line, empty where all is exact.
    modes, operand_pairs : int
        That were compared.
    all_pairs : bool
        Whether these are all that there are.
    build_seconds, run_seconds : float
        Of the bench.
    equivalence : Equivalence or None
        How the proof ended, None where the PE could not be mapped.
    """

    config: ArrayConfig
    recipe: str = ""
    failure: str = ""
    modes: int = 0
    operand_pairs: int = 0
    all_pairs: bool = False
    build_seconds: float = 0.0
    run_seconds: float = 0.0
    equivalence: Equivalence | None = None

    @property
    def outcome(self) -> str:
        """How it ended: "proved", "undecided" (the bench is exact, the proof did not end in time), or "failed"."""
        if self.failure or self.equivalence is None or self.equivalence.outcome == "refuted":
            return "failed"
        return self.equivalence.outcome


def gate_level_model(config: ArrayConfig, target: GateLibrary, recipe: str) -> Model:
    """The model of one PE or tile, a configuration's mapped netlist, with its codebooks loaded."""
    alone = replace(config, rows=config.tile_rows, cols=config.tile_cols)
    return load_books(Model(alone, verilog_text=gate_level_verilog(alone, target, recipe), quick=True))


def gate_level_bench(model: Model, *, most: int | None = None) -> tuple[str, int, int, bool]:
    """Run the pairs of `lowtide.formal.engine_checks.operand_pairs.some_modes`, at most ``most`` cycles a mode. Returns
    a line (empty: all exact), the number of modes, that of pairs, and whether these are all pairs."""
    modes, chosen = 0, some_modes(model.config)
    compared = 0
    for mode, x, w in pairs(model.config, chosen, most=most):
        _, line = difference(model, x, w, mode)
        if line:
            return line, modes, compared, False
        modes, compared = modes + 1, compared + x.shape[0] * w.shape[1]
    every = sum(x.shape[0] * w.shape[1] for _, x, w in pairs(model.config, chosen))
    return "", modes, compared, compared == every


def check(config: ArrayConfig, target: GateLibrary, *, most: int | None = None, seconds: int = 60) -> Checked:
    """Check the PE of a configuration. A tool that fails is a failure with its line.

    Parameters
    ----------
    config, target : ArrayConfig, GateLibrary
        Whose PE, and what it is mapped to.
    most : int or None
        Cycles of a mode.
    seconds : int
        Of the proof.

    Raises
    ------
    ValueError
        Cells of the library have no model.
    """
    found = Checked(config)
    try:
        found = replace(found, recipe=counting_recipe(config, target))
        started = time.monotonic()
        model = gate_level_model(config, target, found.recipe)
        built = time.monotonic()
        line, modes, compared, every = gate_level_bench(model, most=most)
        found = replace(
            found,
            failure=line,
            modes=modes,
            operand_pairs=compared,
            all_pairs=every,
            build_seconds=built - started,
            run_seconds=time.monotonic() - built,
        )
        return replace(found, equivalence=prove(config, target, found.recipe, seconds=seconds))
    except (SynthesisError, BuildError, ModelError, YosysError) as error:
        return replace(found, failure=str(error))
