"""Configurations: completed, validated, read from TOML."""

import pytest

from lowtide.hw import CONFIGURATIONS, ArrayConfig, Engine, Mode, find, from_toml
from lowtide.hw.config.fields import SETTINGS
from lowtide.hw.emit.documents.description import description
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS

BAD = [
    ({"kind": "systolic"}, "kind is 'systolic', allowed are parallel, term"),
    ({"name": "8x8"}, "name is '8x8', allowed are letters"),
    ({"name": "a-b"}, "name is 'a-b'"),
    ({"name": "small"}, "name is 'small', a word of Verilog"),
    ({"rows": 0}, "rows is 0, allowed are 1 to 256"),
    ({"cols": 257}, "cols is 257, allowed are 1 to 256"),
    ({"rows": 2.0}, "rows is 2.0, allowed are 1 to 256"),
    ({"rows": True}, "rows is True, allowed are 1 to 256"),
    ({"lanes": 65}, "lanes is 65, allowed are 1 to 64"),
    ({"kind": "term", "lanes": 17}, "lanes is 17, allowed are 1 to 16"),
    ({"x_width": 1}, "x_width is 1, allowed are 2 to 16"),
    ({"w_width": 17}, "w_width is 17, allowed are 2 to 16"),
    ({"acc_width": 15}, "acc_width is 15, allowed are 16 to 64"),
    ({"acc_width": 65}, "acc_width is 65, allowed are 16 to 64"),
    ({"x_types": ("signed", "float")}, "x_types is 'signed, float', allowed are some of signed, unsigned"),
    ({"w_types": ()}, "w_types is empty"),
    ({"w_types": ("signed", "signed")}, "w_types is 'signed, signed'"),
    ({"w_formats": ("log",)}, "w_formats is 'log', allowed are some of plain, log4"),
    ({"group": 8}, "group is 8, kind parallel has none: leave it out"),
    ({"budget": 8}, "budget is 8, kind parallel has none"),
    ({"encodings": ("hese",)}, "encodings is .*, kind parallel has none"),
    ({"multiplier": "wallace"}, "multiplier is 'wallace', allowed are inferred, booth"),
    ({"kind": "term", "multiplier": "booth"}, "multiplier is 'booth', kind term has none: leave it out"),
    ({"kind": "term", "group": 17}, "group is 17, allowed are 1 to 16"),
    ({"kind": "term", "group": 0}, "group is 0, allowed are 1 to 16"),
    ({"kind": "term", "budget": 512}, "budget is 512, allowed are 1 to 511"),
    ({"kind": "term", "encodings": ()}, "encodings is empty, allowed are some of hese, binary, each once"),
    ({"result_buffer": 1}, "result_buffer is 1, allowed are true and false"),
    ({"kind": ["term"]}, r"kind is \['term'\], allowed are parallel"),
    ({"name": 3}, "name is 3, allowed are letters"),
    ({"name": "a" * 101}, "it has 101 letters: allowed are 1 to 100"),
    ({"name": "lowtide_mode"}, "name is 'lowtide_mode', the name of another file that Lowtide writes"),
    ({"name": "Lowtide_Mode"}, "the name of another file"),
    ({"name": "hese_encoder_8su"}, "the name of another file"),
    ({"name": "mine_bench"}, "the name of another file"),
    ({"x_types": 3}, "x_types is 3, allowed are some of signed, unsigned"),
    ({"x_formats": None}, "x_formats is None, allowed are some of plain, binary"),
    ({"kind": "fused", "x_width": 9}, "x_width is 9, allowed are 8, 16"),
    ({"kind": "subword", "x_width": 16}, "x_width is 16 and w_width 8, allowed for kind subword are equal ones"),
    ({"w_formats": [["plain"]]}, r"w_formats is \[\['plain'\]\], allowed are some of plain"),
    ({"rows": 10**5000}, "rows is an integer of 16610 bits, allowed are 1 to 256"),
    ({"rows": [10**5000]}, "rows is a list, allowed are 1 to 256"),
    ({"rows": "x" * 500}, "rows is 'xxx.*[.][.][.], allowed are 1 to 256"),
    ({"kind": "term", "group": "many"}, "group is 'many', allowed are 1 to 16"),
    ({"kind": "term", "lanes": "many"}, "lanes is 'many', allowed are 1 to 16"),
    ({"kind": "fused", "lanes": 2}, "lanes is 2, allowed is 1"),
    ({"guard_bits": 3}, "guard_bits is 3, without exponent_bits there is no block floating point: leave it out"),
    ({"group": True}, "group is True, kind parallel has none"),
]


@pytest.mark.parametrize("fields, message", BAD)
def test_a_bad_field_is_named_with_its_value_and_what_is_allowed(fields, message):
    with pytest.raises(ValueError, match=message) as error:
        ArrayConfig(**fields)
    assert "\n" not in str(error.value)


def test_open_fields_are_filled_in_by_the_kind():
    term = ArrayConfig(kind="term")
    assert (term.lanes, term.group, term.budget, term.encodings) == (1, 8, 56, ("hese", "binary"))
    assert ArrayConfig(kind="term", encodings="hese", w_types="unsigned").budget == 40
    parallel = ArrayConfig()
    assert (parallel.lanes, parallel.group, parallel.budget, parallel.encodings) == (1, 1, 1, ())


def test_every_kind_has_named_configurations_and_every_name_is_found():
    assert {config.kind for config in CONFIGURATIONS.values()} == set(KINDS)
    for name, config in CONFIGURATIONS.items():
        assert find(name) is config and config.name == name
    with pytest.raises(ValueError, match="config is 'none', allowed are parallel_4x4_l1, "):
        find("none")


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_every_mode_that_a_configuration_shows_is_supported_by_it(config):
    assert config.modes()
    assert len({mode.word() for mode in config.modes()}) == len(config.modes())
    for mode in config.modes():
        config.check_mode(mode)
        assert config.values_per_beat(mode) <= config.chunk
        assert config.largest_k(mode) >= config.chunk


def test_the_largest_k_is_that_of_the_accumulator_or_of_the_job():
    """Two limits: what 32 or 48 bits hold of 16 x 16 bits, and 65,535 chunks of two values."""
    narrow, wide = (ArrayConfig(lanes=2, x_width=16, w_width=16, acc_width=bits, x_types="signed") for bits in (36, 48))
    mode, diagonal = wide.modes()
    assert narrow.largest_k(mode) == narrow.largest_k_of_accumulator(mode) == (2**35 - 1) // 2**30
    assert wide.largest_k_of_accumulator(mode) == (2**47 - 1) // 2**30 > wide.largest_k(mode) == 65535 * 2
    assert narrow.largest_k(diagonal) == 2 * narrow.largest_k(mode)
    described = description(Engine(wide))["modes"][0]
    assert described["mode"] == mode.label() and described["largest_k_without_overflow"] == 65535 * 2


@pytest.mark.parametrize("kind", ["term", "term_pair"])
def test_there_is_a_mode_whatever_the_budget(kind):
    for budget in (*range(1, 14), 24, 40):
        config = ArrayConfig(kind=kind, group=8, budget=budget)
        budgets = {mode.budget for mode in config.modes()}
        assert budget in budgets if budget <= 12 else budgets >= {8, 12}
        for mode in config.modes():
            config.check_mode(mode)


def test_cycles_of_a_beat():
    term = find("term_8x8_g8_l8")
    cycles = {mode.label(): term.cycles_per_beat(mode) for mode in term.modes() if mode.x_signed}
    assert cycles == {
        "s8 x s8 QT hese g8 k32": 4,
        "s8 x s8 QT binary g8 k56": 7,
        "s8 x s8 TR hese g8 k24": 3,
        "s8 x s8 TR hese g8 k16": 2,
        "s8 x s8 TR hese g8 k12": 2,
        "s8 x s8 TR hese g8 k8": 1,
        "s8 x s8 TR hese g8 k4": 1,
    }


def test_unsupported_modes_are_named():
    term = find("term_8x8_g8_l8")
    mode = next(mode for mode in term.modes() if not mode.select and mode.hese)
    with pytest.raises(ValueError, match="budget is 31, to keep every term .* at least 32"):
        term.check_mode(mode.change(budget=31))
    with pytest.raises(ValueError, match="group is 9, configuration term_8x8_g8_l8 has 1 to 8"):
        term.check_mode(mode.change(group=9))
    with pytest.raises(ValueError, match="data_terms is 2, configuration term_8x8_g8_l8 has 0"):
        term.check_mode(mode.change(data_terms=2))


def test_toml(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('kind = "term"\nrows = 4\ncols = 2\nlanes = 2\nw_types = ["signed", "unsigned"]\n')
    config = from_toml(path)
    assert (config.name, config.kind, config.rows, config.w_types) == ("mine", "term", 4, ("signed", "unsigned"))
    path.write_text("rows = 4\ncolumns = 2\n")
    with pytest.raises(ValueError, match="'columns' is no field of a configuration, allowed are name, kind"):
        from_toml(path)
    path.write_text("rows = \n")
    with pytest.raises(ValueError, match="not TOML"):
        from_toml(path)
    with pytest.raises(ValueError, match="absent.toml: no such file"):
        from_toml(tmp_path / "absent.toml")


def test_every_field_has_a_line_of_help_and_a_kind_states_every_mode_field():
    assert all(setting.help and "\n" not in setting.help for setting in SETTINGS)
    for config in CONFIGURATIONS.values():
        assert list(config.pe.supported(config)) == [field.name for field in FIELDS]


@pytest.mark.parametrize(
    "field, value",
    [
        ("x_bits", 0),
        ("x_bits", 17),
        ("group", 0),
        ("group", 33),
        ("budget", 0),
        ("budget", 512),
        ("data_terms", 17),
        ("select", 2),
        ("w_format", "log"),
    ],
)
def test_a_mode_out_of_range_is_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} is {value!r}, allowed are "):
        Mode(**{field: value})
