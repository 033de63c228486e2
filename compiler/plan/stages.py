"""What runs one after the other: steps of a network, with additions that follow in the same records.

A step that the machine does not have can be the host's: what it reads and makes lies in external memory, and the list
waits while the host computes it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..steps.network_step import mode_of
from ..steps.on_machine import check_on_machine
from ..steps.weighted import geometry_of
from .refused import StepRefused
from .shapes import Shape, in_memory, shapes_of

__all__ = ["Stage", "Stages", "stages_of"]

ELEMENTWISE = ("add", "mul")  #: steps of two tensors of one form
ONE_PIXEL = Geometry(size=(1, 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A step, or a copy of a tensor into another form.

    Parameters
    ----------
    name : str
        For people.
    step : Step or None
        None: a copy.
    added : Step or None
        An addition that makes the stage's tensor, of the step's and the last one that is read.
    reads : tuple of str
        Tensors, in the order of the kernel's sources.
    makes : str
        The tensor.
    window : Geometry
        Of the first tensor that is read.
    channelwise : bool
        Channel n of the output needs no other channel of what is read.
    mode : Mode or None
        Of a step with weights.
    multiplications : int
        That the layer has by its definition.
    gated : bool
        Of a product: the first tensor is one pixel, which all pixels of the second are multiplied with.
    host : str
        Why the machine does not have the step, and the host computes it; empty for what runs on the machine.
    """

    name: str
    step: Step | None
    added: Step | None = None
    reads: tuple[str, ...]
    makes: str
    window: Geometry = ONE_PIXEL
    channelwise: bool = True
    mode: Mode | None = None
    multiplications: int = 0
    gated: bool = False
    host: str = ""

    @property
    def may_be_hosts(self) -> bool:
        """Whether the host could compute it: not what has weights, nor copies."""
        return self.step is not None and self.mode is None and not self.host

    @property
    def has_operand(self) -> bool:
        """Whether the last tensor that is read is the second one of a record, as the output is."""
        return self.added is not None or (self.step is not None and not self.host and self.step.op in ELEMENTWISE)

    @property
    def is_whole(self) -> bool:
        """Whether each output value is taken from a whole picture of a channel."""
        return self.step is not None and not self.host and self.step.op == "global_average_pool"


@dataclass(frozen=True, kw_only=True, eq=False)
class Stages:
    """A network's stages, in order.

    Parameters
    ----------
    stages : list of Stage
    shapes : mapping of str to Shape
        Of all tensors, as they lie in memory.
    network_shapes : mapping of str to tuple of int
        Of all tensors, as the network has them, without the batch.
    source, result : str
        The tensor that comes from outside, and the one that goes there.
    """

    stages: list[Stage]
    shapes: Mapping[str, Shape]
    network_shapes: Mapping[str, tuple[int, ...]]
    source: str
    result: str


def stages_of(
    network: QuantisedGraph,
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
    refused = refused or {}
    known = shapes_of(network)
    shapes = {name: in_memory(shape) for name, shape in known.items()}
    fused = _fused(network) if "operand" in config.post else {}
    absorbed = {step.name for step in fused.values()}
    names = {network.graph.input: network.graph.input}  # flattened tensors have the name of what they were made of
    found = []
    for step in network.steps:
        is_same = step.op == "flatten" or (step.op == "reshape" and shapes[step.name] == shapes[step.inputs[0]])
        names[step.name] = names[step.inputs[0]] if is_same else step.name
        if is_same or step.name in absorbed:
            continue
        own = fused.get(step.name, step)
        reason = refused.get(step.name) or _lacks(network, own, config, shapes[names[own.inputs[0]]], shapes[own.name])
        if reason and not host:
            raise StepRefused(own.name, reason, for_host=True)
        if reason:
            reads = tuple(names[each] for each in step.inputs)
            found.append(Stage(name=step.name, step=step, reads=reads, makes=step.name, host=reason))
            continue
        others = [each for each in step.inputs if each != own.name] if own is not step else []
        found.append(_stage(network, config, base, own, step, [names[each] for each in (*own.inputs, *others)], shapes))
    result = names[network.steps[-1].name]
    return Stages(stages=found, shapes=shapes, network_shapes=known, source=network.graph.input, result=result)


def _lacks(network: QuantisedGraph, step: Step, config: AcceleratorConfig, read: Shape, made: Shape) -> str:
    """Why a machine does not have a step that makes one tensor of another, empty where it has it."""
    try:
        check_on_machine(network, step, config, read[:2])
    except ValueError as error:
        return str(error)
    if step.op == "slice" and (read[0], read[2]) != (made[0], made[2]):
        return f"slice {step.name} is {made} of {read} rows, columns, channels, allowed are all rows and channels"
    return ""


def _fused(network: QuantisedGraph) -> dict[str, Step]:
    """The steps with weights that additions take into their records: by name of the addition."""
    uses = Counter(each for step in network.steps for each in step.inputs)
    steps = {step.name: step for step in network.steps}
    found = {}
    for step in network.steps:
        if step.op != "add" or len(set(step.inputs)) != 2:
            continue
        own = [steps[each] for each in step.inputs if each in network.layers and uses[each] == 1]
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
    elif own.op == "concat":
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
