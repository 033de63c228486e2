"""The fetched and trained networks compute what their references compute, as well as they are known to."""

import numpy as np
import onnx
import torch
from onnx.reference import ReferenceEvaluator

from lowtide.workloads.data.mnist import mnist
from lowtide.workloads.data.pictures import imagenet, prepare
from lowtide.workloads.networks import mnist_cnn, mnist_mlp
from lowtide.workloads.networks.efficientnet_lite0 import efficientnet_lite0, reference


def right(scores, labels):
    return np.mean(scores.argmax(axis=1) == labels)


def test_mnist_perceptron_names_more_than_97_in_a_hundred():
    data, graph = mnist(), mnist_mlp.mnist_mlp()
    assert graph.shape == (784,) and graph.nodes[0].weight.shape == (784, 512)
    assert right(graph.run(mnist_mlp.prepare(data.test)), data.test_labels) > 0.97


def test_mnist_8_names_99_in_a_hundred():
    data, graph = mnist(), mnist_cnn.mnist_cnn()
    assert [node.op for node in graph.nodes] == ["conv", "relu", "max_pool"] * 2 + ["flatten", "linear"]
    assert right(graph.run(mnist_cnn.prepare(data.test)), data.test_labels) > 0.99


def test_mnist_8_agrees_with_onnx_on_the_stored_and_other_pictures():
    folder, graph = mnist_cnn.model_file().parent / "test_data_set_0", mnist_cnn.mnist_cnn()
    (stored,) = (
        onnx.numpy_helper.to_array(onnx.TensorProto.FromString(path.read_bytes())) for path in folder.glob("input_0.pb")
    )
    (scores,) = (
        onnx.numpy_helper.to_array(onnx.TensorProto.FromString(path.read_bytes()))
        for path in folder.glob("output_0.pb")
    )
    assert stored.max() == 255  # the scale of the pixels
    assert np.allclose(graph.run(stored.reshape(1, 28, 28, 1)), scores, rtol=1e-5, atol=1e-2)
    evaluator = ReferenceEvaluator(str(mnist_cnn.model_file()))
    for picture in mnist_cnn.prepare(mnist().test[:20]):
        expected = evaluator.run(None, {"Input3": picture.reshape(1, 1, 28, 28)})[0]
        found = graph.run(picture[None].astype(np.float64))
        assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()


def test_efficientnet_equals_its_pytorch_reference():
    x = np.random.default_rng(0).uniform(-1, 1, (2, 224, 224, 3)).astype(np.float32)
    with torch.no_grad():
        expected = reference()(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy()
    found = efficientnet_lite0().run(x)
    assert found.shape == (2, 1000) and found.dtype == np.float32
    assert np.abs(found - expected).max() < 1e-4 * np.abs(expected).max()


def test_efficientnet_has_the_published_size():
    graph = efficientnet_lite0()
    operations = [node.op for node in graph.nodes]
    assert [operations.count(op) for op in ("conv", "batch_norm", "relu6", "add", "linear")] == [49, 49, 33, 9, 1]
    trained = {"conv": ("weight",), "batch_norm": ("weight", "bias"), "linear": ("weight", "bias")}
    assert sum(getattr(node, part).size for node in graph.nodes for part in trained.get(node.op, ())) == 4_652_008
    padded = graph.node("block1.depthwise.conv")
    assert padded.attributes == {"stride": (2, 2), "padding": (0, 0, 1, 1), "dilation": (1, 1), "groups": 96}


def test_efficientnet_names_18_of_the_20_pictures():
    pictures = imagenet()
    scores = efficientnet_lite0().run(np.stack([prepare(picture) for picture in pictures.pictures]))
    assert np.sum(scores.argmax(axis=1) == pictures.labels) == 18
