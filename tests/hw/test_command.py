"""``lowtide verilog``, ``list``, ``encoder`` and ``tables``."""

import pytest

from lowtide.command import SUB_COMMANDS, main
from lowtide.hw.config.fields import BY_NAME
from lowtide.hw.config.named import CONFIGURATIONS


def test_list_names_every_configuration(capsys):
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in CONFIGURATIONS)


def test_a_configuration_of_ones_own(tmp_path, capsys):
    arguments = "--pe term --rows 2 --cols 3 --lanes 2 --group 4 --w-types signed,unsigned --no-result-buffer".split()
    assert main(["verilog", *arguments, "--name", "mine", "-o", str(tmp_path)]) == 0
    assert "module mine(" in (tmp_path / "mine.v").read_text()
    assert "result_buffer false" in (tmp_path / "mine.v").read_text().splitlines()[1]
    assert str(tmp_path) in capsys.readouterr().out.replace("\n", "")


def test_a_multiplier_is_chosen_by_name(tmp_path):
    assert main("verilog --pe parallel --rows 1 --cols 1 --multiplier booth".split() + ["-o", str(tmp_path)]) == 0
    assert "multiplier booth" in (tmp_path / "parallel_1x1.v").read_text()


def test_a_stand_alone_hese_encoder(tmp_path, capsys):
    assert main(["encoder", "8", "--w-types", "signed", "-o", str(tmp_path)]) == 0
    text = (tmp_path / "hese_encoder_8s.v").read_text()
    assert "module hese_encoder_8s(value, nonzero, negative);" in text
    assert "hese_encoder_8s.v" in capsys.readouterr().out


def test_a_toml_file(tmp_path):
    (tmp_path / "tiny.toml").write_text('kind = "parallel"\nrows = 1\ncols = 1\n')
    assert main(["verilog", "--toml", str(tmp_path / "tiny.toml"), "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "tiny.core").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["verilog", "none"], "config is 'none', allowed are"),
        (["verilog", "--pe", "none"], "pe is 'none', allowed are parallel, term"),
        (["verilog", "--pe", "term", "--rows", "0"], "rows is 0, allowed are 1 to 256"),
        (["verilog", "--pe", "term", "--rows", "many"], "rows is 'many', allowed are integers"),
        (["verilog", "--all", "--rows", "4"], "--rows describes a configuration of one's own: it goes with --pe"),
        (["verilog", "--rows", "4"], "what to write is given by nothing, allowed is one of NAME, --all, --toml, --pe"),
        (["verilog", "--all", "--pe", "term"], "what to write is given by --all and --pe, allowed is one of"),
        (["list", "--rows", "4"], "No such option"),
        (["verilog", "--pe", "parallel", "--multiplier", "3"], "multiplier is '3', allowed are inferred, booth"),
        (["encoder", "17"], "bits is 17, allowed are 2 to 16"),
        (["encoder", "8", "--w-types", "odd"], "types is odd, allowed are signed, unsigned or both"),
        (["verilog", "--toml", "absent.toml"], "absent.toml: no such file"),
        (["verilog", "parallel_4x4_l1", "-o", "README.md/x"], "output is README.md/x: not a directory"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, message, capsys):
    assert main(arguments) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("writing")]
    assert len(lines) == 1 and lines[0].startswith("error: ") and message in lines[0]


def test_help_explains_each_option_in_a_line(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setitem(SUB_COMMANDS["verilog"].load().context_settings, "max_content_width", 400)
    assert main(["verilog", "--help"]) == 0
    printed = capsys.readouterr().out
    for name in BY_NAME:
        if name not in ("kind", "result_buffer"):
            line = next(line for line in printed.splitlines() if line.strip().startswith("--" + name.replace("_", "-")))
            assert BY_NAME[name].help in line
