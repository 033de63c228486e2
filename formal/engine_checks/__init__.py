"""What every engine must do, as one list of checks on the compiled engine: what tests run and what judges mutants.

>>> from lowtide.formal.engine_checks import difference, engine_checks
>>> from lowtide.sim.player import Player
>>> player = Player(config)
>>> [line for check in engine_checks(config) if (line := difference(player, check))]
[]
"""

from .checks import engine_checks
from .step import Check, Step, difference

__all__ = ["Check", "Step", "difference", "engine_checks"]
