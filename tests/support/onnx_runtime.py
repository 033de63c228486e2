"""ONNX Runtime as a reference, so that it computes the same on every processor."""

import numpy as np
import onnxruntime

__all__ = ["run", "session"]


def session(model, *, optimised=True):
    """A session of a model, the only way in which tests open one.

    On x86 processors without VNNI instructions ONNX Runtime multiplies 8-bit integers with an instruction that adds two
    products in 16 bits and saturates: results are up to 26 steps off at the end of a network. The entry
    ``session.x64quantprecision`` takes kernels that do not saturate, at the same level of optimisation. Without fused
    integer kernels (level BASIC and below) there is no saturation either, but sums in float32, a step off now and then.

    Parameters
    ----------
    model : onnx.ModelProto
    optimised : bool
        False: every node is computed as it stands, so that tensors can be compared one by one.

    Returns
    -------
    onnxruntime.InferenceSession
        With one thread.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.x64quantprecision", "1")
    if not optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def run(model, x, *, optimised=True):
    """The first output of a model for its only input, float32 like it."""
    opened = session(model, optimised=optimised)
    return opened.run(None, {opened.get_inputs()[0].name: np.asarray(x, np.float32)})[0]
