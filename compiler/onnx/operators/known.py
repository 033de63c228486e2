"""The ONNX operators that an import knows, and the well-known ones that it refuses.

Each is a function of the `GraphBuilder` and a `Step` that returns the output's `Tensor`.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from ..graph.builder import Operator
from .arithmetic import ARITHMETIC
from .functions import FUNCTION_OPERATORS
from .largest import LARGEST_OPERATORS
from .parts import PARTS
from .pictures import PICTURES
from .products import PRODUCTS
from .recurrent import RECURRENT
from .shapes import SHAPES
from .windows import WINDOWS

__all__ = ["BATCH_ANYWHERE", "OPERATORS", "REFUSED"]

#: By name of the operator, in alphabetical order.
OPERATORS: dict[str, Operator] = dict(
    sorted(
        (
            ARITHMETIC
            | FUNCTION_OPERATORS
            | LARGEST_OPERATORS
            | PARTS
            | PICTURES
            | PRODUCTS
            | RECURRENT
            | SHAPES
            | WINDOWS
        ).items()
    )
)

#: Operators that take tensors whose batch is not the first axis.
BATCH_ANYWHERE = {
    *FUNCTION_OPERATORS,
    *PARTS,
    *RECURRENT,
    *(
        "Add",
        "Cast",
        "Dropout",
        "Identity",
        "LayerNormalization",
        "MatMul",
        "Mul",
        "Neg",
        "Reshape",
        "Shape",
        "Squeeze",
    ),
    *("Sub", "Sum", "Transpose"),
}

_BRANCHES = "what is computed depends on values", "a model exported for one branch and a stated number of steps"

#: Why an operator is refused, and what would fit.
REFUSED: dict[str, tuple[str, str]] = {
    "ArgMin": ("machines find the largest values", "Neg and ArgMax"),
    "ConvTranspose": (
        "windows write to several pixels, and a record computes each pixel once",
        "Resize (nearest) and Conv, or Conv and DepthToSpace",
    ),
    "GroupNormalization": ("means are taken of each picture", "BatchNormalization or LayerNormalization"),
    "If": _BRANCHES,
    "InstanceNormalization": ("means are taken of each picture", "BatchNormalization, which is folded"),
    "Loop": _BRANCHES,
    "LRN": ("sums go over neighbouring channels", "BatchNormalization"),
    "NonMaxSuppression": _BRANCHES,
    "Scan": _BRANCHES,
    "Where": ("a choice for each value is no table of one tensor", "Mul with a constant of 0 and 1, or Clip"),
}
