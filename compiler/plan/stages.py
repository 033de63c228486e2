"""A network's steps as stages: those that a machine has, with additions that follow in the same records.

A step that the machine does not have can be the host's: what it reads and makes lies in external memory, and the list
waits while the host computes it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.floating.largest import LARGEST
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..kernels.kernel import check_built
from ..kernels.softmax import check_softmax
from ..steps.moves import MOVES, moved_pixels
from ..steps.network_step import mode_of
from ..steps.on_machine import check_on_machine
from ..steps.softmax import softmax_function, sums_mode
from ..steps.vector_steps import neighbouring_columns
from ..steps.weighted import geometry_of
from .largest_stages import largest_stages
from .own_tensors import OwnTensors
from .products.products import products_of
from .products.stages import ProductStages
from .refused import StepRefused
from .shapes import Shape, in_memory
from .stage import ONE_PIXEL, Stage, Stages

__all__ = ["stages_of"]


def stages_of(
    network: QuantisedGraph,
    known: Mapping[str, tuple[int, ...]],
    config: AcceleratorConfig,
    base: Mode,
    *,
    host: bool = False,
    refused: Mapping[str, str] | None = None,
) -> Stages:
    """The stages of a network.

    Parameters
    ----------
    network : QuantisedGraph
    known : mapping of str to tuple of int
        The shapes of its tensors, without the batch.
    config : AcceleratorConfig
    base : Mode
        The fields of modes that the network does not state.
    host : bool
        The host computes what the machine does not have.
    refused : mapping of str to str, optional
        Steps that the host computes in any case, by their names, and why.

    Raises
    ------
    StepRefused
        A step that the machine does not have, unless it is the host's.
    """
    refused = _without_mode(network, config, base, refused or {})
    if refused and not host:
        raise StepRefused(*next(iter(refused.items())), for_host=True)
    shapes = {name: in_memory(shape) for name, shape in known.items()}
    products = products_of(network, config, base, known, refused)
    if products.reasons and not host:  # before what moves values for it, which it would take in
        raise StepRefused(*next(iter(products.reasons.items())), for_host=True)
    own_tensors = OwnTensors()
    multiplied = ProductStages(network, shapes, own_tensors)
    fused = _fused(network, refused) if "operand" in config.post else {}
    absorbed = {step.name for step in fused.values()} | products.left_out
    names = {network.graph.input: network.graph.input}  # flattened tensors have the name of what they were made of
    found = []
    for step in network.steps:
        if step.name in products.found:
            product = products.found[step.name]
            names[product.made.tensor] = product.made.tensor
            found += multiplied.stages(product, [names[each.tensor] for each in (product.x, product.y)])
            continue
        if step.name in absorbed:
            names.setdefault(step.name, step.name)
            continue
        is_same = step.op == "flatten" or (step.op == "reshape" and shapes[step.name] == shapes[step.inputs[0]])
        names[step.name] = names[step.inputs[0]] if is_same else step.name
        if is_same:
            continue
        own = fused.get(step.name, step)
        reason = refused.get(step.name) or products.reasons.get(step.name)
        before, read, made = known[own.inputs[0]], shapes[names[own.inputs[0]]], shapes[own.name]
        reason = reason or _lacks(network, own, config, base, before, read, made)
        if reason and not host:
            raise StepRefused(own.name, reason, for_host=True)
        if reason:
            reads = tuple(names[each] for each in step.inputs)
            found.append(Stage(name=step.name, step=step, reads=reads, makes=step.name, host=reason))
            continue
        if _moves_pixels(own, read, made):
            pixels, source = moved_pixels(own, before, read, made), names[own.inputs[0]]
            found.append(
                Stage(name=own.name, step=own, reads=(source,), makes=own.name, channelwise=False, pixels=pixels)
            )
            continue
        if step.op in LARGEST:
            found += largest_stages(network, config, step, names[step.inputs[0]], own_tensors)
            continue
        others = [each for each in step.inputs if each != own.name] if own is not step else []
        found.append(_stage(network, config, base, own, step, [names[each] for each in (*own.inputs, *others)], shapes))
    return Stages(
        stages=found,
        shapes=shapes | own_tensors.shapes,
        quantisers=network.quantisers | own_tensors.quantisers,
        constants=own_tensors.constants,
        network_shapes=known,
        source=network.graph.input,
        result=names[network.steps[-1].name],
    )


def _lacks(
    network: QuantisedGraph,
    step: Step,
    config: AcceleratorConfig,
    base: Mode,
    before: Sequence[int],
    read: Shape,
    made: Shape,
) -> str:
    """Why a machine does not have a step that makes one tensor of another, empty where it has it; ``before`` is the
    shape of that, as the network has it."""
    try:
        if _moves_pixels(step, read, made):
            check_built(config, "vector")
            moved_pixels(step, before, read, made)
            return ""
        check_on_machine(network, step, config, read[:2])
        if step.op == "softmax":
            check_softmax(config, sums_mode(base), made[2])
            softmax_function(network, step, made[2])
    except ValueError as error:
        return str(error)
    return ""


def _moves_pixels(step: Step, read: Shape, made: Shape) -> bool:
    """Whether a step moves values in another way than a slice of neighbouring columns."""
    if step.op == "slice" and (read[0], read[2]) == (made[0], made[2]):
        try:
            neighbouring_columns(step, read[1])
        except ValueError:
            return True
        return False
    return step.op in MOVES


def _without_mode(
    network: QuantisedGraph, config: AcceleratorConfig, base: Mode, refused: Mapping[str, str]
) -> dict[str, str]:
    """The steps that are refused, and those with weights for which the array has no mode, with the reasons."""
    found = dict(refused)
    for step in network.steps:
        if step.name in network.layers and step.name not in found:
            try:
                config.array.check_mode(_mode(network, config, base, step))
            except ValueError as error:
                found[step.name] = str(error)
    return found


def _fused(network: QuantisedGraph, refused: Mapping[str, str]) -> dict[str, Step]:
    """The steps with weights that additions take into their records: by name of the addition."""
    uses = Counter(each for step in network.steps for each in step.inputs)
    steps = {step.name: step for step in network.steps}
    found = {}
    for step in network.steps:
        if step.op != "add" or len(set(step.inputs)) != 2:
            continue
        own = [
            steps[each] for each in step.inputs if each in network.layers and uses[each] == 1 and each not in refused
        ]
        if own:
            found[step.name] = max(own, key=network.steps.index)
    return found


def _stage(
    network: QuantisedGraph,
    config: AcceleratorConfig,
    base: Mode,
    own: Step,
    step: Step,
    reads: list[str],
    shapes: Mapping[str, Shape],
) -> Stage:
    """The stage of ``own``, whose tensor an addition makes where ``step`` is another one."""
    window, channelwise, mode, multiplications = ONE_PIXEL, True, None, 0
    gated = own.op == "mul" and shapes[reads[0]] != shapes[reads[1]]  # the second is one pixel
    if gated:
        reads = reads[::-1]
    rows, columns, _ = shapes[reads[0]]
    if own.name in network.layers:
        layer = network.layers[own.name]
        window = geometry_of(layer, shapes[reads[0]])
        channelwise = layer.is_depthwise
        mode = _mode(network, config, base, own)
        made = shapes[own.name]
        multiplications = made[0] * made[1] * layer.weights.whole.size
    elif own.op in ("max_pool", "average_pool"):
        window = Geometry.of(own.node)
    elif own.op == "pad":
        window = Geometry(size=(1, 1), padding=own.node.attributes["padding"])
    elif own.op == "global_average_pool":
        window = Geometry(size=(rows, columns))
    elif own.op in ("concat", "softmax"):
        channelwise = False
    return Stage(
        name=step.name,
        step=own,
        added=None if own is step else step,
        reads=tuple(reads),
        makes=step.name,
        window=window,
        channelwise=channelwise,
        mode=mode,
        multiplications=multiplications,
        gated=gated,
        sums=sums_mode(base) if own.op == "softmax" else None,
    )


def _mode(network: QuantisedGraph, config: AcceleratorConfig, base: Mode, step: Step) -> Mode:
    """The mode of a layer, with weights on the diagonal of a depthwise one where the array can."""
    if network.layers[step.name].is_depthwise:
        mode = mode_of(network, step, base, diagonal=True)
        if not mode.select and _has(config, mode):  # terms are selected of whole chunks
            return mode
    return mode_of(network, step, base)


def _has(config: AcceleratorConfig, mode: Mode) -> bool:
    try:
        config.array.check_mode(mode)
    except ValueError:
        return False
    return True
