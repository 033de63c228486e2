"""The promise of docs/architecture.md: a new storage format is a file and a place in a list on each side.

Offset codes of three bits, integers -4 to 3 that are stored plus 4, are added to a copy of the sources by these files
and nothing else. Then golden decodes and encodes them, an engine multiplies them, the decoder of every kind is proved,
both sides accept the same modes, and the tests that hold for every format hold for this one.
"""

from pathlib import Path

import pytest

from copied_tree import copied, run

HARDWARE = '''"""Offset codes: the integer plus half of its range."""

from dataclasses import dataclass

from amaranth.hdl import Cat

from .format import StorageFormat


@dataclass(frozen=True)
class Offset(StorageFormat):
    name = "offset3"
    code_bits = 3
    integers = (-4, 3)

    def decode(self, code, bits, table):
        return Cat(code[:2], (~code[2]).replicate(bits - 2))
'''

ARITHMETIC = '''"""Offset codes: the integer plus half of its range."""

from dataclasses import dataclass

from .fixed import FixedFormat


@dataclass(frozen=True)
class Offset(FixedFormat):
    name = "offset3"
    code_bits = 3

    def integers(self, codes, table=None):
        return codes - 4
'''

USE = """
import numpy as np

from lowtide import golden
from lowtide.formal.properties.decoders import decoder_properties
from lowtide.formal.properties.prove import prove_property
from lowtide.golden.storage_formats import find
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.pe import KINDS
from lowtide.sim import Model

offset, rng = find("offset3"), np.random.default_rng(1)
assert offset.decode(np.arange(8)).tolist() == [-4, -3, -2, -1, 0, 1, 2, 3]
assert (offset.least_bits, offset.limits, offset.one_term) == (3, (-4, 3), False)
values = rng.normal(0, 2, (30, 8))
stored = offset.encode(values)
assert np.abs(offset.decode(stored.codes) * stored.scale - values).mean() < 0.5

assert {"parallel", "bit_serial", "fused", "subword", "digit"} == {k for k in KINDS if "offset3" in KINDS[k].w_formats}
for kind, pe in KINDS.items():
    assert ("offset3" in pe.w_formats) == ("offset3" in golden.pe.KINDS[kind].w_formats), kind
    if "offset3" not in pe.w_formats:
        continue
    config = ArrayConfig(**{"name": f"offset_{kind}", "kind": kind, "rows": 1, "cols": 1, **pe.example,
                            "w_formats": ("plain", "offset3"), "x_formats": ("plain",)})
    accepted = []
    for bits in range(1, 9):
        for w_signed in (False, True):
            for mode in config.modes():
                mode = mode.change(w_bits=bits, w_signed=w_signed, w_format="offset3")
                sides = []
                for check, arguments in ((config.check_mode, (mode,)), (golden.check, (mode, config))):
                    try:
                        check(*arguments)
                        sides.append(True)
                    except ValueError:
                        sides.append(False)
                assert sides[0] == sides[1], (kind, mode)
                accepted.append(sides[0])
    assert set(accepted) == {False, True}, kind
    proofs = [prove_property(each) for each in decoder_properties(config) if "offset3" in each.name]
    assert [each.outcome for each in proofs] == ["proved"], kind

config = ArrayConfig(name="offset", rows=2, cols=2, lanes=2, w_formats=("plain", "offset3"), multiplier="inferred")
model = Model(config)
for mode in (mode for mode in config.modes() if mode.w_format == "offset3"):
    x = rng.integers(-100, 100, (5, 30)) if mode.x_signed else rng.integers(0, 200, (5, 30))
    w = rng.integers(0, 8, (30, 7))
    found = model.gemm(x, w, mode)
    assert (found.y == x @ (w - 4)).all() and (found.y == golden.gemm(x, w, mode, config).y).all()
print("used")
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the sources with the new format."""
    folder = copied(tmp_path_factory.mktemp("tree"))
    for side, text in (("hw", HARDWARE), ("golden", ARITHMETIC)):
        room = folder / side / "storage_formats"
        Path(room, "offset.py").write_text(text)
        listed = Path(room, "__init__.py").read_text()
        changed = listed.replace("from .plain import", "from .offset import Offset\nfrom .plain import")
        changed = changed.replace("E2M1)\n", "E2M1, Offset())\n")
        assert changed.count("Offset") == 2
        Path(room, "__init__.py").write_text(changed)
    return folder


def test_both_sides_of_a_new_format_agree_in_numbers_engine_proof_and_modes(tree):
    Path(tree, "use.py").write_text(USE)
    assert run(tree, "use.py") == "used\n"


def test_what_holds_for_every_format_holds_for_a_new_one(tree):
    printed = run(
        tree,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/golden/storage_formats",
        "tests/test_two_statements.py::test_both_sides_know_the_same_formats",
        "tests/hw/emit/test_checks.py",
        "-k",
        "storage or formats or weight_format",
    )
    assert " passed" in printed and "failed" not in printed
