"""Proving properties: temporal induction by Yosys' SAT solver, on the emitted Verilog with a monitor in it.

In the first cycle of an engine's life reset is 1; every register holds any value before. A proof by induction is for
all time; a bounded one for the cycles that it states, and is called bounded.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lowtide.hw import Engine, verilog
from lowtide.hw.emit import yosys

from .property import Property

__all__ = ["Held", "prove_property"]


@dataclass(frozen=True)
class Held:
    """How a proof of a property ended.

    Parameters
    ----------
    property : Property
    outcome : str
        "proved", "bounded" (proved for the cycles that it states), "refuted", or "undecided" (not within the time, or
        induction is not strong enough).
    seconds : float
    """

    property: Property
    outcome: str
    seconds: float


def prove_property(
    prop: Property, *, text: str | None = None, mutant: tuple[str, int] | None = None, timeout: int = 300
) -> Held:
    """Prove a property.

    Parameters
    ----------
    prop : Property
    text : str or None
        Verilog in the place of that of the property's configuration.
    mutant : (str, int) or None
        Name and value of an input that chooses a mutant of ``text``.
    timeout : int
        Seconds, of one call of the solver.

    Raises
    ------
    lowtide.hw.emit.yosys.YosysError
        Yosys fails.
    """
    started = time.monotonic()
    text = verilog(Engine(prop.config)) if text is None else text
    chosen = (
        []
        if mutant is None
        else [
            f"delete -input {prop.module}/w:{mutant[0]}",
            f"cd {prop.module}",
            f"connect -set {mutant[0]} {mutant[1]}",
            "cd ..",
        ]
    )
    free = [f"delete */t:{prop.config.name}_{unit}" for unit in prop.free]  # what nothing drives has any value
    how = f"-seq {prop.cycles + 1} -prove-skip 1" if prop.cycles else f"-tempinduct -seq 1 -maxsteps {prop.steps}"
    reset = "-set-at 1 rst 1" if _clocked(text, prop.module) else ""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "engine.v").write_text(prop.watched(text))
        yosys.run(
            [
                "read_verilog -formal engine.v",
                *free,
                f"hierarchy -check -top {prop.module}",
                "proc -norom",
                "chformal -lower",
                *chosen,  # before units that it places have wires of their own for it
                "flatten",
                "opt_expr",
                "opt_clean",
                "dffunmap",
                "select -assert-any t:$assert",
                "select -clear",
                f"tee -q -o log sat {how} {reset} -set-assumes -prove-asserts -timeout {timeout}",
            ],
            folder=folder,
        )
        log = Path(folder, "log").read_text()
    seconds = time.monotonic() - started
    if "Induction step proven: SUCCESS!" in log:
        return Held(prop, "proved", seconds)
    if "no model found: SUCCESS!" in log:
        return Held(prop, "bounded" if prop.cycles else "proved", seconds)
    refuted = "model found for base case: FAIL!" in log or "model found: FAIL!" in log
    return Held(prop, "refuted" if refuted else "undecided", seconds)


def _clocked(text: str, module: str) -> bool:
    """Whether a module has a reset."""
    start = text.index(f"\nmodule {module}(")
    return "rst" in text[start : text.index(")", start)]
