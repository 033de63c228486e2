"""Equivalent mutants: those that no check can kill, because the engine with them is the same engine.

Original and mutant have the same registers; a register counts where an output of both engines depends on it in this
cycle or a later one. :mod:`lowtide.formal.mutation.relation` proves a relation between the states of the two that holds
when they are switched on, that every cycle keeps, and in which all outputs are equal:

- Registers may hold anything when an engine is switched on. Equivalent means: from the same values on, for all inputs,
  all outputs are the same. Equal values are related, whatever the relation is.
- If from every pair of related states, for every input, outputs are equal and the next states are related, then outputs
  are equal for ever, by induction. This is proved, by structure where both are the same logic, else by ABC.
- Pairs of states are restricted by one thing only, and in cycles without reset only: that the state of the original is
  one that :func:`lowtide.formal.properties.sequencer.legal_state` calls legal. In the first cycle reset is 1; from then
  on every state is legal, for all inputs, which is proved for the same engine before anything is assumed (property
  ``accepted_only``). In a cycle with reset nothing is restricted.

Nothing else is assumed of states, so "different" need not be: the states in which a mutant differs may be some that
cannot be reached. It then counts as one that survived.
"""

import random
from collections.abc import Callable

import numpy as np

from lowtide.hw import ArrayConfig
from lowtide.hw.array.job import JobLayout
from lowtide.hw.mode.word import WORD_BITS

from ..engine_checks.modes import random_mode
from ..engine_checks.words import job_word
from ..properties.prove import prove_property
from ..properties.sequencer import legal_state, sequencer_properties
from .circuit import circuit_of
from .mutants import SELECTOR, MutatedEngine
from .relation import Comparison

__all__ = ["comparison_of", "equivalents"]

ASSUMED = "assumed"  #: an output of the circuit: 1 in the states that are assumed, and in a cycle with reset
WORDS = 500  #: jobs that states are made of


def equivalents(engine: MutatedEngine, numbers: list[int], *, timeout: int, done: Callable[[int, str], None]) -> None:
    """Call ``done(number, outcome)`` for each mutant: "equivalent", "different" (in some state) or "undecided" (within
    ``timeout`` seconds).

    Raises ``ValueError`` where what is assumed of the engine is not proved.
    """
    if numbers:
        comparison = comparison_of(engine)
        for number in numbers:
            done(number, comparison.outcome(number, timeout=timeout))


def comparison_of(engine: MutatedEngine) -> Comparison:
    """An engine and its mutants, after the proof that what is assumed of its states holds."""
    accepted_only = sequencer_properties(engine.config, engine.original)[0]
    if prove_property(accepted_only, text=engine.original).outcome != "proved":
        raise ValueError(f"{accepted_only.name} is not proved")
    circuit = circuit_of(
        with_assumption(engine), top=engine.config.name, watched=ASSUMED, source=f"sequencer.{ASSUMED}"
    )
    return Comparison(circuit, selector=SELECTOR, assumed=f"{ASSUMED}[0]", sample=sampler(engine.config))


def with_assumption(engine: MutatedEngine) -> str:
    """Verilog of the engine whose sequencer has a wire ``assumed``."""
    legal, modules = legal_state(engine.config, engine.original)
    end = engine.text.index("endmodule", engine.text.index(f"module {engine.config.name}_sequencer("))
    inserted = f"{legal}  (* keep *) wire {ASSUMED} = rst | m_legal;\n"
    return engine.text[:end] + inserted + engine.text[end:] + modules


def sampler(config: ArrayConfig) -> Callable[[random.Random, int], dict[str, int]]:
    """Makes states of a sequencer, and jobs at its port, most of which are legal.

    They only save the solver's time: what is proved does not depend on them.
    """
    rng = np.random.default_rng(1)
    modes = [random_mode(config, rng, narrow_books=True) for _ in range(WORDS)]
    jobs = [
        job_word(
            mode.word(), int(rng.choice(np.array([1, 2, 3, rng.integers(1 << 16)]))), int(rng.integers(1, values + 1))
        )
        for mode in modes
        for values in [config.values_per_beat(mode)]
    ]
    running = {  # of the running job: its fields in a job
        "sequencer_mode": (0, WORD_BITS),
        "sequencer.chunks": (JobLayout["chunks"].offset, JobLayout["chunks"].width),
        "sequencer.tail": (JobLayout["tail"].offset, JobLayout["tail"].width),
    }
    whole = {"sequencer.job": (0, JobLayout.size), "job_data": (0, JobLayout.size)}

    def sample(chance: random.Random, count: int) -> dict[str, int]:
        found = {"rst[0]": chance.getrandbits(count) & chance.getrandbits(count) & chance.getrandbits(count)}
        for parts in (running, *({name: place} for name, place in whole.items())):
            chosen = [
                chance.choice(jobs) if chance.random() < 0.9 else chance.getrandbits(JobLayout.size)
                for _ in range(count)
            ]
            for name, (offset, width) in parts.items():
                for bit in range(width):
                    text = "".join("01"[job >> offset + bit & 1] for job in chosen)
                    found[f"{name}[{bit}]"] = int(text, 2)
        return found

    return sample
