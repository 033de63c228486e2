"""Random configurations: those that were wrong once hold, what is wrong is found, runs go on where they stopped."""

import time
import weakref

import pytest

from lowtide import golden
from lowtide.command import main
from lowtide.formal.fuzz.arrays import compare, engine, jobs
from lowtide.formal.fuzz.arrays import examine as examination
from lowtide.formal.fuzz.arrays.draw import draw
from lowtide.formal.fuzz.arrays.examine import examine
from lowtide.formal.fuzz.arrays.examined import Examined, Finding
from lowtide.formal.fuzz.arrays.refusals import fault_of_refusal
from lowtide.formal.fuzz.arrays.results import kept
from lowtide.formal.fuzz.arrays.shrink import shrink
from lowtide.hw import ArrayConfig, Engine, find
from lowtide.hw.config.reserved import PORTS
from lowtide.hw.pe import KINDS

from hard_configurations import HARD

TINY = {"name": "tiny", "kind": "parallel", "rows": 2, "cols": 1, "lanes": 2}


def legal(seed, count):
    """The legal ones of so many configurations."""
    for number in range(count):
        try:
            yield ArrayConfig(**draw(seed, number))
        except ValueError:
            continue


def test_a_dozen_configurations_that_were_wrong_once():
    assert {chosen["kind"] for chosen in HARD} <= set(KINDS)
    results = examine({number: {"name": f"hard_{number}"} | chosen for number, chosen in enumerate(HARD)}, seed=12)
    assert [(each.fields, each.findings) for each in results if each.findings] == []
    assert {each.outcome for each in results} == {"computed"}
    assert all(each.jobs and each.words for each in results)


@pytest.mark.long
def test_every_kind_with_one_type_of_data_and_of_weights():
    """Where a choice has one value its control bit is gone, and with the last one the port."""
    types = [{"x_types": (type,), "w_types": (type,)} for type in ("signed", "unsigned")]
    size = {"rows": 1, "cols": 1, "x_width": 8, "w_width": 8, "acc_width": 24}
    drawn = [{"kind": kind} | size | chosen for kind in KINDS for chosen in types]
    results = examine({number: {"name": f"one_{number}"} | fields for number, fields in enumerate(drawn)}, seed=3)
    assert [(each.fields, each.findings) for each in results if each.findings] == []
    assert {each.outcome for each in results} == {"computed"}


@pytest.mark.parametrize("name", ["std", *Engine(find("parallel_4x4_formats16")).signature.members])
def test_the_package_of_systemverilog_and_ports_are_no_names(name):
    """Verilator brings a package `std`, a module of that name was lost; and no module has the name of its port."""
    for each in [name] if name in ("std", *PORTS) else [f"{name}_{part}" for part in ("data", "valid", "ready")]:
        with pytest.raises(ValueError, match=f"name is '{each}'"):
            ArrayConfig(name=each)


def test_what_is_refused_is_refused_in_one_line_that_names_a_field():
    refused = 0
    for number in range(10_000):
        chosen = draw(5, number)
        try:
            ArrayConfig(**chosen)
        except Exception as error:  # of any type: only some are refusals
            assert fault_of_refusal(chosen, error) == "", chosen
            refused += 1
    assert 2000 < refused < 8000


def test_both_statements_of_a_thousand_random_configurations():
    found = 0
    for config in legal(4, 1000):
        kind = golden.pe.KINDS[config.kind]
        for mode in config.modes():
            config.check_mode(mode)
            golden.check(mode, config)
            assert config.values_per_beat(mode) == kind.values_per_beat(mode, config), (config, mode)
            assert config.cycles_per_beat(mode) == kind.cycles_per_beat(mode, config), (config, mode)
            assert config.largest_k_of_accumulator(mode) == golden.largest_k(mode, config), (config, mode)
        found += 1
    assert found > 350


def test_number_i_of_a_seed_is_always_the_same():
    assert [draw(1, number) for number in range(50)] == [draw(1, number) for number in range(50)]
    assert draw(1, 0) != draw(2, 0)


@pytest.mark.parametrize(
    "stage, where, name, wrong",
    [
        ("values", jobs.Run, "expected", lambda run: [job.x[:, :1] * 0 + job.w[:1] * 0 - 999 for job in run.jobs]),
        ("cycles", jobs.Run, "cycles", lambda run: -1),
        ("reason", engine.Engine, "ask", lambda engine, words: [255] * len(words)),
        ("legality", compare, "golden_accepts", lambda config, mode: True),
        ("check", examination, "check_messages", lambda tops, folder: dict.fromkeys(tops, "wrong")),
    ],
)
def test_what_is_wrong_is_found(monkeypatch, stage, where, name, wrong):
    monkeypatch.setattr(where, name, wrong)
    (result,) = examine({7: TINY}, seed=1)
    assert result.outcome == "found"
    assert {finding.stage for finding in result.findings} == {stage}


def test_an_engine_that_does_not_compile_takes_no_other_with_it(monkeypatch):
    right = examination.verilate

    def verilate(text, top, prefix, folder):
        found = right(text, top, prefix, folder)
        if top == "broken":
            (folder / f"{prefix}broken.cpp").write_text("broken")
        return found

    monkeypatch.setattr(examination, "verilate", verilate)
    results = examine({7: TINY, 8: TINY | {"name": "broken"}}, seed=1)
    assert [[finding.stage for finding in each.findings] for each in results] == [[], ["build"]]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_limit_holds_where_python_drops_the_first_exception(monkeypatch):
    """One that is raised inside of a callback of a weak reference is dropped: the next one comes."""

    class Held:
        pass

    def slow(*arguments, **options):
        held = Held()
        reference = weakref.ref(held, lambda reference: time.sleep(2))
        del held
        assert reference() is None
        time.sleep(60)

    monkeypatch.setattr(examination, "LONGEST", 1)
    monkeypatch.setattr(examination, "verilog", slow)
    (result,) = examine({7: TINY}, seed=1)
    assert [finding.stage for finding in result.findings] == ["slow"]


def test_a_wrong_engine_is_found(monkeypatch):
    right = examination.verilog
    monkeypatch.setattr(
        examination, "verilog", lambda *a, **k: right(*a, **k).replace("(product_0) +", "(product_0) -")
    )
    (result,) = examine({7: TINY}, seed=1)
    assert "values" in {finding.stage for finding in result.findings}, "the replaced text must be there"


@pytest.mark.parametrize(
    "error, fault",
    [
        (ValueError("rows is 0, allowed are 1 to 256"), ""),
        (ValueError("rows is 3, allowed are 1 to 256"), "does not say the value"),
        (ValueError("rows is 0"), "does not say what is allowed"),
        (ValueError("bad rows, allowed are 1 to 256"), "does not begin with a field"),
        (ValueError("rows is 0,\nallowed are 1 to 256"), "2 lines"),
        (TypeError("rows is 0, allowed are 1 to 256"), "TypeError"),
    ],
)
def test_a_refusal_names_a_field_its_value_and_what_is_allowed(error, fault):
    said = fault_of_refusal({"rows": 0}, error)
    assert fault in said and bool(fault) == bool(said)


def test_a_smaller_configuration_has_the_same_finding(monkeypatch):
    def two_rows(drawn, **options):
        return [
            Examined(number, chosen, findings=[Finding("values", "")] if chosen.get("rows", 8) >= 2 else [])
            for number, chosen in drawn.items()
        ]

    monkeypatch.setattr("lowtide.formal.fuzz.arrays.shrink.examine", two_rows)
    chosen = {"name": "a", "kind": "term", "cols": 9, "rows": 7, "w_types": ("signed", "unsigned")}
    assert shrink(Examined(3, chosen, findings=[Finding("values", "")]), seed=1) == {"name": "a", "kind": "term"}


def test_results_are_kept_whatever_the_run_ended_with(tmp_path):
    held = kept(tmp_path, 1)
    held.add([Examined(number, {"kind": "term"}, "found", [Finding("values", "wrong")]) for number in range(3)])
    text = held.path.read_text()
    held.path.write_text(text[:-20])
    assert sorted(kept(tmp_path, 1).found) == [0, 1]
    assert kept(tmp_path, 1).found[1] == held.found[1]


def test_the_command_goes_on_where_it_stopped(tmp_path, capsys):
    arguments = ["--seed", "5", "--count", "4", "--jobs", "1", "-o", str(tmp_path)]
    assert main(["fuzz", *arguments]) == 0
    first = (tmp_path / "fuzz.json").read_bytes()
    assert main(["fuzz", *arguments[:3], "6", *arguments[4:]]) == 0
    assert "4 of them were examined before" in capsys.readouterr().out
    page = tmp_path / "docs" / "fuzz.md"
    assert main(["fuzz", *arguments, "--page", str(page)]) == 0
    assert (tmp_path / "fuzz.json").read_bytes() == first
    assert page.read_bytes() == (tmp_path / "fuzz.md").read_bytes()
    assert (
        "Written by `lowtide fuzz --seed 5 --count 4`" in page.read_text() and "none with findings" in page.read_text()
    )


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--kind", "systolic"], ["--seed", "-1"], ["--jobs", "0"]])
def test_bad_input_is_one_line_and_status_2(arguments, capsys):
    assert main(["fuzz", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and arguments[0][2:] in said
