"""An ONNX model, read and checked before anything is made of it.

What is checked: the file is a whole model of a known version; there is one input of stated lengths and one output;
every tensor is made once, before it is used, and none by way of itself; nodes are as the definition of their operator
says; constants have the bytes that their shape asks for, in the file or in the model's own folder. Initialisers that
are inputs too, as in models of IR version 3, are constants.

Source: the specification of https://onnx.ai/onnx/repo-docs/IR.html.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import checker

from .constants import array_of, check_size

__all__ = ["Source", "is_standard", "read_model", "title"]

RECURRENT = ("GRU", "LSTM", "RNN")  #: operators that take [steps, batch, values], unless their layout is 1
NEWEST = onnx.defs.onnx_opset_version()  #: operator set that is known
_STANDARD = ("", "ai.onnx")
_OLDEST_IR = 3


@dataclass(frozen=True, eq=False)
class Source:
    """A model that has passed the checks.

    Parameters
    ----------
    nodes : tuple of onnx.NodeProto
        In an order in which they can be computed.
    constants : dict of str to ndarray
        The initialisers.
    input : str
        Name of the one input.
    sizes : tuple of int
        Its lengths; that of the batch is 0 where it is not stated.
    output : str
        Name of the one output.
    versions : dict of str to int
        Of the operator sets, by domain.
    batch_axis : int
        The axis of the input that is the batch: the second of a sequence whose steps come first, as the recurrent
        operators that read it say, else the first.
    """

    nodes: tuple[onnx.NodeProto, ...]
    constants: dict[str, NDArray[Any]]
    input: str
    sizes: tuple[int, ...]
    output: str
    versions: dict[str, int]
    batch_axis: int = 0

    @property
    def version(self) -> int:
        """Of the standard operators."""
        return max((self.versions[domain] for domain in _STANDARD if domain in self.versions), default=1)

    @property
    def context(self) -> Any:
        """What the checker of onnx compares nodes with."""
        context = checker.C.CheckerContext()
        context.ir_version = onnx.IR_VERSION
        context.opset_imports = self.versions
        return context

    def check(self, node: onnx.NodeProto) -> None:
        """ValueError for a standard node that is not as the definition of its operator says."""
        if not is_standard(node):
            return
        try:
            checker.check_node(node, self.context)
        except checker.ValidationError as error:
            raise ValueError(f"{title(node)} is not as ONNX defines it: {_line(error)}") from None


def read_model(model: str | Path | onnx.ModelProto) -> Source:
    """Read and check a model.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        A model whose tensors lie in files of their own is given as a path.

    Raises
    ------
    ValueError
        For a model that does not pass the checks; names node or tensor.
    OSError
        Where there is no such file.
    """
    folder = None
    if isinstance(model, (str, Path)):
        folder, model = Path(model).parent, _parsed(Path(model))
    _check_versions(model)
    graph = model.graph
    _check_names(graph)
    if model.functions:
        raise ValueError(f"function is {model.functions[0].name}, allowed are models without functions of their own")
    if graph.sparse_initializer:
        raise ValueError(f"initialiser {graph.sparse_initializer[0].values.name} is sparse, allowed are dense ones")
    constants = {}
    for tensor in graph.initializer:
        if tensor.name in constants:
            raise ValueError(f"initialiser {tensor.name} is there twice, allowed are different names")
        constants[tensor.name] = array_of(tensor, tensor.name, folder)
    source = _one("inputs", [value for value in graph.input if value.name not in constants])
    _check_order(graph.node, {"", source.name, *constants})
    target = _one("outputs", graph.output).name
    if target not in {name for node in graph.node for name in node.output} | {source.name, *constants}:
        raise ValueError(f"output is {target}, which nothing makes")
    versions = {entry.domain: entry.version for entry in model.opset_import}
    batch = int(_has_steps_first(graph.node, source.name))
    return Source(tuple(graph.node), constants, source.name, _sizes(source, batch), target, versions, batch)


def is_standard(node: onnx.NodeProto) -> bool:
    """Whether its operator is one of ONNX itself."""
    return node.domain in _STANDARD


def title(node: onnx.NodeProto) -> str:
    """What a message calls a node."""
    return f"{node.op_type} {node.name or node.output[0]}"


def _parsed(path: Path) -> onnx.ModelProto:
    if not path.is_file() and path.exists():
        raise ValueError(f"model is {path}, allowed is a file")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(path.read_bytes())
    except DecodeError:
        raise ValueError(f"model is {path}, which is no whole ONNX model") from None
    return model


def _check_versions(model: onnx.ModelProto) -> None:
    """ValueError for a model of a version that is not known."""
    if not _OLDEST_IR <= model.ir_version <= onnx.IR_VERSION:
        raise ValueError(f"IR version of the model is {model.ir_version}, allowed are {_OLDEST_IR}..{onnx.IR_VERSION}")
    if not model.graph.node:
        raise ValueError("model has no nodes, allowed is at least one")
    for entry in model.opset_import:
        if entry.domain in _STANDARD and not 1 <= entry.version <= NEWEST:
            raise ValueError(f"operator set of the model is {entry.version}, allowed are 1..{NEWEST}")


def _check_names(graph: onnx.GraphProto) -> None:
    """ValueError for names that are no text of one line."""
    names = [tensor.name for tensor in (*graph.initializer, *graph.input, *graph.output)]
    for node in graph.node:
        names += [node.name, node.op_type, node.domain, *node.input, *node.output]
        names += [entry.name for entry in node.attribute]
    for name in names:
        if not isinstance(name, str) or not name.isprintable():
            raise ValueError(f"a name is {name!r}, allowed are characters that can be printed")


def _check_order(nodes: Sequence[onnx.NodeProto], known: Iterable[str]) -> None:
    """ValueError unless every tensor is made once and before it is used."""
    made = set(known)
    maker = {name: node for node in nodes for name in node.output}
    for node in nodes:
        if not any(node.output):
            raise ValueError(f"{node.op_type} {node.name or 'without a name'} makes nothing, allowed is an output")
        for entry in node.attribute:
            if entry.type in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS):
                raise ValueError(f"{entry.name} of {title(node)} is a graph, allowed are nodes without graphs in them")
        for name in node.input:
            if name in made:
                continue
            if name not in maker:
                raise ValueError(f"input of {title(node)} is {name}, which nothing makes")
            if _needs(maker[name], set(node.output), maker):
                raise ValueError(f"input {name} of {title(node)} depends on its own output, allowed are no cycles")
            raise ValueError(f"input of {title(node)} is {name}, which a later node makes: nodes are not in order")
        for name in filter(None, node.output):
            if name in made:
                raise ValueError(f"output of {title(node)} is {name}, which is there already")
            made.add(name)


def _needs(node: onnx.NodeProto, names: set[str], maker: Mapping[str, onnx.NodeProto]) -> bool:
    """Whether a node needs one of these tensors, directly or not."""
    waiting, seen = [node], set[str]()
    while waiting:
        for name in waiting.pop().input:
            if name in names:
                return True
            if name in maker and name not in seen:
                seen.add(name)
                waiting.append(maker[name])
    return False


def _one(name: str, values: Sequence[Any]) -> Any:
    if len(values) != 1:
        raise ValueError(f"{name} are {[value.name for value in values]}, allowed is one")
    return values[0]


def _has_steps_first(nodes: Sequence[onnx.NodeProto], name: str) -> bool:
    """Whether a tensor is read by recurrent operators alone, its shape aside, as [steps, batch, values]."""
    readers = [node for node in nodes if name in node.input and node.op_type != "Shape"]
    stated = [{entry.name: entry.i for entry in node.attribute} for node in readers]
    return bool(readers) and all(
        is_standard(node) and node.op_type in RECURRENT and node.input[0] == name and not attributes.get("layout", 0)
        for node, attributes in zip(readers, stated, strict=True)
    )


def _sizes(source: Any, batch: int) -> tuple[int, ...]:
    """The lengths of the input, 0 where that of the batch is not stated."""
    real = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE)
    kind = source.type.tensor_type.elem_type
    if kind not in real:
        raise ValueError(f"input {source.name} has elements of type {kind}, allowed are real numbers: {real}")
    sizes = [dimension.dim_value for dimension in source.type.tensor_type.shape.dim]
    others = [size for axis, size in enumerate(sizes) if axis != batch]
    if len(sizes) < 2 + batch or not all(others) or min(sizes) < 0:
        allowed = "[steps, batch, values]" if batch else "two or more axes of stated lengths, the batch first"
        raise ValueError(f"input {source.name} has shape {sizes}, allowed are {allowed}")
    check_size(f"input {source.name}", others)
    return tuple(sizes)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
