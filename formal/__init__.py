"""Formal proofs: the emitted Verilog of encoders and of PEs' arithmetic holds to its definition for every input.

>>> from lowtide import formal
>>> result = formal.prove(formal.find("hese_encoder_8s"))
>>> result.outcome
'proved'

Each proof is about the Verilog that is emitted for a unit, never about a model of it. What the unit should compute is
stated beside it in Verilog of its own, with ``+`` and ``*`` only; the SAT solver of Yosys looks for inputs for which
the two differ. Structures of a sum are compared with each other (:mod:`lowtide.formal.proofs.arithmetic.sum_forms`), a
PE with the one that stands in for it in simulation (:mod:`lowtide.formal.proofs.arithmetic.stand_in`).
"""

from .proofs.listed import find, proofs
from .proofs.proof import Proof
from .proofs.prove import Result, prove

__all__ = ["Proof", "Result", "find", "proofs", "prove"]
