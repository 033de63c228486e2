"""``lowtide machine``: files of machines, and what is refused in a line."""

import json

import pytest

from lowtide.command import main
from lowtide.hw.config.toml_file import accelerator_from_toml


def test_a_machine_of_ones_own(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(
        'feature_bytes = 1024\nweight_bytes = 256\npost = []\n[array]\nkind = "parallel"\nrows = 4\ncols = 1\n'
    )
    assert main(["machine", "--toml", str(tmp_path / "mine.toml"), "-o", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "mine_machine.v").read_text()
    assert "module mine_machine(clk, rst, s_axi_" in text and "  initial" not in text
    assert text.splitlines()[1].startswith("// feature_bytes 1024, weight_bytes 256, ")
    described = json.loads((tmp_path / "out" / "mine_machine.json").read_text())
    assert described["sizes"]["atoms"] == 1024 and described["array"]["rows"] == 4
    config = accelerator_from_toml(tmp_path / "mine.toml")
    assert described["identity"] == f"{config.identity:#010x}" and int(described["identity"], 16)
    assert {port["name"] for port in described["ports"]} >= {"clk", "rst", "irq", "m_axi_araddr", "s_axi_rdata"}
    assert f"toplevel: {described['name']}" in (tmp_path / "out" / "mine_machine.core").read_text()
    assert "mine_machine.vlt" in [path.name for path in (tmp_path / "out").iterdir()]
    assert "1 machines in" in capsys.readouterr().out


def test_without_a_name_the_machines_are_listed(capsys):
    assert main(["machine"]) == 0
    printed = capsys.readouterr().out
    assert all(f" {name} " in printed for name in ("tiny", "small", "large", "digit_flex"))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["huge"], "machine is 'huge', allowed are tiny, small, large"),
        (["tiny", "--all"], "what to write is given by NAME and --all, allowed is one of NAME, --all, --toml"),
        (["--toml", "absent.toml"], "absent.toml: no such file"),
        (["--toml", "README.md"], "README.md: not TOML"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, message, capsys):
    assert main(["machine", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
