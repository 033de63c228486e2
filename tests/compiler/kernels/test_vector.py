"""Pooling, copies, sums and products of tensors, tables and terms on golden's machine against NumPy."""

import numpy as np
import pytest

from lowtide.common.records.execute import Operand, Source
from lowtide.compiler.kernels.requantise import Requantisation, Second
from lowtide.compiler.kernels.vector import copy, pool
from lowtide.compiler.layouts.layout import Layout
from lowtide.golden.reveal import top_terms
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig

from machine_layers import run_kernel
from numpy_layers import limited_shift, pooled

ARRAY = ArrayConfig(name="array", rows=4, cols=4, lanes=4)
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 14, post=POST)


def layout(rows, columns, channels, base=0, **fields):
    return Layout.of(rows, columns, channels, array_rows=4, base=base, **{"values": 4} | fields)


def codes(rng, form):
    low, high = (-(1 << form.bits - 1), 1 << form.bits - 1) if form.signed else (0, 1 << form.bits)
    return rng.integers(low, high, (form.rows, form.columns, form.channels))


@pytest.mark.parametrize("number", range(20))
def test_random_pools(number):
    rng = np.random.default_rng([3, number])
    reduce, signed = Source(rng.integers(1, 3)), bool(rng.integers(2))
    window, stride = tuple(rng.integers(1, 4, 2)), tuple(rng.integers(1, 3, 2))
    padding = tuple(int(rng.integers(0, each)) for each in window)
    size = tuple((9 + padding[axis] - window[axis]) // stride[axis] + 1 for axis in range(2))
    zero = int(rng.integers(-9, 9)) if signed else int(rng.integers(9))
    bits, values = ((8, 4), (16, 2), (8, 3))[rng.integers(3)]
    source = layout(9, 9, 6, signed=signed, bits=bits, values=values, reader_columns=size[1])
    target = layout(*size, 6, base=source.end, signed=True, bits=16, values=2)
    x = codes(rng, source)
    rules = Requantisation(multiplier=rng.integers(1, 999, 6), shift=10, low=-4000, high=5000, zero=17)
    geometry = dict(stride=stride, padding=padding)
    kernel = pool(CONFIG, source, target, reduce=reduce, size=window, zero=zero, requantise=rules, **geometry)
    if reduce == Source.VECTOR_SUM:
        sums = pooled(x - zero, window, size, reduce=np.sum, fill=0, **geometry)
    else:
        fill = -(1 << bits - 1) if signed else 0
        sums = pooled(x, window, size, reduce=np.max, fill=fill, **geometry) - zero
    expected = limited_shift(sums, rules.multiplier, 10, -4000, 5000) + 17
    assert np.array_equal(run_kernel(CONFIG, kernel, [(source, x)], target), expected)


@pytest.mark.parametrize("what", [Operand.ADD, Operand.PRODUCT])
@pytest.mark.parametrize("signed", [False, True])
def test_sums_and_products_of_tensors(what, signed):
    rng = np.random.default_rng(int(what))
    source = layout(5, 6, 7)
    other = layout(5, 6, 7, base=source.end, signed=signed)
    target = layout(5, 6, 7, base=other.end)
    x, b = codes(rng, source), codes(rng, other)
    second = Second(
        layout=other,
        what=what,
        zero=-3,
        own=900,
        other=1234,
        shift=11 if what == Operand.ADD else 17,
        low=-100,
        high=120,
    )
    rules = Requantisation(zero=100, second=second)
    kernel = copy(CONFIG, source, target, zero=5, requantise=rules)
    sums = (x - 5) * 900 + (b + 3) * 1234 if what == Operand.ADD else (x - 5) * (b + 3) * 900
    expected = limited_shift(sums, 1, second.shift, -100, 120) + 100
    assert np.array_equal(run_kernel(CONFIG, kernel, [(source, x), (other, b)], target), expected)


def test_tables_and_terms():
    rng = np.random.default_rng(0)
    source = layout(4, 4, 8, signed=True)
    target = layout(4, 4, 8, base=source.end, signed=True)
    x, table = codes(rng, source), rng.integers(-128, 128, 256)
    kernel = copy(CONFIG, source, target, requantise=Requantisation(table=table))
    assert np.array_equal(run_kernel(CONFIG, kernel, [(source, x)], target), table[x & 255])
    kernel = copy(CONFIG, source, target, requantise=Requantisation(top_terms=2))
    expected = np.clip(top_terms(x, 2), -128, 127)
    assert np.array_equal(run_kernel(CONFIG, kernel, [(source, x)], target), expected)


def test_copies_change_the_form():
    """From rows stored together to rows stored apart, and back by a pool that strides."""
    rng = np.random.default_rng(0)
    source = layout(7, 7, 5)
    apart = layout(7, 7, 5, base=source.end, apart=2)
    x = codes(rng, source)
    assert np.array_equal(run_kernel(CONFIG, copy(CONFIG, source, apart), [(source, x)], apart), x)
    target = layout(4, 4, 5, base=apart.end)
    kernel = pool(CONFIG, apart, target, reduce=Source.VECTOR_MAX, size=(1, 1), stride=(2, 2))
    assert np.array_equal(run_kernel(CONFIG, kernel, [(apart, x)], target), x[::2, ::2])


def test_parts_of_a_concatenation():
    rng = np.random.default_rng(0)
    source, whole = layout(3, 5, 6), layout(3, 5, 14, base=100)
    x = codes(rng, source)
    found = run_kernel(CONFIG, copy(CONFIG, source, whole.channels_from(8, 6)), [(source, x)], whole)
    assert np.array_equal(found[..., 8:], x)
    with pytest.raises(ValueError, match="first is 6, allowed with 14 channels are multiples of 4"):
        whole.channels_from(6, 6)


def test_neighbouring_columns():
    rng = np.random.default_rng(0)
    source = layout(3, 9, 6)
    target = layout(3, 4, 6, base=source.end)
    x = codes(rng, source)
    found = run_kernel(CONFIG, copy(CONFIG, source.columns_from(2, 4), target), [(source, x)], target)
    assert np.array_equal(found, x[:, 2:6])
    with pytest.raises(ValueError, match="first is 7, allowed with 9 columns are multiples of 1 below"):
        layout(3, 9, 6).columns_from(7, 3)
    with pytest.raises(ValueError, match="first is 3, allowed with 9 columns are multiples of 2 below"):
        layout(3, 9, 6, apart=2).columns_from(3, 3)


@pytest.mark.parametrize(
    "make, line",
    [
        (lambda: copy(CONFIG, layout(3, 3, 4), layout(3, 2, 4)), "the output has 3 x 2 pixels, allowed are 3 x 3"),
        (lambda: copy(CONFIG, layout(3, 3, 4), layout(3, 3, 5)), "channels of the output is 5, allowed is 4"),
        (lambda: copy(CONFIG, layout(3, 3, 4, apart=2), layout(3, 3, 4)), "stride is 1, allowed where"),
        (lambda: copy(CONFIG, layout(3, 3, 4, values=8), layout(3, 3, 4)), "values of the input is 8"),
        (lambda: copy(CONFIG, layout(3, 3, 4, planes=True), layout(3, 3, 4)), "the input lies in bit planes"),
        (
            lambda: pool(CONFIG, layout(3, 3, 4), layout(3, 3, 4), reduce=Source.ENGINE, size=(1, 1)),
            "reduce is 0 .ENGINE., allowed are 1",
        ),
        (
            lambda: Requantisation(second=Second(layout=layout(3, 3, 4), what=Operand.ADD)).fields(layout(3, 2, 4)),
            "columns of the second tensor is 3, allowed is 2",
        ),
        (
            lambda: Requantisation(second=Second(layout=layout(3, 3, 4, apart=2), what=Operand.ADD)).fields(
                layout(3, 3, 4)
            ),
            "the second tensor is in planes or stored apart",
        ),
    ],
)
def test_refusals_are_one_line(make, line):
    with pytest.raises(ValueError, match=line) as refusal:
        make()
    assert "\n" not in str(refusal.value)


def test_machines_without_a_vector_source_are_refused():
    config = AcceleratorConfig(name="plain", array=ARRAY, post=("operand",))
    with pytest.raises(ValueError, match="post of plain is operand, allowed for this layer is one with vector"):
        copy(config, layout(3, 3, 4), layout(3, 3, 4))
