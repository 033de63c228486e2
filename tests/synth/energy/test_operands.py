"""The operands that energy is measured with: what the digits network multiplies in each mode."""

import numpy as np
import pytest

from lowtide.hw import find
from lowtide.hw.config.named import representative
from lowtide.hw.mode.formats import stored_range
from lowtide.hw.pe import KINDS
from lowtide.synth.designs.conventional import conventional
from lowtide.synth.energy.operands import IMAGES, LAYERS, OUTPUTS, measurable, operands
from lowtide.workloads.digits.network import digits, load

from priced_modes import by_name

FLEXIBLE = [representative(kind).name for kind in KINDS]


def of(name, mode):
    config = find(name)
    return operands(config, by_name(config)[mode])


@pytest.mark.parametrize("name", FLEXIBLE)
def test_every_mode_has_operands_that_fill_the_array(name):
    config = find(name)
    measured = measurable(config).values()
    for label, mode in by_name(config).items():
        if mode not in measured:
            with pytest.raises(ValueError, match="w_signed is 0, allowed is 1"):
                operands(config, mode)
            continue
        for each in operands(config, mode):
            config.check_mode(each.mode)
            assert each.x.shape == (IMAGES, 64) and each.w.shape == (64, OUTPUTS), label
            assert 64 % config.values_per_beat(each.mode) == 0, label
            assert config.cycles_per_beat(each.mode) == config.cycles_per_beat(mode), label
            for values, side in ((each.x, "x"), (each.w, "w")):
                least, most = stored_range(each.mode, side)
                assert least <= values.min() < values.max() <= most, label
            assert each.multiplications == IMAGES * 64 * OUTPUTS


def test_eight_bits_are_the_network_within_half_a_step():
    """Pixels and weights as trained, each rounded to a scale of its own; the activations within three steps."""
    network, pixels = load(), digits().test[:IMAGES]
    activations = network.activations(pixels)
    for layer, each in zip(LAYERS, of("parallel_8x8_l8", "int8"), strict=True):
        w = network.weights[layer][:, :OUTPUTS]
        assert np.abs(each.w - w / np.abs(network.weights[layer]).max() * 127).max() <= 0.5
        x = activations[layer]
        scale = (x * each.x).sum() / (each.x.astype(float) ** 2).sum()
        assert np.abs(each.x * scale - x).max() <= 3 * x.max() / 255


def test_codebooks_are_decoded_and_stay_within_16_integers():
    for each in of("parallel_8x8_flex", "codebook16"):
        assert each.mode.w_format == "plain"
        assert 8 < len(np.unique(each.w)) <= 16


def test_binary_data_say_what_is_above_the_mean():
    first = of("bit_plane_8x8_flex", "binary x binary")[0]
    pixels = digits().test[:IMAGES] / 16
    assert np.array_equal(first.x, pixels > pixels.mean())
    assert set(np.unique(first.w)) == {0, 1}


def test_signed_data_of_two_bits_are_the_binary_ones():
    """What ±1 is compared with: the same products as integers."""
    config, *_ = conventional(2, 2, x_signed=True)
    for integers, bits in zip(
        operands(config, config.modes()[0]), of("bit_plane_8x8_flex", "binary x binary"), strict=True
    ):
        config.check_mode(integers.mode)
        assert np.array_equal(integers.x, 2 * bits.x - 1) and np.array_equal(integers.w, 2 * bits.w - 1)


def test_block_floating_comes_closer_than_integers():
    """x w 2^-(dx + dw) is the real product but for a scale; exponents save what small chunks would lose."""
    network, pixels = load(), digits().test[:IMAGES]
    blocks, integers = of("fused_8x8_flex", "block floating b=1 e=3"), of("fused_8x8_flex", "int8")
    for layer, block, integer in zip(LAYERS, blocks, integers, strict=True):
        x, w = network.activations(pixels)[layer], network.weights[layer][:, :OUTPUTS]
        assert [each.shape for each in block.exponents] == [x.shape, w.shape]  # chunks of one value
        x_exponents, w_exponents = (each.astype(float) for each in block.exponents)
        errors = []
        for real, found in (
            (x, block.x * 2.0**-x_exponents),
            (w, block.w * 2.0**-w_exponents),
            (x, integer.x),
            (w, integer.w),
        ):
            scale = (real * found).sum() / (found**2.0).sum()
            errors.append(np.abs(real - scale * found).mean())
        assert errors[0] < errors[2] and errors[1] < errors[3] / 2


def test_weights_without_sign_are_refused():
    config = find("parallel_8x8_l8_all_types")
    with pytest.raises(ValueError, match="^w_signed is 0, allowed is 1: "):
        operands(config, config.modes()[0].change(w_signed=False))
