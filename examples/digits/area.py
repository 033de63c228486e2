"""The area of one PE of a configuration, in gate equivalents (GE): synthesised by the flow of ``make synth``.

Both recipes, the smaller one counts. Kept in the cache of builds, keyed by everything that decides it.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from hw.emit import verilog
from sim.build import cache_folder
from synth.flow import synthesise
from synth.targets import RECIPES, GateLibrary

__all__ = ["pe_area"]

NAME = "priced"  # one name for all: equal hardware is equal text


def pe_area(config):
    """Area of one PE of a :class:`hw.config.ArrayConfig`, a float in GE. SynthesisError where the tool fails."""
    config, target = replace(config, name=NAME), GateLibrary()
    pe = config.operations.pe(config)
    text = verilog(pe)
    parts = [text, version("pyosys"), target.stat, *(path.read_text() for path in target.files.values()),
             *(line for recipe in RECIPES for line in target.commands(pe.name, recipe))]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    kept = cache_folder() / f"area-{config.kind}-{digest[:16]}.json"
    if not kept.exists():
        areas = {recipe: synthesise(text, pe.name, target, recipe).total(pe.name)["area"] for recipe in RECIPES}
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            made = Path(folder, kept.name)
            made.write_text(json.dumps(areas))
            os.replace(made, kept)  # complete or not there
    return min(json.loads(kept.read_text()).values())
