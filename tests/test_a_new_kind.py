"""The promise of the README: a new kind of PE is two files, a place in a list on each side, and a test of its own.

A multiplier of two unsigned 4-bit numbers, one lane and one mode, is added to a copy of the sources by these five files
and nothing else; `lowtide tables` writes the documents. Then what holds for every kind holds for this one: documents,
both statements of it, the engine checks, its price and the proof of its dot product.
"""

from pathlib import Path

import pytest

from copied_tree import copied, run

HARDWARE = '''"""`nibble`: one product of two unsigned 4-bit numbers a cycle."""

from amaranth.hdl import Cat, Const, Signal

from ..mode.word import Mode
from .base import ProcessingElement
from .kind import Documents, Kind

__all__ = ["Nibble"]


class Nibble(Kind):
    """One multiplier of 4 x 4 bits, unsigned."""

    name = "nibble"
    summary = "one unsigned multiplier of 4 x 4 bits"
    documents = Documents(west="one int", north="one int", cycles="1", values="1")
    limits = {"lanes": (1,), "x_width": (4,), "w_width": (4,), "x_types": ("unsigned",), "w_types": ("unsigned",)}
    w_formats = ("plain",)

    def chunk(self, config):
        return 1

    def values_per_beat(self, config, mode):
        return 1

    def supported(self, config):
        return super().supported(config) | {"x_bits": (4,), "w_bits": (4,)}

    def plain_modes(self, config):
        return [Mode(x_signed=False, w_signed=False, x_bits=4, w_bits=4)]

    def processing_element(self, config):
        return NibblePE(config, self)


class NibblePE(ProcessingElement):
    """The multiplier and the accumulator."""

    def addend(self, m, control, west, north):
        product = Signal(8)
        m.d.comb += product.eq(west[0] * north[0])
        return Cat(product, Const(0, 1)).as_signed()
'''

ARITHMETIC = '''"""The nibble PE: one product of two unsigned 4-bit integers a cycle."""

from .fields import check_choice
from .kind import Kind

__all__ = ["Nibble"]


class Nibble(Kind):
    """One value a beat."""

    name = "nibble"
    w_formats = ("plain",)
    unused = (*Kind.unused, "block_floating")

    def check(self, mode, array):
        """ValueError unless both operands are unsigned and have 4 bits."""
        super().check(mode, array)
        for side in "xw":
            check_choice(f"mode.{side}_bits", getattr(mode, f"{side}_bits"), (4,))
            check_choice(f"mode.{side}_signed", getattr(mode, f"{side}_signed"), (False,))

    def values_per_beat(self, mode, array):
        return 1
'''

TEST = '''"""The kind `nibble` on an array, by hand."""

import numpy as np

from lowtide.hw import ArrayConfig
from lowtide.sim import Model


def test_a_worked_product():
    model = Model(ArrayConfig(name="by_hand", kind="nibble", rows=1, cols=1))
    (mode,) = (each for each in model.config.modes() if not each.diagonal)
    assert model.gemm(np.array([[1, 15, 7]]), np.array([[2], [15], [3]]), mode).y.tolist() == [[2 + 225 + 21]]
'''

#: What is run on the copy: a file of tests, and which of them speak of the new kind.
RUNS = {
    "documents": ("tests/test_documents.py", ""),
    "two statements": ("tests/test_two_statements.py", "nibble or same"),
    "legality": ("tests/test_legality.py", "nibble"),
    "its own": ("tests/hw/pe/test_nibble.py", ""),
    "engine checks": ("tests/formal/engine_checks/test_engine_checks.py", "nibble"),
    "engine bench": ("tests/hw/array/test_engine.py", "nibble and wrap"),
    "modes": ("tests/sim/engine/test_every_mode.py", "(nibble and not pairs) or wide"),
    "price": ("tests/synth/prices/test_pricing.py", "nibble or quantisations"),
    "proof": ("tests/formal/proofs/test_proofs.py", "nibble or distinct"),
}


def listed(path, after, line, entry):
    """Enter the new kind in a list of kinds: its import after one line, its place before the end of the list."""
    text = path.read_text()
    changed = text.replace(after, after + line).replace(entry, entry.replace("Subword()", "Subword(), Nibble()"))
    assert changed.count("Nibble") == 2
    path.write_text(changed)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the sources with the new kind, and documents that speak of it."""
    folder = copied(tmp_path_factory.mktemp("tree"))
    for side, text in (("hw", HARDWARE), ("golden", ARITHMETIC)):
        Path(folder, side, "pe", "nibble.py").write_text(text)
        first = "from .kind import Kind\n" if side == "golden" else "from .fused.kind import Fused\n"
        listed(Path(folder, side, "pe", "__init__.py"), first, "from .nibble import Nibble\n", "Subword()")
    Path(folder, "tests", "hw", "pe", "test_nibble.py").write_text(TEST)
    written = run(folder, "-m", "lowtide", "tables").split()
    assert {Path(name).name for name in written} >= {"modes.md", "configurations.md", "architecture.md"}
    return folder


@pytest.mark.parametrize("run_of", RUNS)
def test_what_holds_for_every_kind_holds_for_a_new_one(tree, run_of):
    path, chosen = RUNS[run_of]
    only = ["-k", chosen] if chosen else []
    printed = run(tree, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", path, *only)
    assert " passed" in printed and "failed" not in printed and "skipped" not in printed
