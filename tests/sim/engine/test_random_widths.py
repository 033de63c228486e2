"""Widths of data and weights drawn independently, for every kind: random modes, exact in value and in cycles."""

import numpy as np
import pytest

from lowtide.formal.engine_checks.operand_pairs import difference, load_books, stored
from lowtide.hw import ArrayConfig
from lowtide.hw.config.fields import settings_for
from lowtide.hw.mode.word import Mode
from lowtide.hw.pe import KINDS
from lowtide.sim import Model
from lowtide.sim.engine.packing import weight_rows

#: What a kind has two forms of, beside its widths and number types.
FORMS = {
    "parallel": [
        *({"multiplier": "inferred", "sums": s} for s in ("tree", "chain")),
        *({"multiplier": "booth", "sums": s} for s in ("tree", "chains", "chain")),
    ],
    "bit_serial": [{"digits": "binary"}, {"digits": "booth"}, {"digits": "booth", "sums": "chain"}],
    "digit": [{"sums": sums} for sums in ("tree", "chains", "chain")],
    "term": [{}, {"encodings": ("binary",)}, {"sums": "chain"}],
    "term_pair": [{"accumulation": "direct"}, {"accumulation": "coefficients", "encodings": ("hese",)}],
}


def some(rng, names):
    """One or more of them."""
    return tuple(str(name) for name in rng.permutation(names)[: rng.integers(1, len(names) + 1)])


def drawn(kind, rng, name):
    """A configuration of 2 x 2 PEs: widths and number types drawn independently of each other, and one format."""
    forms, operations = FORMS.get(kind, [{}]), KINDS[kind]
    allowed = {each.name: each.allowed for each in settings_for(kind)}
    for _ in range(50):
        x_width, w_width = (int(rng.choice(allowed[name])) for name in ("x_width", "w_width"))
        x_types, w_types = (some(rng, allowed[name]) for name in ("x_types", "w_types"))
        values = {
            "x_width": x_width,
            "w_width": w_width,
            "acc_width": int(rng.integers(x_width + w_width, 49)),
            "x_types": x_types,
            "w_types": w_types,
            "x_formats": ("plain",),
            "w_formats": tuple({"plain", str(rng.choice(operations.w_formats))}),
        }
        if "binary" in values["w_formats"] and "binary" in operations.x_formats:
            values["x_formats"] = ("plain", "binary")
        try:
            return ArrayConfig(
                name=name,
                kind=kind,
                rows=2,
                cols=2,
                **operations.example | forms[int(rng.integers(len(forms)))] | values,
            )
        except ValueError:
            continue  # a format that these widths or types do not have, or unequal widths of subword
    raise AssertionError(f"kind {kind} refused 50 configurations")


def drawn_modes(config, rng, most):
    """Random modes that the configuration accepts: every field drawn from what is built in."""
    supported, found = config.pe.supported(config), []
    for _ in range(400):
        mode = Mode.of_numbers({name: int(rng.choice(numbers)) for name, numbers in supported.items()})
        if "codebook" in mode.w_format:
            mode = mode.change(w_bits=config.w_width)  # as wide as the entries that benches load
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        found.append(mode)
        if len(found) == most:
            break
    return found


def check(config, rng, most_modes):
    """Compare random products of random modes with golden; returns how many modes were run."""
    compiled = load_books(Model(config, quick=True))
    modes = drawn_modes(config, rng, most_modes)
    for mode in modes:
        for k in (1, int(rng.integers(2, 40))):
            x, w = stored(rng, (3, k), mode, "x"), stored(rng, (weight_rows(k, config, mode), 2), mode, "w")
            _, line = difference(compiled, x, w, mode)
            assert not line, f"{line}; {config.header()}"
    return len(modes)


@pytest.mark.parametrize("kind", KINDS)
def test_widths_drawn_independently(kind):
    rng = np.random.default_rng(sum(kind.encode()))
    config = drawn(kind, rng, f"test_widths_{kind}")
    assert check(config, rng, 30) == 30


@pytest.mark.parametrize("x_width, w_width", [(8, 16), (16, 8)])
def test_fused_takes_its_rounds_with_one_wide_side(x_width, w_width):
    rng = np.random.default_rng(x_width)
    config = ArrayConfig(
        name=f"test_widths_fused_{x_width}_{w_width}",
        kind="fused",
        rows=2,
        cols=2,
        x_width=x_width,
        w_width=w_width,
        acc_width=40,
        w_types=("signed", "unsigned"),
    )
    assert check(config, rng, 40) == 40
