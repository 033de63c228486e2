"""Banks: memories that synthesis makes block RAM of, and that keep what was written."""

import json
import random
import re

import pytest

from lowtide.hw import verilog
from lowtide.hw.emit import yosys
from lowtide.hw.memory.bank import Bank

from unit_model import UnitModel

FLOWS = {
    "ecp5": ("synth_ecp5 -no-rw-check -top {top}", "DP16KD"),
    "xc7": ("synth_xilinx -noiopad -family xc7 -top {top}", "RAMB36E1"),
}


@pytest.mark.parametrize(
    "flow, width, depth, blocks",
    [
        ("ecp5", 32, 4096, 8),  # a bank of `small`
        ("ecp5", 8, 8192, 4),  # of `tiny`
        ("ecp5", 64, 1024, 4),
        ("ecp5", 72, 512, 2),
        ("ecp5", 32, 16, 0),
        ("xc7", 32, 4096, 4),
    ],
)
def test_a_bank_is_block_ram_and_nothing_else(tmp_path, flow, width, depth, blocks):
    bank = Bank(width, depth)
    (tmp_path / "bank.v").write_text(verilog(bank))
    command, block = FLOWS[flow]
    yosys.run(["read_verilog bank.v", command.format(top=bank.name), "tee -q -o stat stat -json"], folder=tmp_path)
    cells = json.loads((tmp_path / "stat").read_text())["design"]["num_cells_by_type"]
    assert cells.get(block, 0) == blocks
    others = {name for name in cells if re.match(r"LUT|FD|TRELLIS_FF", name)}
    assert not blocks or not others


def test_emitted_text_has_no_initial_values():
    assert "initial" not in verilog(Bank(8, 64))


def test_words_stay_and_what_was_read_last_stays_on_the_port():
    model, rng, words = UnitModel(Bank(70, 16)), random.Random(3), {}
    model.reset()
    shown = None
    for _ in range(400):
        reads, writes = rng.random() < 0.5, rng.random() < 0.5
        address = rng.randrange(16)
        other = rng.choice([each for each in range(16) if each != address])
        value = rng.getrandbits(70)
        for name, number in (
            ("read", reads),
            ("read_address", address),
            ("write", writes),
            ("write_address", other),
            ("write_data", value),
        ):
            model.set(name, int(number))
        model.tick()
        if reads:
            shown = words.get(address)
        if writes:
            words[other] = value
        if shown is not None:
            assert model.get("read_data") == shown
    assert len(words) == 16
