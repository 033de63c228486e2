"""Speed in the report: what ``lowtide speed`` measured before, and the critical path of standard cells.

Placing takes minutes a unit, so the report shows what is kept and measures nothing.
"""

from dataclasses import replace

from ..energy.opensta import StaError, critical_path, is_installed
from ..flow.store import digest, made
from ..gates.simulation import mapped_pe
from ..targets import GateLibrary
from .fmax import TARGETS, UNITS, kept_fmax

__all__ = ["critical_paths", "with_speed"]


def with_speed(rows, configs):
    """(rows, measured): the rows with ``fmax_mhz`` of their PE where it was measured, and a list of what was, as dicts
    of ``config``, ``unit`` ("pe", or "array" of 4x4), ``target`` and what :func:`lowtide.synth.speed.fmax` says."""
    measured = [{"config": config.name, "unit": unit, "target": name} | found
                for config in configs for unit in UNITS for name in TARGETS
                if (found := kept_fmax(config, unit, name)) is not None]
    speeds = {}
    for each in measured:
        if each["unit"] == "pe" and each["failed"] is None:
            speeds.setdefault(each["config"], {})[each["target"]] = round(each["fmax"], 1)
    return [replace(row, fmax_mhz=speeds.get(row.config)) for row in rows], measured


def critical_paths(configs, prices):
    """The critical path of each PE on the targets of standard cells with timing, by OpenSTA: a list of dicts of
    ``config``, ``target``, ``critical_path_ns`` and ``failed``; and lines that say what there is not."""
    found, said = [], []
    for target in prices.targets:
        if not isinstance(target, GateLibrary):
            continue
        if not target.cells.timing:
            said.append(f"The library of {target.name} has no timing: a real one has (LIBERTY=file).")
        elif not is_installed():
            said.append("OpenSTA (sta) is not installed: no critical paths; on Debian: apt-get install opensta.")
        else:
            found += [_path(config, target, prices.pe(config, target)) for config in configs]
    return found, said


def _path(config, target, price):
    stated = {"config": config.name, "target": target.name, "critical_path_ns": None, "failed": price.failed}
    if price.failed is None:
        netlist, top = mapped_pe(config, target, price.recipe)
        library = target.cells.path

        def measured():
            try:
                return {"critical_path_ns": critical_path(netlist, top, library)}
            except StaError as error:
                return {"failed": str(error)}

        stated |= made("critical path", digest(netlist, library.read_text()), measured)
    return stated
