"""Files and models that are not as ONNX defines them are refused in one line; old ones are raised."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lowtide.compiler.onnx.importer import import_onnx
from lowtide.compiler.onnx.model.source import read_model

import onnx_runtime
from onnx_models import PICTURE, changed_bytes_are_refused_or_read, check, draws, model, refused, runtime
from recurrent_models import recurrent

RNG = np.random.default_rng(5)
real = draws(RNG)


def small():
    nodes = [("Conv", "x w b", "c", {}), ("Relu", "c", "r", {}), ("GlobalAveragePool", "r", "y", {})]
    return model(nodes, PICTURE, {"w": real(4, 3, 3, 3), "b": real(4)})


def attribute(name, value):
    """What gives the convolution one more attribute."""
    return lambda made: made.graph.node[0].attribute.append(helper.make_attribute(name, value))


def test_initialisers_that_are_inputs_too_are_constants():
    made = small()
    made.ir_version = 3
    for tensor in made.graph.initializer:
        made.graph.input.append(helper.make_tensor_value_info(tensor.name, TensorProto.FLOAT, tensor.dims))
    made.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 4, 1, 1]))
    assert [node.op for node in check(made, runtime).nodes] == ["conv", "relu", "global_average_pool"]


def test_sums_of_operator_sets_before_seven_say_where_their_second_tensor_lies():
    """Runtimes do not take these sets any more."""
    bias = real(3)
    made = model([("Add", "x b", "y", {"broadcast": 1, "axis": 1})], PICTURE, {"b": bias}, version=6)
    x = real(2, 7, 6, 3)
    assert np.allclose(import_onnx(made).run(x), x + bias, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda made: made.ClearField("ir_version"), r"IR version of the model is 0, allowed are 3\.\."),
        (lambda made: setattr(made, "ir_version", 99), r"IR version of the model is 99, allowed are"),
        (lambda made: setattr(made.opset_import[0], "version", 99), "operator set of the model is 99, allowed are 1"),
        (lambda made: setattr(made.opset_import[0], "version", -1), "operator set of the model is -1"),
        (lambda made: made.graph.ClearField("node"), "model has no nodes"),
        (lambda made: made.functions.add(name="f"), "function is f, allowed are models without"),
        (lambda made: made.graph.sparse_initializer.add().values.__setattr__("name", "s"), "initialiser s is sparse"),
        (lambda made: made.graph.initializer.append(made.graph.initializer[0]), "initialiser w is there twice"),
        (lambda made: made.graph.node[0].input.__setitem__(0, "r"), "input r of Conv node0 depends on its own output"),
        (lambda made: made.graph.node[1].input.__setitem__(0, "r"), "input r of Relu node1 depends on its own output"),
        (lambda made: made.graph.node.reverse(), "input of GlobalAveragePool node2 is r, which a later node makes"),
        (lambda made: made.graph.node[1].input.__setitem__(0, "q"), "input of Relu node1 is q, which nothing makes"),
        (lambda made: made.graph.node[1].output.__setitem__(0, "c"), "output of Relu node1 is c, which is there"),
        (lambda made: made.graph.node[1].output.__setitem__(0, "w"), "output of Relu node1 is w, which is there"),
        (lambda made: made.graph.node[1].ClearField("output"), "Relu node1 makes nothing"),
        (lambda made: setattr(made.graph.output[0], "name", "q"), "output is q, which nothing makes"),
        (
            attribute("body", helper.make_graph([], "g", [], [])),
            "body of Conv node0 is a graph",
        ),
        (
            attribute("kernel_shape", "three"),
            "Conv node0 is not as ONNX defines it: Mismatched attribute type",
        ),
        (
            attribute("size", 3),
            "Conv node0 is not as ONNX defines it: Unrecognized attribute: size",
        ),
        (lambda made: made.graph.node[0].ClearField("input"), "Conv node0 is not as ONNX|Conv node0 of constants"),
        (attribute("strides", [0, 1]), "Conv c: stride"),
        (attribute("pads", [-1, 0, 0, 0]), "Conv c: padd"),
        (attribute("pads", [1, 1]), "Conv c: padding"),
        (
            attribute("pads", [1 << 40] * 4),
            r"output of Conv node0 has shape \[1, 4, 2199023255557, .*allowed are at most",
        ),
        (
            lambda made: made.graph.input[0].type.tensor_type.shape.dim[2].__setattr__("dim_value", 1 << 40),
            r"input x has shape \[3, 1099511627776, 6\], allowed are at most",
        ),
        (
            lambda made: made.graph.input[0].type.tensor_type.shape.dim[2].__setattr__("dim_value", -7),
            r"input x has shape \[0, 3, -7, 6\], allowed are",
        ),
        (
            lambda made: setattr(made.graph.input[0].type.tensor_type, "elem_type", TensorProto.STRING),
            "input x has elements of type 8, allowed are real",
        ),
        (lambda made: setattr(made.graph.node[0], "name", "two\nlines"), r"a name is 'two\\nlines', allowed are char"),
        (lambda made: made.graph.input.add(name="z"), r"inputs are \['x', 'z'\], allowed is one"),
    ],
)  # fmt: skip
def test_a_hostile_model_is_refused(change, message):
    made = small()
    assert import_onnx(made)
    change(made)
    refused(made, message)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("name", "place"), [("w", "input 1"), ("b", "input 2")])
def test_weights_are_finite(value, name, place):
    made = small()
    array = real(4, 3, 3, 3) if name == "w" else real(4)
    array.flat[-1] = value
    next(tensor for tensor in made.graph.initializer if tensor.name == name).CopyFrom(
        numpy_helper.from_array(array, name)
    )
    refused(made, rf"{place} is {value} at \[3.*\] of Conv c, allowed is finite numbers")


def test_factors_of_attributes_are_finite():
    refused(
        model([("Gemm", "x w", "y", {"alpha": np.nan})], ["N", 4], {"w": real(4, 2)}), "weight is nan at .* of Gemm y"
    )


def test_a_file_that_is_cut_anywhere_is_refused(tmp_path):
    path, whole = tmp_path / "model.onnx", small().SerializeToString()
    path.write_bytes(whole)
    assert import_onnx(path).output == import_onnx(str(path)).output == "y"
    for length in [0, 1, *RNG.integers(2, len(whole), 60)]:
        path.write_bytes(whole[:length])
        refused(path, ".")
    path.write_bytes(b"not a model")
    refused(path, "model is .*model.onnx, which is no whole ONNX model")
    refused(tmp_path, "allowed is a file")
    with pytest.raises(FileNotFoundError):
        import_onnx(tmp_path / "missing.onnx")


def test_changed_bytes_make_a_value_error_or_another_graph():
    changed_bytes_are_refused_or_read(small(), import_onnx, RNG)


def outside(made, **stated):
    """The model with its weights in a file of their own, as these fields state it."""
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    del tensor.external_data[:]
    for key, value in stated.items():
        tensor.external_data.add(key=key, value=str(value))
    return made


def test_weights_may_lie_beside_the_model(tmp_path):
    folder, made = tmp_path / "here", small()
    (folder / "deep").mkdir(parents=True)
    x, weights = real(2, 3, 7, 6), made.graph.initializer[0].raw_data
    expected = onnx_runtime.run(made, x)[..., 0, 0]
    path = folder / "model.onnx"
    (folder / "deep" / "w.bin").write_bytes(b"\0" * 64 + weights + b"\0" * 8)
    path.write_bytes(outside(made, location="deep/w.bin", offset=64, length=len(weights)).SerializeToString())
    found = import_onnx(path).run(x.transpose(0, 2, 3, 1))
    assert np.allclose(found, expected, atol=1e-5)
    refused(read_bytes(path), "tensor w lies in a file of its own, allowed with it is the path")


def read_bytes(path):
    return onnx.load_model_from_string(path.read_bytes())


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"location": "../secret"}, r"tensor w lies in '\.\./secret', allowed are files in the folder"),
        ({"location": "deep/../../secret"}, "allowed are files in the folder"),
        ({"location": "/etc/passwd"}, "allowed are files in the folder"),
        ({"location": "link"}, "tensor w lies in 'link', allowed are files in the folder"),
        ({}, "tensor w lies in '', allowed"),
        ({"location": "deep"}, "tensor w lies in 'deep', which is no file"),
        ({"location": "missing"}, "tensor w lies in 'missing', which is no file"),
        ({"location": "w.bin", "offset": "-1"}, "tensor w has offset '-1'"),
        ({"location": "w.bin", "length": "many"}, "and length 'many', allowed are integers"),
        ({"location": "w.bin", "offset": 8}, "tensor w of shape .* cannot be read"),
        (
            {"location": "w.bin", "length": 1 << 40},
            r"tensor w needs bytes 0\.\.1099511627776 of .*, which has 432",
        ),
        ({"location": "w.bin", "offset": 1 << 40}, "tensor w needs bytes 1099511627776.*, which has 432"),
    ],
)
def test_files_beyond_the_folder_and_wrong_places_are_refused(tmp_path, stated, message):
    folder, made = tmp_path / "here", small()
    (folder / "deep").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(made.graph.initializer[0].raw_data)
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "w.bin").write_bytes(made.graph.initializer[0].raw_data)
    (folder / "model.onnx").write_bytes(outside(made, **stated).SerializeToString())
    refused(folder / "model.onnx", message)


def test_the_batch_need_not_be_stated():
    for batch in ("N", 1, 5):
        source = read_model(model([("Relu", "x", "y", {})], [batch, 3]))
        assert source.sizes == (0 if batch == "N" else batch, 3) and source.version == 17
        assert check(model([("Relu", "x", "y", {})], [batch, 3])).shape == (3,)


def test_the_batch_is_second_where_steps_come_first():
    """As recurrent operators that read the input say."""
    names, constants = recurrent(np.random.default_rng(1), "GRU", 3, 2)
    attributes = {"hidden_size": 2}
    source = read_model(model([("GRU", names, "y", attributes)], [4, "N", 3], constants))
    assert source.batch_axis == 1 and source.sizes == (4, 0, 3)
    for nodes in (
        [("GRU", names, "y", attributes | {"layout": 1})],
        [("GRU", names, "h", attributes), ("Relu", "x", "r", {}), ("Add", "h r", "y", {})],
    ):
        assert read_model(model(nodes, ["N", 4, 3], constants)).batch_axis == 0
