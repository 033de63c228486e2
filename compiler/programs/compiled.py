"""A quantised network as a program of a machine: lists of records, what they load, and where tensors lie."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout
from ..lists.layer_records import Layer
from ..lists.program import ALIGNMENT, Image
from ..plan.emission import actions
from ..plan.forms import Formed, formed
from ..plan.packing.packing import Life, Packer, Packing
from ..plan.packing.solved import check_installed
from ..plan.placement.addresses import Placement
from ..plan.placement.placement import placed
from ..plan.problem import Problem
from ..plan.refused import StepRefused
from ..plan.shapes import shapes_of
from ..plan.stage import Stage, Stages
from ..plan.stages import stages_of
from ..plan.turns import few_turns
from ..plan.ways.cascade import rows_made
from ..steps.network_step import check_plan
from .base_mode import base_mode
from .external import Codes, External, Kept, outside
from .host_layer import HostLayer, layer_content
from .host_step import HostStep
from .listed import listed_program, tensor_content
from .search.searching import Search, Searched, searched

__all__ = ["Compiled", "compile_network"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Compiled:
    """A program.

    Parameters
    ----------
    config : AcceleratorConfig
    image : Image
    tensors : mapping of str to External
        Those that lie in external memory while the list of execution runs.
    source, result : str
        The one that software writes before a run, and the one that it reads after it.
    layers : tuple of Layer
        In the order in which they run, with their records of the list of execution; layers that run together, stripe by
        stripe, are one.
    host : tuple of tuple of HostStep
        The steps that the host computes at each WAIT of the list of execution, in order.
    memory_bytes : int
        Of external memory.
    stages, layouts, placement
        How it was planned.
    packings : tuple of Packing
        Of tensors and buffers in the feature memory, and of tensors in external memory.
    kept : mapping of str to Kept
        The network's tensors that are kept on purpose, beside source and result.
    searched : Searched or None
        What the search found, if there was one.
    """

    config: AcceleratorConfig
    image: Image
    tensors: Mapping[str, External]
    source: str
    result: str
    layers: tuple[Layer, ...]
    host: tuple[tuple[HostStep, ...], ...]
    memory_bytes: int
    stages: tuple[Stage, ...]
    layouts: Mapping[str, Layout]
    placement: Placement
    packings: tuple[Packing, ...]
    kept: Mapping[str, Kept]
    searched: Searched | None = None


def compile_network(
    network: QuantisedGraph,
    config: AcceleratorConfig,
    *,
    mode: Mode | None = None,
    host: bool = False,
    keep: bool = False,
    packer: Packer = Packer.FIRST_FIT,
    search: Search | None = None,
) -> Compiled:
    """The program of a network.

    Parameters
    ----------
    network : QuantisedGraph
        With static scales, the requantisation of hardware and a quantised output.
    config : AcceleratorConfig
    mode : Mode, optional
        The fields of modes that the network does not state; if left out, exact ones of 8 bits.
    host : bool
        The host computes the steps that the machine does not have, at WAITs of the list.
    keep : bool
        Every tensor that is made is copied to a place of its own in external memory, where it stays: to look at them
        all after a run, which takes longer.
    packer : Packer
        Of both memories.
    search : Search, optional
        Other ways to run the layers are compared by the exact cycle model, and the fastest are taken.

    Raises
    ------
    ValueError
        For what the machine cannot do, with the layer's name; for a packer that is not installed.
    """
    check_installed(packer)
    check_plan(network)
    mode, known, refused = mode or base_mode(config), shapes_of(network), dict[str, str]()
    while True:
        given = stages_of(network, known, config, mode, host=host, refused=refused)
        try:
            return _compiled(network, config, given, packer, search, keep=keep)
        except StepRefused as error:
            if not host or not error.for_host or error.step in refused:
                raise
            refused[error.step] = error.reason


def _compiled(
    network: QuantisedGraph,
    config: AcceleratorConfig,
    given: Stages,
    packer: Packer,
    search: Search | None,
    *,
    keep: bool,
) -> Compiled:
    """The program of a network's stages."""
    given = replace(given, stages=few_turns(given.stages, given.source, *given.constants))
    form = formed(config, given)
    problem = Problem(
        stages=form.stages,
        layouts=form.layouts,
        config=config,
        packer=packer,
        source=given.source,
        result=given.result,
    )
    making = partial(_made, network, given, problem, keep=keep)
    compiled = making(placed(problem))
    if search is None:
        return compiled
    compiled, found = searched(search, network, problem, given.constants, compiled, making)
    return replace(compiled, searched=found)


def _made(network: QuantisedGraph, given: Stages, problem: Problem, placement: Placement, *, keep: bool) -> Compiled:
    """The program of a placement."""
    config, packer, form = problem.config, problem.packer, Formed(stages=problem.stages, layouts=problem.layouts)
    ends = given.source, given.result
    kept = [stage.makes for stage in form.stages if keep and stage.makes not in ends]
    listed = list(
        actions(
            network,
            config,
            form.stages,
            form.layouts,
            placement,
            source=given.source,
            result=given.result,
            constants=given.constants,
            kept=kept,
        )
    )
    # stages that run together, stripe by stripe, read and write at one time
    times = {number: time for time, cascade in enumerate(placement.cascades) for number in cascade.numbers}
    lives = {
        tensor: Life(life.size, times[life.first], times[life.last])
        for tensor, life in problem.lives.items()
        if tensor in ends
        or tensor in kept
        or not (tensor in placement.bases or tensor in placement.between or tensor in given.constants)
    }
    tensors, packed = outside(lives, form.layouts, config, [*ends, *kept], packer)
    end = ALIGNMENT * packed.size
    fixed = [tensor for stage in form.stages for tensor in stage.reads if tensor in given.constants]
    contents = {tensor: tensor_content(form.layouts[tensor], given.constants[tensor], config) for tensor in fixed}
    hosted = [stage.step for stage in form.stages if stage.host and stage.step is not None]
    weights = {step.name: layer_content(network, step) for step in hosted if step.name in network.layers}
    made = listed_program(config, form, placement.cascades, listed, tensors, contents, weights, end)
    if made.program.whole:
        made = listed_program(
            config, form, placement.cascades, listed, tensors, contents, weights, end, made.program.whole
        )
    image = made.program.image()
    return Compiled(
        config=config,
        image=image,
        tensors=tensors,
        source=given.source,
        result=given.result,
        layers=made.layers,
        host=tuple(
            tuple(_host_step(network, form.stages[number], given, tensors, made.weights) for number in cascade.numbers)
            for cascade in placement.cascades
            if form.stages[cascade.first].host
        ),
        memory_bytes=-(-(image.base + len(image.data)) // 4096) * 4096,
        stages=tuple(form.stages),
        layouts=form.layouts,
        placement=placement,
        packings=(
            placement.packed.packing("feature memory", config.atom_bytes),
            packed.packing("tensors in external memory", ALIGNMENT),
        ),
        kept={
            name: Kept(
                codes=Codes.of(tensors[name], given.network_shapes[name], quantiser),
                rows=tuple(sorted(rows_made(problem, placement.cascades, name))),
            )
            for name in kept
            if isinstance(quantiser := network.quantisers.get(name), FixedPointQuantiser)
        },
    )


def _host_step(
    network: QuantisedGraph,
    stage: Stage,
    given: Stages,
    tensors: Mapping[str, External],
    weights: Mapping[str, int],
) -> HostStep:
    """A stage that the host computes, with the tensors that it reads and makes; ``weights`` are the addresses of those
    of layers."""
    step = stage.step
    assert step is not None, "copies are the machine's"
    places = zip((*step.inputs, step.name), (*stage.reads, stage.makes), strict=True)
    found = []
    for name, place in places:
        quantiser = network.quantisers[name]
        assert isinstance(quantiser, FixedPointQuantiser), "forms are those of quantised tensors"
        found.append(Codes.of(tensors[place], given.network_shapes[name], quantiser))
    layer = None
    if step.name in weights:
        layer = HostLayer.of(network, step, tensors[stage.reads[0]].shape, weights[step.name])
    return HostStep.of(step, network.plan, found[:-1], found[-1], layer)
