"""Runs a cocotb bench on a unit: emits, builds (cached), launches, and raises when a test of the bench failed."""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cocotb_tools.check_results import get_results
from cocotb_tools.runner import Verilator

from lowtide.hw.emit.verilog import verilog
from lowtide.hw.logic.unit import Unit

from ..verilator.build import build

__all__ = ["BenchFailed", "parameters", "run_bench"]


_RANDOM_REGISTERS = ["+verilator+rand+reset+2"]  # nothing may depend on a register that reset does not set


class BenchFailed(AssertionError):
    """A cocotb test failed. The message holds the simulator's log from the first failure on."""


class _Built(Verilator):
    """cocotb's runner for a program that :func:`lowtide.sim.verilator.build.build` has built."""

    def __init__(self, program: Path) -> None:
        super().__init__()
        self.build_dir, self.parameters, self.verbose = program.parent, dict[str, object](), False
        self._set_sources([])
        self._set_verilog_sources([f"{program.name}.v"])
        self._set_vhdl_sources([])


def run_bench(
    unit: Unit,
    module: str,
    *,
    seed: int,
    verilog_text: str | None = None,
    tests: Sequence[str] | None = None,
    **settings: Any,
) -> None:
    """Run the cocotb tests of a Python module on a unit.

    Parameters
    ----------
    unit : Unit
    module : str
        Name of the bench, a module that can be imported.
    seed : int
        Of the simulator, and for the bench among its settings.
    verilog_text : str, optional
        Other Verilog with the same ports.
    tests : sequence of str, optional
        Names of the tests to run, all if None.
    **settings
        Passed to the bench as JSON, see :func:`parameters`.

    Raises
    ------
    BenchFailed
    """
    ports = ["clk", "rst"] * (not unit.combinational) + [name for name, _, _ in unit.ports()]
    program = build(verilog_text or verilog(unit), top=unit.name, flavour="cocotb", ports=ports)
    with tempfile.TemporaryDirectory() as folder:
        log, results = Path(folder, "log.txt"), Path(folder, "results.xml")
        environment = {"LOWTIDE_BENCH": json.dumps(settings | {"seed": seed}), "COCOTB_ANSI_OUTPUT": "0"}
        test_names: dict[str, Any] = {"test_filter": "|".join(rf"\.{name}$" for name in tests)} if tests else {}
        under_pytest = os.environ.pop("PYTEST_CURRENT_TEST", None)
        try:
            _Built(program).test(
                test_module=module,
                hdl_toplevel=unit.name,
                hdl_toplevel_lang="verilog",
                seed=seed,
                build_dir=program.parent,
                test_dir=folder,
                results_xml=str(results),
                log_file=log,
                extra_env=environment,
                test_args=_RANDOM_REGISTERS,
                **test_names,
            )
        except SystemExit:
            pass
        finally:
            if under_pytest:
                os.environ["PYTEST_CURRENT_TEST"] = under_pytest
        text = log.read_text() if log.exists() else ""
        if not results.exists():
            raise BenchFailed(f"{module} on {unit.name}: the simulator ended without results\n{text[-4000:]}")
        count, failed = get_results(results)
        if failed or not count:
            start = max(text.find("Traceback"), 0)
            raise BenchFailed(
                f"{module} on {unit.name}, seed {seed}: {failed} of {count} tests failed\n{text[start : start + 4000]}"
            )
    print(f"{module} on {unit.name}: {count} cocotb tests passed, seed {seed}", file=sys.stderr)


def parameters() -> dict[str, Any]:
    """The settings that :func:`run_bench` was given, inside a bench."""
    settings: dict[str, Any] = json.loads(os.environ["LOWTIDE_BENCH"])
    return settings
