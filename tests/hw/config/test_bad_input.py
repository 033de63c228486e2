"""Arbitrary values in any field: a configuration, or one line that names the field; never another exception."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide import hw
from lowtide.command import main
from lowtide.hw.config.fields import BY_NAME, SETTINGS
from lowtide.hw.emit.write import write_configuration, write_mode_word
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS
from lowtide.sim import Model

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=400)
OPTIONS = ["--" + name.replace("_", "-") for name in BY_NAME if name not in ("kind", "result_buffer")]

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.sampled_from(
    [*KINDS, *(word for setting in SETTINGS if setting.type in (str, tuple) for word in setting.allowed), "", "-1"]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 70),
    st.floats(),
    text,
    words,
    st.builds(pow, st.just(10), st.just(5000)),
    st.binary(max_size=4),
    st.just(np.arange(3)),
    st.just({"a": 1}),
    st.just(object),
    st.dates(),
)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner), max_leaves=6)
FOLDER = []


@pytest.fixture(autouse=True, scope="module")
def elsewhere(tmp_path_factory):
    """Relative paths of these tests lie in a folder of their own."""
    FOLDER[:] = [tmp_path_factory.mktemp("bad_input")]
    with contextlib.chdir(FOLDER[0]):
        yield


good = {each.name: st.sampled_from(each.allowed) for each in SETTINGS if each.type is not tuple and each.allowed}
good |= {each.name: st.lists(st.sampled_from(each.allowed), max_size=3) for each in SETTINGS if each.type is tuple}


@PROPERTY
@given(st.data())
def test_any_fields_are_a_configuration_or_one_line_that_names_one(data):
    names = data.draw(st.lists(st.sampled_from(list(BY_NAME)), unique=True, max_size=5))
    fields = {name: data.draw(good[name] if name in good and data.draw(st.booleans()) else anything) for name in names}
    try:
        config = hw.ArrayConfig(**fields)
    except ValueError as error:
        line = str(error)
        assert len(line.splitlines()) == 1 and len(line) < 600
        assert any(line.startswith(f"{name} ") for name in BY_NAME), line
    else:
        assert config.modes() and hw.ArrayConfig(**config.parameters()) == config
        hash(config)


@PROPERTY
@given(st.data())
def test_any_fields_are_a_mode_or_one_line_that_names_one(data):
    names = data.draw(st.lists(st.sampled_from([field.name for field in FIELDS]), unique=True, max_size=4))
    fields = {name: data.draw(anything | st.integers(0, 17)) for name in names}
    try:
        mode = hw.Mode(**fields)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1
        assert any(str(error).startswith(f"{field.name} is ") for field in FIELDS), error
    else:
        assert hw.Mode.of_word(mode.word()) == mode


@PROPERTY
@given(st.data())
def test_any_command_line_is_done_or_one_line_and_status_2(data):
    """The options are those that exist and others, with values of all sorts. What is written goes nowhere."""
    begins = [
        ["list"],
        ["verilog", "--pe", "term"],
        ["verilog", "--pe", "fused"],
        ["verilog"],
        ["encoder", "3"],
        ["tables", "nowhere"],
    ]
    known = [*OPTIONS, "-o", "--pe", "--toml", "--no-result-buffer"]
    arguments = data.draw(st.sampled_from(begins))
    for _ in range(data.draw(st.integers(0, 4))):
        option = data.draw(st.sampled_from(known) | text)
        arguments = [*arguments, option, *data.draw(st.lists(text | words | st.integers().map(str), max_size=1))]
    arguments = arguments if arguments[0] in ("list", "tables") else [*arguments, "-o", "/proc/nowhere"]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    lines = [line for line in err.getvalue().split("\n") if line and not line.startswith("writing ")]
    assert (status, len(lines)) in {(0, 0), (2, 1)}, (arguments, status, lines)
    if status:
        assert lines[0].startswith("error: ")


@PROPERTY
@given(st.data())
def test_any_toml_is_a_configuration_or_one_line(data):
    keys = st.sampled_from(list(BY_NAME)) | text
    values = st.sampled_from(
        [
            '"term"',
            "8",
            "-1",
            "9" * 5000,
            "1.5",
            "true",
            "[8]",
            '["signed"]',
            "[[1]]",
            "{a = 1}",
            "1979-05-27",
            '"two words"',
            '""',
            "[" * 2000,
            "nan",
            '"lowtide_mode"',
        ]
    )
    lines = [f"{key} = {data.draw(values)}" for key in data.draw(st.lists(keys, max_size=3, unique=True))]
    raw = "\n".join(lines).encode() + data.draw(st.sampled_from([b"", b"\n", b"\xff", b"\n[rows]\n"]))
    path = Path(FOLDER[0], data.draw(st.sampled_from(["mine", "8x8", "two words", "module", "lowtide_mode"])) + ".toml")
    path.write_bytes(raw)
    try:
        hw.from_toml(path)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1
        if str(error).startswith("name is ") and b"name =" not in raw:
            assert f"taken from that of the file {path.name}" in str(error)


CASES = [
    (["verilog", "--pe", "term", "--group", "0"], "group is 0, allowed are 1 to 16"),
    (["verilog", "--pe", "parallel", "--name", "lowtide_mode"], "name is 'lowtide_mode', the name of another file"),
    (["verilog", "--pe", "parallel", "--name", ""], "name is '', allowed are letters"),
    (["verilog", "--pe", "parallel", "--guard-bits", "3"], "guard_bits is 3, without exponent_bits"),
    (["encoder", "8", "--rows", "3"], "No such option"),
    (["encoder", "eight"], "bits is 'eight', allowed are integers"),
    (["list", "-o", "somewhere"], "No such option"),
    (["verilog", ""], "config is '', allowed are parallel_4x4_l1"),
    (["verilog", "--pe", "term", "-o", ""], "output is '', allowed are names of folders and files"),
    (["tables", "a", "b"], "Got unexpected extra argument (b) (see lowtide tables --help)"),
    (["none"], "No such command 'none' (see lowtide --help)"),
    (["verilog", "--pe", ""], "pe is '', allowed are parallel"),
    (["verilog", "--toml", ""], "config file is .: is a directory"),
    (["tables", ""], "folder is '', allowed are names"),
    (["verilog", "--pe", "parallel", "--rows", "1" * 5000], "rows is '1111"),
    (["verilog", "--pe", "parallel", "-o", "a" * 300], "file name too long"),
    (["verilog", "--pe", "parallel", "-o", "with\0null"], "null"),
]


@pytest.mark.parametrize("arguments, message", CASES)
def test_named_cases_of_the_command_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("writing ")]
    assert len(lines) == 1 and lines[0].startswith("error: ") and message in lines[0]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "write",
    [lambda folder: write_configuration(hw.ArrayConfig(rows=1, cols=1), folder), write_mode_word],
    ids=["configuration", "mode word"],
)
def test_what_cannot_be_written_is_one_line(write, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "taken" / "custom.v").mkdir(parents=True)
    (tmp_path / "taken" / "lowtide_mode.md").mkdir()
    for folder, line in (
        ("file", "file exists"),
        ("file/x", "not a directory"),
        ("x" * 300, "file name too long"),
        ("taken", "is a directory"),
    ):
        with pytest.raises(ValueError, match=f"output is .*: {line}"):
            write(tmp_path / folder)
    with pytest.raises(ValueError, match="output is '', allowed are names of folders"):
        write("")


def test_what_people_type_first_works():
    config = hw.ArrayConfig(name="typed", rows=1, cols=1)
    assert hw.verilog(config) == hw.verilog(hw.Engine(config), title=config.header())
    for wrong in ("term_8x8_g8_l8", None, hw.Engine, 3):
        with pytest.raises(ValueError, match="top is .*, allowed are units and configurations"):
            hw.verilog(wrong)


def test_no_mode_and_no_configuration_are_named():
    config = hw.find("parallel_4x4_l1")
    for mode in (None, "s8", {}, config):
        with pytest.raises(ValueError, match="mode is .*, allowed are instances of lowtide.hw.Mode"):
            config.check_mode(mode)
    with pytest.raises(ValueError, match="config is 'none', allowed are parallel_4x4_l1"):
        Model("none")
    with pytest.raises(ValueError, match="config is None, allowed are configurations and the names of named ones"):
        Model(None)
