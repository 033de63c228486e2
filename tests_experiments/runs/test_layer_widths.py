"""The layers whose widths are searched, of a network that is fetched."""

from lowtide.experiments.runs.widths import layer_widths
from lowtide.experiments.runs.widths.bits_per_layer import LAYERS
from lowtide.experiments.runs.widths.layer_widths import layers_of


def test_data_behind_a_pooling_are_narrowed_where_they_are_rounded():
    assert layers_of("mnist_cnn") == list(LAYERS["mnist_cnn"])
    found = layer_widths._tensors("mnist_cnn")
    assert [data for pairs in found.values() for _, data in pairs] == ["Input3", "ReLU32_Output_0", "ReLU114_Output_0"]
