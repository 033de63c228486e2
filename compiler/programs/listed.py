"""What runs as lists of records, and what lies in external memory beside the tensors."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.kinds import Memory
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.layout import Layout
from ..lists.layer_records import Layer
from ..lists.program import Program
from ..plan.action import Action, CopyIn, Run, Turn
from ..plan.forms import Formed
from ..plan.refused import StepRefused
from ..plan.ways.cascade import Cascade
from .external import External

__all__ = ["Listed", "listed_program", "tensor_content"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Listed:
    """A program in the making.

    Parameters
    ----------
    program : Program
    layers : tuple of Layer
        The records of its layers: those of stages that run together are of one layer.
    weights : mapping of str to int
        Addresses of the weights of layers that the host computes, by name.
    """

    program: Program
    layers: tuple[Layer, ...]
    weights: Mapping[str, int]


def tensor_content(layout: Layout, codes: NDArray[np.int64], config: AcceleratorConfig) -> bytes:
    """A tensor as it lies in external memory."""
    atoms = np.zeros((layout.room, config.atom_bytes), np.uint8)
    layout.put(atoms, codes)
    return atoms.tobytes()


def listed_program(
    config: AcceleratorConfig,
    form: Formed,
    cascades: Sequence[Cascade],
    listed: Sequence[Action],
    tensors: Mapping[str, External],
    contents: Mapping[str, bytes],
    weights: Mapping[str, bytes],
    base: int,
    resident: Collection[Memory] = (),
) -> Listed:
    """The program of what runs, in order.

    Parameters
    ----------
    config : AcceleratorConfig
    form : Formed
        The stages.
    cascades : sequence of Cascade
        Of them.
    listed : sequence of Action
    tensors : mapping of str to External
    contents : mapping of str to bytes
        Of constant tensors.
    weights : mapping of str to bytes
        Of the layers that the host computes.
    base : int
        Where the image begins.
    resident : collection of Memory
        As of :class:`lowtide.compiler.lists.program.Program`.

    Raises
    ------
    StepRefused
        For a kernel that a memory is too small for.
    """
    program, stages = Program(config, base=base, resident=resident), form.stages
    addresses = {name: external.address for name, external in tensors.items()}
    addresses |= {name: program.put(content) for name, content in contents.items()}
    cascade_of = {number: cascade for cascade in cascades for number in cascade.numbers}
    ends: dict[Cascade, tuple[int, int]] = {}
    made: dict[Cascade, list[tuple[str, int]]] = {}
    addresses_of_weights = {name: program.put(content) for name, content in weights.items()}
    for action in listed:
        first = len(program.records)
        if isinstance(action, Run):
            try:
                program.run(action.kernel)
            except ValueError as error:
                stage = stages[action.stage]
                raise StepRefused(stage.refused_as, str(error), for_host=stage.may_be_hosts) from error
        elif isinstance(action, Turn):
            program.wait()
        else:
            copy = program.load if isinstance(action, CopyIn) else program.store
            copy(action.inside, addresses[action.tensor], action.outside)
        cascade = cascade_of[action.stage]
        ends[cascade] = ends.get(cascade, (first, first))[0], len(program.records)
        made.setdefault(cascade, []).append((stages[action.stage].makes, len(program.records) - first))
    layers = [
        Layer(
            " + ".join(stages[number].name for number in cascade.numbers),
            first,
            end - first,
            sum(stages[number].multiplications for number in cascade.numbers),
            host=bool(stages[cascade.first].host),
            tensors=_by_turns(made[cascade]),
        )
        for cascade, (first, end) in ends.items()
    ]
    return Listed(program=program, layers=tuple(layers), weights=addresses_of_weights)


def _by_turns(made: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Tensors with their records, those of neighbours of one tensor together."""
    return tuple((tensor, sum(records for _, records in turns)) for tensor, turns in groupby(made, key=itemgetter(0)))
