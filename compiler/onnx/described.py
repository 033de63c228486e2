"""What every ONNX operator becomes, in words and as a table: its nodes of a graph, its limits, where these run.

The compiler refuses nodes that the machine does not run. The tests hold imports to the nodes that are stated here.
"""

from dataclasses import dataclass

from lowtide.common.markdown import table
from lowtide.golden.network.floating.functions import FUNCTIONS
from lowtide.golden.network.quantised.steps import WEIGHTED

from ..steps.moves import MOVES as MOVED
from ..steps.vector_steps import VECTOR_STEPS
from .operators.known import OPERATORS, REFUSED
from .operators.recurrent import MOST_STEPS
from .quantised.integer_operators import INTEGER_OPERATORS
from .quantised.quantisation import ROUNDING

__all__ = ["DESCRIBED", "Described", "operator_table", "quantised_table", "refused_table"]


@dataclass(frozen=True)
class Described:
    """An operator.

    Parameters
    ----------
    nodes : tuple of str
        Ops of the nodes that it may become; none if it only says where values lie.
    limits : str
        What is allowed of it, "" for all.
    """

    nodes: tuple[str, ...] = ()
    limits: str = ""


_LIMITS = Described(("relu", "relu6", "clip"))
_CONSTANTS = ("batch_norm", "reshape", "formula")
_ANY = "constants of any shape that broadcasts; two tensors that are alike"

_UNROLLED = ("linear", "slice", "batch_norm", "add", "mul", "sigmoid", "tanh", "concat")
_RECURRENT = (
    f"a stated number of steps, at most {MOST_STEPS} in a model, each direction of each layer counted; constant "
    "weights and initial states; default activations, no clip, no sequence_lens"
)

#: By name of the operator.
DESCRIBED: dict[str, Described] = {
    "Abs": Described(("abs",)),
    "Add": Described(("add", *_CONSTANTS), _ANY),
    "ArgMax": Described(
        ("largest_places",), "of a vector; select_last_index = 0; without keepdims [batch] is [batch, 1]"
    ),
    "AveragePool": Described(("average_pool", "pad"), "one or two axes; no dilations; ceil_mode or count_include_pad"),
    "BatchNormalization": Described(("batch_norm",), "inference"),
    "Cast": Described((), "to a type of real numbers"),
    "Clip": Described(_LIMITS.nodes, "one number for each limit"),
    "Concat": Described(("concat",), "tensors; any axis but the batch's"),
    "Conv": Described(("conv",), "one or two axes"),
    "DepthToSpace": Described(("reshape", "transpose"), "the host moves what leaves its pixel"),
    "Div": Described(_CONSTANTS, "by a constant, or of two functions of one tensor"),
    "Dropout": Described((), "inference"),
    "Elu": Described(("elu",)),
    "Erf": Described(("erf",)),
    "Exp": Described(("exp",)),
    "Expand": Described((), "to the shape that there is"),
    "Flatten": Described(("flatten",), "axis 1"),
    "GRU": Described(
        (*_UNROLLED, "formula"),
        f"{_RECURRENT}; both values of linear_before_reset",
    ),
    "Gather": Described(("slice", "flatten"), "constant places that rise at equal distances"),
    "Gelu": Described(("gelu", "gelu_tanh")),
    "Gemm": Described(("linear",), "a constant matrix; transA = 0"),
    "GlobalAveragePool": Described(("global_average_pool",), "one or two axes"),
    "GlobalMaxPool": Described(("max_pool",), "one or two axes"),
    "HardSigmoid": Described(("hard_sigmoid",)),
    "HardSwish": Described(("hard_swish",)),
    "Identity": Described(()),
    "LSTM": Described(_UNROLLED, f"{_RECURRENT}; no peepholes, input_forget = 0"),
    "LayerNormalization": Described(("layer_norm",), "over the last axis"),
    "LeakyRelu": Described(("leaky_relu",)),
    "MatMul": Described(("linear", "matmul"), "a constant matrix on the right, or two tensors of as many axes"),
    "Max": Described(_LIMITS.nodes, "a tensor and numbers"),
    "MaxPool": Described(("max_pool",), "one or two axes; no dilations; the first output"),
    "Min": Described(_LIMITS.nodes, "a tensor and numbers"),
    "Mish": Described(("mish",)),
    "Mul": Described(("mul", *_CONSTANTS), f"{_ANY}, or a picture and a factor for each channel"),
    "Neg": Described(_CONSTANTS),
    "PRelu": Described(("leaky_relu", "relu", "clip", "batch_norm", "add"), "one slope, or one for each channel"),
    "Pad": Described(("pad",), "zeros around pictures; part of a convolution behind it"),
    "Pow": Described(("formula",), "to a constant number"),
    "RNN": Described(tuple(op for op in _UNROLLED if op not in ("sigmoid", "mul")), _RECURRENT),
    "Reciprocal": Described(("formula",)),
    "ReduceMean": Described(("global_average_pool",), "over one or two axes, one stays"),
    "Relu": Described(_LIMITS.nodes),
    "Reshape": Described(("flatten", "reshape", "transpose"), "a stated shape, the batch first"),
    "Resize": Described(("upsample",), "nearest, by whole factors"),
    "Selu": Described(("formula",)),
    "Shape": Described((), "a batch that is not stated is one"),
    "Sigmoid": Described(("sigmoid",)),
    "Slice": Described(("slice",), "steps of 1 and more"),
    "Softmax": Described(("softmax",), "over one axis"),
    "Softplus": Described(("softplus",)),
    "Softsign": Described(("formula",)),
    "SpaceToDepth": Described(("reshape", "transpose"), "the host moves what leaves its pixel"),
    "Split": Described(("slice",), "any axis but the batch's"),
    "Sqrt": Described(("formula",)),
    "Squeeze": Described(("flatten",)),
    "Sub": Described(("add", *_CONSTANTS), _ANY),
    "Sum": Described(("add", *_CONSTANTS), "tensors that are alike, or one and constants"),
    "Tanh": Described(("tanh",)),
    "TopK": Described(("largest", "largest_places"), "of a vector; a constant k; largest = 1"),
    "Transpose": Described((), "the batch first where the next operator needs it so"),
    "Unsqueeze": Described(()),
    "Upsample": Described(("upsample",), "nearest, by whole factors"),
}

MOVES = ("transpose", "reshape")  #: nodes that any operator may need where values lie in another order
#: Which nodes of an op the machine runs, where it does not run all.
_PARTLY = {
    "largest": "where top_k is built",
    "largest_places": "where top_k is built",
    "matmul": "of kinds whose weights lie as data do; it takes in what splits and joins heads of whole atoms",
    "reshape": "that keeps the channels of pixels together",
    "slice": "of pixels, all channels",
    "softmax": "by tables, of up to 128 values",
    "transpose": "that keeps the channels of pixels together",
}
_ON_MACHINE = (*WEIGHTED, "concat", "flatten", "matmul", "relu", "relu6", *MOVED, "softmax", *VECTOR_STEPS)


def operator_table() -> str:
    """The operators of float models, as a Markdown table."""
    rows = []
    for name in OPERATORS:
        known = DESCRIBED[name]
        nodes = list(known.nodes)
        missing = [node for node in nodes if node not in _ON_MACHINE]
        where = (
            "nothing to run" if not nodes else "machine" if not missing else f"not on the machine: {_words(missing)}"
        )
        partly = [f"`{node}` {_PARTLY[node]}" for node in nodes if node in _PARTLY and node not in missing]
        where += f" ({'; '.join(partly)})" * bool(partly)
        tables = [node for node in nodes if node in FUNCTIONS]
        where += ", a table" * (where == "machine" and len(tables) == len(nodes))
        rows.append((f"`{name}`", _words(nodes) or "-", where, known.limits or "-"))
    return table(("operator", "nodes of the graph", "runs on", "allowed"), rows)


def quantised_table() -> str:
    """The operators of quantised models, as a Markdown table."""
    rounding = [key for key in ROUNDING if key[1] != "Transpose"]
    rows = [(f"`{op}`", _domain(domain), "rounds a tensor or a constant") for domain, op in rounding]
    rows += [(f"`{op}`", _domain(domain), "taken apart: real numbers, rounded") for domain, op in INTEGER_OPERATORS]
    return table(("operator", "domain", "what becomes of it"), sorted(rows))


def refused_table() -> str:
    """Well-known operators that are refused, as a Markdown table."""
    rows = [(f"`{name}`", reason, fit) for name, (reason, fit) in REFUSED.items()]
    return table(("operator", "why", "what would fit"), rows)


def _words(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _domain(domain: str) -> str:
    return domain or "ONNX"
