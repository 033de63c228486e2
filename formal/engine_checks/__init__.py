"""What every engine must do, as one list of checks on the compiled engine: what tests run and what judges mutants.

>>> from lowtide.formal.engine_checks import difference, engine_checks
>>> from lowtide.sim.engine.player import Player
>>> from lowtide.hw import ArrayConfig
>>> config = ArrayConfig(kind="subword", rows=2, cols=2)
>>> player = Player(config)
>>> [line for check in engine_checks(config) if (line := difference(player, check))]
[]
"""

from .checks import engine_checks
from .step import Check, Step, difference

__all__ = ["Check", "Step", "difference", "engine_checks"]
