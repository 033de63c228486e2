"""The mode word: one definition behind the hardware's view, the integer, JSON, Markdown and the C header."""

import json
import shutil
import subprocess

import pytest
from amaranth.hdl import Const

from lowtide.hw import Mode
from lowtide.hw.emit.documents.mode_word import mode_header, mode_json, mode_markdown
from lowtide.hw.mode.reasons import REASON_BITS, Reason
from lowtide.hw.mode.word import FIELDS, WORD_BITS, ModeWord
from lowtide.sim.engine.packing import job_words

MODES = [
    Mode(),
    Mode(
        x_signed=False, w_signed=False, hese=True, select=True, x_bits=16, w_bits=2, data_terms=3, group=8, budget=511
    ),
]


@pytest.mark.parametrize("mode", MODES)
def test_the_hardware_reads_from_the_word_what_software_put_in(mode):
    view = ModeWord.from_bits(mode.word())
    for field in FIELDS:
        assert Const.cast(view[field.name]).value + field.bias == mode.number(field.name)


def test_the_word_has_no_gap_and_no_overlap():
    bits = [
        bit
        for field in mode_json()["fields"]
        for bit in range(field["lowest_bit"], field["lowest_bit"] + field["bits"])
    ]
    assert bits == list(range(WORD_BITS))
    assert mode_json()["bits"] == WORD_BITS == ModeWord.size


def test_documents_name_every_field_and_reason():
    text = mode_markdown()
    for field in FIELDS:
        assert f"| `{field.name}` |" in text
    for reason in Reason:
        assert f"| {int(reason)} | `{reason.name.lower()}` | {reason.meaning} |" in text
        assert int(reason) < 1 << REASON_BITS
    json.dumps(mode_json())


@pytest.mark.parametrize("mode", MODES)
def test_the_c_header_makes_the_same_word(mode, tmp_path):
    assert shutil.which("g++"), "g++ is needed: apt-get install g++"
    (tmp_path / "lowtide_mode.h").write_text(mode_header())
    terms = " | ".join(f"LOWTIDE_MODE_{field.name.upper()}({mode.number(field.name)})" for field in FIELDS)
    (tmp_path / "main.cpp").write_text(
        '#include "lowtide_mode.h"\n#include <cstdio>\n'
        f'int main() {{ std::printf("%llu", (unsigned long long)(LOWTIDE_JOB({terms}, 5, 3))); }}\n'
    )
    subprocess.run(["g++", "-Wall", "-Werror", "main.cpp", "-o", "main"], cwd=tmp_path, check=True)
    printed = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True).stdout
    assert int(printed) == job_words(mode, 5, 3)
