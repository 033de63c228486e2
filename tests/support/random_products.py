"""Random products of every kind: legal modes and arrays with operands, and triple loops that say what comes of them."""

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from lowtide.golden import (
    Array,
    Mode,
    max_terms,
)

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=100)


WIDE = {"x_width": 16, "w_width": 16}


PARALLEL = Array(kind="parallel", rows=4, cols=4, lanes=2, **WIDE)


TERM = Array(kind="term", rows=4, cols=4, lanes=2, group=32, **WIDE)


PAIR = Array(kind="term_pair", rows=4, cols=4, group=32, **WIDE)


REVEALED = Mode(hese=True, select=True, group=8, budget=12)


def value_range(bits, signed):
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def operands(rng, mode, m, k, n):
    x = rng.integers(*value_range(mode.x_bits, mode.x_signed), (m, k), endpoint=True)
    return x, rng.integers(*value_range(mode.w_bits, mode.w_signed), (k, n), endpoint=True)


def product(x, w, acc_width):
    """Triple loop of Python integers, wrapped after every addition as an accumulator does."""
    y = [[0] * len(w[0]) for _ in x]
    for m in range(len(x)):
        for n in range(len(w[0])):
            for k in range(len(w)):
                y[m][n] += x[m][k] * w[k][n]
                y[m][n] = (y[m][n] + (1 << acc_width - 1)) % (1 << acc_width) - (1 << acc_width - 1)
    return y


def term_pairs(x, w, encoding):
    """Every product's pairs of ones, counted one by one on values of any width."""

    def terms(value):
        value = abs(value)
        return bin(value ^ 3 * value).count("1") if encoding == "hese" else bin(value).count("1")

    return sum(terms(a[k]) * terms(w[k][n]) for a in x for k in range(len(w)) for n in range(len(w[0])))


FUSED_BITS = [(x, w) for x in (2, 4, 8) for w in (2, 4, 8)] + [(8, 16), (16, 8), (16, 16)]


DRAWN = ("bit_plane", "bit_serial", "fused", "parallel", "subword", "term", "term_pair")


LEAST_BITS = {"bit_serial": 1, "bit_plane": 1}


@st.composite
def jobs(draw):
    """A legal mode and array of a kind, plain operands."""
    kind = draw(st.sampled_from(DRAWN))
    least = LEAST_BITS.get(kind, 2)
    bits = draw(st.tuples(st.integers(1 if kind == "bit_plane" else 2, 16), st.integers(least, 16)))
    sizes = {name: draw(st.integers(1, 4)) for name in ("rows", "cols", "lanes")}
    array = Array(kind=kind, **sizes, acc_width=draw(st.integers(8, 64)), group=32, **WIDE)
    if kind == "fused":
        bits = draw(st.sampled_from(FUSED_BITS))
    if kind == "subword":
        width = draw(st.sampled_from([8, 16]))
        array = replace(array, x_width=width, w_width=width)
        bits = (draw(st.sampled_from([width, width // 2, width // 4])),) * 2
    signs = {name: draw(st.booleans()) for name in ("x_signed", "w_signed")}
    mode = Mode(x_bits=bits[0], w_bits=bits[1], **signs)
    if kind == "bit_serial":
        array = replace(array, digits=draw(st.sampled_from(["binary", "booth"])))
    if kind == "term_pair" and draw(st.booleans()):
        array = replace(array, accumulation="coefficients", coefficient_width=array.acc_width)
    if kind in ("term", "term_pair"):
        hese, select, group = draw(st.booleans()), draw(st.booleans()), draw(st.integers(1, 32))
        most = group * max_terms("hese" if hese else "binary", mode.w_bits, mode.w_signed)
        budget = draw(st.integers(1, most) if select else st.integers(most, most + 3))
        data_terms = draw(st.integers(0, 4)) if kind == "term_pair" else 0
        mode = replace(mode, hese=hese, select=select, group=group, budget=budget, data_terms=data_terms)
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return mode, array, *operands(rng, mode, *(draw(st.integers(1, high)) for high in (6, 40, 6)))
