"""`lowtide price`: bad input in a line."""

import pytest

from lowtide.command import main


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["--target", "asic"], "error: target is 'asic', allowed are ge, xc7, xc7_dsp, ecp5, ecp5_dsp, ice40"),
        (["--liberty", "missing.lib"], "error: liberty is 'missing.lib': no such file or directory"),
        (["missing"], "error: config is 'missing', allowed are "),
        (["--jobs", "0"], "error: jobs is 0, allowed are 1 and more"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(arguments, line, capsys):
    assert main(["price", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(line) and printed.err.count("\n") == 1


def test_a_library_without_a_flip_flop_is_refused(tmp_path, capsys):
    (tmp_path / "gates.lib").write_text("library (gates) { cell (NOT) { area : 1; } }\n")
    assert main(["price", "--liberty", str(tmp_path / "gates.lib")]) == 2
    assert "allowed is a liberty file with a flip-flop (ff) cell" in capsys.readouterr().err
