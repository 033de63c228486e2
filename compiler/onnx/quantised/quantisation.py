"""ONNX operators that round: what a quantised model states of its tensors and weights.

========================================  ===========================================================================
QuantizeLinear, DequantizeLinear (QDQ)    codes ``clip(round(x / scale) + zero point)``, halves to even
Clip between them (QCDQ)                  codes of fewer bits
Quant, BipolarQuant (QONNX)               both at once, of 2 to 16 bits
========================================  ===========================================================================

Of a constant they make a grid, of a tensor they say that it is rounded; nothing is computed twice.

Source: the operator definitions of https://onnx.ai/onnx/operators; QONNX, Pappalardo et al., arXiv 2206.07527.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from lowtide.golden.checks import value_range
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from lowtide.golden.quantise import quantised_range

from ..graph.builder import GraphBuilder
from ..graph.grids import Grid, moved
from ..graph.step import Step
from ..graph.tensor import State, Tensor

__all__ = ["ON_CODES", "ROUNDING", "clipped_codes"]

#: Operators that work on codes as on real numbers.
ON_CODES = (
    "DequantizeLinear DepthToSpace Expand Flatten Gather Identity MaxPool "
    "Reshape Shape Slice SpaceToDepth Split Squeeze Transpose Unsqueeze"
).split()


def _quantize(builder: GraphBuilder, step: Step) -> Any:
    scale = _scale(step, 1)
    zero, (bits, signed) = _zero(step, 2)
    if not isinstance(step.inputs[0], Tensor):
        axis = _axis(step, np.ndim(step.inputs[0]))
        values = step.real(step.inputs[0], "input 0")
        codes = np.rint(values / _along(scale, axis, values.ndim)) + _along(zero, axis, values.ndim)
        return np.clip(codes, *value_range(bits, signed)).astype(
            np.int32 if bits > 8 else np.int8 if signed else np.uint8
        )
    if scale.size != 1 or zero.size != 1:
        step.refuse(f"a tensor has {scale.size} scales", "one")
    format = FixedPoint(bits, signed=signed, symmetric=False)
    quantiser = FixedPointQuantiser(format=format, scale=np.array(scale.item()), zero_point=int(zero.item()))
    return rounded(builder, step, step.tensor(), quantiser, State.CODES)


def rounded(builder: GraphBuilder, step: Step, x: Tensor, quantiser: FixedPointQuantiser, state: State) -> Tensor:
    """``x`` on a grid; one that lies on another already is requantised."""
    known = builder.quantiser(x.name)
    if known is None:
        builder.quantisers[x.name] = quantiser
        return replace(x, state=state)
    if _alike(known, quantiser):
        return replace(x, state=state)
    made = builder.emit(step, "clip", [x], x, attributes={"low": -np.inf, "high": np.inf})
    builder.quantisers[made.name] = quantiser
    return replace(made, state=state)


def _alike(first: FixedPointQuantiser, second: FixedPointQuantiser) -> bool:
    """Whether two quantisers have the same codes."""
    return (
        first.format.integer_range == second.format.integer_range
        and float(first.scale) == float(second.scale)
        and int(first.zero_point) == int(second.zero_point)
    )


def _dequantize(builder: GraphBuilder, step: Step) -> Any:
    scale, x = _scale(step, 1), step.inputs[0]
    zero = step.real(step.inputs[2], "input 2") if len(step.inputs) > 2 and step.inputs[2] is not None else np.zeros(1)
    if not isinstance(x, Tensor):
        axis = _axis(step, np.ndim(x))
        if step.attributes.get("block_size", 0) or scale.size not in (1, np.shape(x)[axis] if np.ndim(x) else 1):
            step.refuse(f"scale {scale.shape} of {np.shape(x)}", "one, or one for each place along the axis")
        integers = step.real(x, "input 0")
        bits = min(_bits(np.asarray(x).dtype) or 16, 16)
        return Grid.of(integers - _along(zero, axis, integers.ndim), scale.ravel(), axis, bits)
    known = builder.quantiser(x.name)
    if x.state is not State.CODES or known is None:
        step.refuse("input 0 has no codes", "what a QuantizeLinear makes")
    if scale.size != 1 or float(scale.item()) != float(known.scale) or float(zero.item()) != float(known.zero_point):
        step.refuse(f"scale {scale.ravel()} and zero point {zero.ravel()}", "those of the QuantizeLinear before it")
    return replace(x, state=State.ROUNDED)


def clipped_codes(builder: GraphBuilder, step: Step) -> Tensor:
    """Clip of codes: fewer bits."""
    x, quantiser = step.tensor(), builder.quantiser(step.tensor().name)
    assert quantiser is not None, "codes have a quantiser"
    low, high = quantiser.format.integer_range
    limits = int(step.constant(1, low)), int(step.constant(2, high))
    limits = max(limits[0], low), min(limits[1], high)
    zero = int(quantiser.zero_point)
    for bits in range(2, quantiser.format.bits + 1):
        for signed in (True, False):
            for symmetric in (True, False):
                format = FixedPoint(bits, signed=signed, symmetric=symmetric)
                if format.integer_range == limits and (not symmetric or zero == 0) and limits[0] <= zero <= limits[1]:
                    made = FixedPointQuantiser(format=format, scale=quantiser.scale, zero_point=zero)
                    if x.name in builder.quantisers and builder.uses[x.name] == 1:  # nothing reads the codes before
                        builder.quantisers[x.name] = made
                        return x
                    return rounded(builder, step, x, made, State.CODES)
    return step.refuse(f"limits of codes are {limits}", "the range of an integer of fewer bits")


def _quant(builder: GraphBuilder, step: Step) -> Any:
    """Quant of QONNX."""
    scale, zero, bits = _scale(step, 1), step.constant(2, np.zeros(1)), step.constant(3)
    signed, narrow = bool(step.attributes.get("signed", 1)), bool(step.attributes.get("narrow", 0))
    mode = step.attributes.get("rounding_mode", b"ROUND").decode(errors="replace").upper()
    if bits is None or bits.size != 1 or bits.item() != int(bits.item()) or not 2 <= bits.item() <= 16:
        step.refuse(f"bit width {None if bits is None else bits.ravel()}", "one of 2 to 16")
    if mode not in ("ROUND", "HALF_EVEN"):
        step.refuse(f"rounding_mode is {mode}", "ROUND")
    width = int(bits.item())
    low, high = quantised_range(width, signed) if narrow and signed else value_range(width, signed)
    if not isinstance(step.inputs[0], Tensor):
        values, axis = step.real(step.inputs[0], "input 0"), _only_axis(step, scale)
        steps = (
            np.clip(np.rint(values / _along(scale, axis, values.ndim) + zero.ravel()[0]), low, high) - zero.ravel()[0]
        )
        return Grid.of(steps, scale.ravel(), axis, width)
    if scale.size != 1 or zero.size != 1 or zero.item() != int(zero.item()) or not low <= zero.item() <= high:
        step.refuse(
            f"scale {scale.ravel()}, zero point {zero.ravel()} of a tensor", "one scale, an integer in the range"
        )
    symmetric = narrow and signed
    if symmetric and zero.item():
        step.refuse(f"zero point {zero.item()} of a narrow range", "0")
    format = FixedPoint(width, signed=signed, symmetric=symmetric)
    quantiser = FixedPointQuantiser(format=format, scale=np.array(scale.item()), zero_point=int(zero.item()))
    return rounded(builder, step, step.tensor(), quantiser, State.ROUNDED)


def _bipolar(builder: GraphBuilder, step: Step) -> Any:
    """BipolarQuant of QONNX: plus and minus one step."""
    scale = _scale(step, 1)
    if isinstance(step.inputs[0], Tensor):
        step.refuse("a tensor has codes of one bit", "Quant of 2 bits and more")
    values = step.real(step.inputs[0], "input 0")
    return Grid.of(np.where(values >= 0, 1.0, -1.0), scale.ravel(), _only_axis(step, scale), 2)


def _transposed(builder: GraphBuilder, step: Step) -> Any:
    """Transpose of a grid, which stays one."""
    grid = step.inputs[0]
    return moved(grid, tuple(step.attributes.get("perm", range(grid.ndim)[::-1])))


def _scale(step: Step, index: int) -> NDArray[np.float64]:
    scale = step.constant(index)
    if scale is None or (scale <= 0).any():
        step.refuse(f"scale is {None if scale is None else scale.ravel()[:4]}", "numbers > 0")
    return np.asarray(scale, np.float64)


def _zero(step: Step, index: int) -> tuple[NDArray[np.float64], tuple[int, bool]]:
    """Zero point, and (bits, signed) of its type."""
    given = step.inputs[index] if index < len(step.inputs) else None
    if given is None:
        stated = step.attributes.get("output_dtype", onnx.TensorProto.UINT8)
        dtype = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(stated or onnx.TensorProto.UINT8))
        zero = np.zeros(1)
    else:
        dtype, zero = np.asarray(given).dtype, step.constant(index)
    bits = _bits(dtype)
    if bits is None or bits > 16:
        step.refuse(f"type of the zero point is {dtype}", "integers of 2 to 16 bits")
    return zero, (bits, not dtype.name.startswith("u"))


def _bits(dtype: Any) -> int | None:
    """Of an integer type, None for others."""
    digits = "".join(filter(str.isdigit, dtype.name))
    return int(digits) if "int" in dtype.name and digits else None


def _axis(step: Step, rank: int) -> int:
    axis = step.attributes.get("axis", 1)
    if not isinstance(axis, int):
        step.refuse(f"axis is {axis!r}", "an integer")
    return axis % rank if rank and -rank <= axis < rank else 0


def _only_axis(step: Step, scale: NDArray[np.float64]) -> int:
    """The axis along which a scale of several numbers lies."""
    long = [axis for axis, length in enumerate(scale.shape) if length != 1]
    if len(long) > 1 or (long and scale.ndim != np.ndim(step.inputs[0])):
        step.refuse(f"scale of shape {scale.shape}", "numbers along one axis of the weights")
    return long[0] if long else 0


def _along(values: NDArray[np.float64], axis: int, rank: int) -> NDArray[np.float64]:
    """Numbers along an axis, so that they broadcast."""
    if values.size == 1:
        return values.reshape(())
    return values.reshape([-1 if place == axis else 1 for place in range(rank)])


#: By domain and operator; they take constants as well as tensors.
ROUNDING: dict[tuple[str, str], Callable[[GraphBuilder, Step], Any]] = {
    ("", "DequantizeLinear"): _dequantize,
    ("", "QuantizeLinear"): _quantize,
    ("", "Transpose"): _transposed,
    **{
        (domain, op): operator
        for domain in ("qonnx.custom_op.general", "onnx.brevitas")
        for op, operator in (("BipolarQuant", _bipolar), ("Quant", _quant))
    },
}
