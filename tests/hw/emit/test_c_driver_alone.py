"""The driver in C by itself, without a machine: what it reads of memory, what it says of codes, and that it is C."""

import numpy as np
import pytest

from lowtide.common.records.errors import Error
from lowtide.common.records.record import Kind
from lowtide.hw.emit.c_driver.write import write_driver
from lowtide.hw.mode.reasons import Reason

from c_compiler import FREESTANDING, compile_c
from c_driver import ENTRY, driver_library


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return driver_library(tmp_path_factory.mktemp("driver"))


@pytest.mark.parametrize("seed", range(10))
def test_every_bit_of_an_entry_is_read(library, seed):
    rng = np.random.default_rng(seed)
    profile, number = rng.integers(0, 256, 8 * 32, np.uint8), int(rng.integers(8))
    if seed % 2:
        profile[32 * number + 3] = Kind.EXEC << 4
    found = library.lowtide_read_profile(profile.ctypes, number)
    first, *others = profile.view("<u4").reshape(8, 8)[number].tolist()
    told = [0, 0, *others[4:6]] if first >> 28 == Kind.EXEC else [*others[4:6], 0, 0]
    assert [getattr(found, name) for name in ENTRY] == [first & 0xFFFFFF, first >> 28, *others[:4], *told]


def test_codes_have_the_names_and_meanings_of_python(library):
    for code in range(32):
        names = {int(error): error for error in Error}
        error = names.get(code)
        assert library.lowtide_error_name(code).decode() == (error.name if error is not None else "?")
        meaning = error.meaning if error is not None else "an error that this driver does not know"
        assert library.lowtide_error_meaning(code).decode() == meaning
        reason = {int(each): each for each in Reason}.get(code)
        meaning = reason.meaning if reason is not None else "a reason that this driver does not know"
        assert library.lowtide_reason_meaning(code).decode() == meaning


def test_the_header_is_for_c_plus_plus_too(tmp_path):
    write_driver(tmp_path)
    (tmp_path / "use.cpp").write_text('#include "lowtide_driver.h"\nint main() { return LOWTIDE_DONE; }\n')
    compile_c(tmp_path, "-x", "c++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "use.cpp")


def test_the_driver_is_strict_c(tmp_path):
    write_driver(tmp_path)
    for more in ((), ("-O2",), ("-std=c11",), ("-std=c17",)):
        compile_c(tmp_path, *FREESTANDING, *more, "-c", "lowtide_driver.c", "-o", "driver.o")
