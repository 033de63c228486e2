"""mnist-8 step by step through records on golden's machine: the integers of the integer network."""

import numpy as np
import pytest

from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.workloads.data.mnist import mnist
from lowtide.workloads.networks.mnist_cnn import mnist_cnn, prepare

from network_records import check_steps


@pytest.mark.parametrize("bits", [8, 4])
def test_every_step_of_mnist_8_is_the_integer_networks(bits):
    pictures = prepare(mnist().test[:203])
    network = quantise_graph(mnist_cnn(), pictures[3:], Plan(output="quantised", weights=FixedPoint(bits)))
    array = ArrayConfig(name="of_mnist", rows=8, cols=4, lanes=4)
    config = AcceleratorConfig(name="machine", array=array, feature_bytes=1 << 16, weight_bytes=1 << 15, post=POST)
    done = check_steps(network, np.asarray(pictures[:3]), config, Mode())
    assert done.count("conv") == 2 and done.count("max_pool") == 2 and done.count("linear") == 1
