"""Constants of an ONNX model: tensors as arrays, and nodes whose inputs are constant, computed.

No file outside of the model's folder is read, and nothing is made that has more than `MOST_VALUES` values: lengths are
known before memory is asked for.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

__all__ = ["MOST_VALUES", "array_of", "check_size", "computed"]

MOST_VALUES = 1 << 28  #: of a tensor; 1 GB in float32
_KNOWN = 1 << 12  # values of a constant that shape inference is told, as shapes may depend on them


def check_size(what: str, shape: Sequence[int]) -> None:
    """ValueError for a shape of more values than `MOST_VALUES`, or with a negative length."""
    if any(length < 0 for length in shape) or math.prod(shape) > MOST_VALUES:
        raise ValueError(f"{what} has shape {list(shape)}, allowed are at most {MOST_VALUES} values")


def array_of(tensor: onnx.TensorProto, name: str, folder: Path | None) -> NDArray[Any]:
    """A tensor as an array.

    Parameters
    ----------
    tensor : onnx.TensorProto
    name : str
        What messages call it.
    folder : Path or None
        Of the model: where tensors outside of it lie. None: there are none.

    Raises
    ------
    ValueError
        For a shape that is too large or has other lengths than the data, a type that is no number, and data beyond the
        folder.
    """
    check_size(f"tensor {name}", tensor.dims)
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        whole = onnx.TensorProto(dims=tensor.dims, data_type=tensor.data_type, raw_data=_outside(tensor, name, folder))
        return array_of(whole, name, None)
    try:
        array = np.asarray(numpy_helper.to_array(tensor))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"tensor {name} of shape {list(tensor.dims)} cannot be read: {error}") from None
    if array.dtype.kind in "OSU":
        raise ValueError(f"tensor {name} is text, allowed are numbers")
    return array


def _outside(tensor: onnx.TensorProto, name: str, folder: Path | None) -> bytes:
    """The bytes of a tensor that lies in a file beside the model."""
    if folder is None:
        raise ValueError(f"tensor {name} lies in a file of its own, allowed with it is the path of the model")
    stated = {entry.key: entry.value for entry in tensor.external_data}
    place = stated.get("location", "")
    path = (folder / place).resolve()
    if not place or not path.is_relative_to(folder.resolve()):
        raise ValueError(f"tensor {name} lies in {place!r}, allowed are files in the folder of the model")
    if not path.is_file():
        raise ValueError(f"tensor {name} lies in {place!r}, which is no file")
    size = path.stat().st_size
    start, length = stated.get("offset", "0"), stated.get("length", "")
    if not start.isdecimal() or not (length or "0").isdecimal():
        raise ValueError(f"tensor {name} has offset {start!r} and length {length!r}, allowed are integers >= 0")
    first, count = int(start), int(length) if length else max(size - int(start), 0)
    if first + count > size:
        raise ValueError(f"tensor {name} needs bytes {first}..{first + count} of {place!r}, which has {size}")
    with path.open("rb") as file:
        file.seek(first)
        return bytes(file.read(count))


def computed(
    node: onnx.NodeProto, constants: Mapping[str, NDArray[Any]], versions: Mapping[str, int]
) -> list[NDArray[Any]]:
    """The outputs of a node whose inputs are constant, as the reference of ONNX computes them.

    Parameters
    ----------
    node : onnx.NodeProto
    constants : mapping of str to ndarray
        With its inputs.
    versions : mapping of str to int
        Of operator sets, by domain.

    Raises
    ------
    ValueError
        For outputs that are too large, whose shape is not known before, or that the reference cannot compute.
    """
    what = f"{node.op_type} {node.name or node.output[0]}"
    for entry in node.attribute:
        if entry.type == onnx.AttributeProto.TENSOR:
            array_of(entry.t, f"{entry.name} of {what}", None)
    names = [name for name in dict.fromkeys(node.input) if name]
    model = _model(node, {name: constants[name] for name in names}, versions)
    _check_outputs(what, model)
    del model.graph.initializer[:]
    try:
        found = ReferenceEvaluator(model).run(None, {name: constants[name] for name in names})
    except Exception as error:  # whatever NumPy or the reference raises for a node that is not well made
        raise ValueError(f"{what} of constants cannot be computed: {' '.join(str(error).split())}") from None
    assert isinstance(found, list), "outputs come in order where none is named"
    return [np.asarray(array) for array in found]


def _model(node: onnx.NodeProto, inputs: Mapping[str, NDArray[Any]], versions: Mapping[str, int]) -> onnx.ModelProto:
    """The node alone, as a model; small inputs are initialisers too."""
    stated = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in inputs.items()
    ]
    small = [numpy_helper.from_array(array, name) for name, array in inputs.items() if array.size <= _KNOWN]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output]
    graph = helper.make_graph([node], "constant", stated, outputs, small)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid(*pair) for pair in versions.items()], ir_version=onnx.IR_VERSION
    )


def _check_outputs(what: str, model: onnx.ModelProto) -> None:
    """ValueError unless shape inference says that every output is small enough."""
    try:
        inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    except shape_inference.InferenceError as error:
        raise ValueError(f"{what} of constants has no shape: {' '.join(str(error).split())}") from None
    for value in inferred.graph.output:
        if not value.name:
            continue
        kind = value.type.tensor_type
        if not kind.HasField("shape") or not all(dimension.HasField("dim_value") for dimension in kind.shape.dim):
            raise ValueError(f"{what} of constants has a shape that depends on values, allowed are stated shapes")
        check_size(f"output of {what}", [dimension.dim_value for dimension in kind.shape.dim])
