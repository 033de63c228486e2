"""Accelerators: completed, refused in one line, named, read from TOML."""

import json
from dataclasses import replace

import pytest

from lowtide.hw import ArrayConfig, find
from lowtide.hw.config.accelerator_config import ACCELERATOR_SETTINGS, AcceleratorConfig
from lowtide.hw.config.machines import MACHINES, find_machine, flexible_machine
from lowtide.hw.config.toml_file import accelerator_from_toml, machine_given
from lowtide.hw.pe import KINDS

ARRAY = find("parallel_4x4_l1")

BAD = [
    ({"array": "parallel_4x4_l1"}, "array is 'parallel_4x4_l1', allowed are instances of lowtide.hw.ArrayConfig"),
    ({"name": "a-b"}, "name is 'a-b_machine', allowed are letters, digits and _"),
    ({"name": 3}, "name is 3, allowed are letters"),
    ({"name": "parallel_4x4_l1"}, "name is 'parallel_4x4_l1', that of its array"),
    ({"array": replace(ARRAY, rows=6)}, "rows of the array is 6, allowed in an accelerator are powers of two from 2"),
    ({"array": replace(ARRAY, rows=1)}, "rows of the array is 1, allowed in an accelerator are powers of two from 2"),
    ({"array": find("parallel_8x8_flex")}, "exponent_bits of the array is 3, allowed in an accelerator are 0"),
    ({"feature_bytes": 1000}, "feature_bytes is 1000, allowed are 32, 64, 128"),
    ({"feature_bytes": 32}, "feature_bytes is 32, allowed with atoms of 1 bytes are powers of two from 64 to 16777216"),
    ({"feature_bytes": 1 << 25}, "feature_bytes is 33554432, allowed with atoms of 1 bytes"),
    ({"weight_bytes": 32}, "weight_bytes is 32, allowed with words of 4 bytes are powers of two from 64 to 4194304"),
    ({"parameters": True}, "parameters is True, allowed are 16, 32"),
    ({"taps": 2048}, "taps is 2048, allowed are 16, 32, 64, 128, 256, 512, 1024"),
    ({"bus_bits": 48}, "bus_bits is 48, allowed are 32, 64, 128, 256"),
    ({"bus_bits": 64}, "bus_bits is 64, allowed are at most 32: an atom of each row"),
    ({"outstanding": 17}, "outstanding is 17, allowed are 1 to 16"),
    ({"digits_per_cycle": 1}, "digits_per_cycle is 1, allowed are 2 to 13"),
    ({"rows_per_requantiser": 3}, "rows_per_requantiser is 3, allowed are 1, 2, 4"),
    ({"multiplier_bits": 1}, "multiplier_bits is 1, allowed are 2 to 24"),
    (
        {"post": ("pool",)},
        "post is 'pool', allowed are some of operand, product, vector, table, top_terms, measure, each once",
    ),
    ({"post": ("table", "table")}, "post is 'table, table', allowed are some of"),
]


@pytest.mark.parametrize("fields, message", BAD)
def test_a_bad_field_is_named_with_its_value_and_what_is_allowed(fields, message):
    with pytest.raises(ValueError) as error:
        AcceleratorConfig(**{"array": ARRAY} | fields)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_requantisers_share_at_most_all_rows():
    array = ArrayConfig(name="two", rows=2, cols=2, lanes=4)
    assert AcceleratorConfig(array=array, rows_per_requantiser=2).requantisers == 1
    with pytest.raises(ValueError, match="rows_per_requantiser is 4, allowed are at most the 2 rows of the array"):
        AcceleratorConfig(array=array, rows_per_requantiser=4)


def test_digits_keep_pace_with_the_array_where_they_are_left_open():
    arrays = [ArrayConfig(name="staged", rows=2, cols=2, lanes=4, pipeline=stages) for stages in (0, 1, 2)]
    assert [AcceleratorConfig(array=array).digits_per_cycle for array in arrays] == [9, 5, 3]
    assert AcceleratorConfig(array=arrays[0], digits_per_cycle=4).digits_per_cycle == 4


def test_sizes_follow_from_the_array():
    machine = AcceleratorConfig(array=ArrayConfig(name="a", rows=4, cols=3, lanes=3), post=())
    assert (machine.atom_bytes, machine.weight_word_bytes) == (4, 16)  # 24 and 72 bits
    assert (machine.feature_atoms, machine.bank_atoms, machine.weight_words) == (16384, 4096, 1024)
    assert (machine.feature_address_bits, machine.bank_bits, machine.bank_address_bits) == (14, 2, 12)
    assert (machine.bus_bytes, machine.atoms_per_bus_beat, machine.post) == (4, 1, ())
    assert replace(machine, bus_bits=128).atoms_per_bus_beat == 4
    assert replace(machine, bus_bits=32, array=ArrayConfig(name="b", rows=4, lanes=8)).atoms_per_bus_beat == 1


def test_every_kind_has_a_small_flexible_machine_with_everything_behind_it():
    assert [flexible_machine(kind).array.kind for kind in KINDS] == list(KINDS)
    for kind in KINDS:
        machine = flexible_machine(kind)
        assert machine.rows == machine.cols == 4 and len(machine.post) == 6
        assert MACHINES[machine.name] is machine
    tiny, small, large = (find_machine(name) for name in ("tiny", "small", "large"))
    assert [each.bus_bits for each in (tiny, small, large)] == [32, 128, 256]
    assert [each.rows * each.cols * each.array.lanes for each in (tiny, small, large)] == [32, 512, 2048]
    with pytest.raises(ValueError, match="machine is 'huge', allowed are tiny, small, large, parallel_flex"):
        find_machine("huge")


def test_fields_are_what_json_holds_and_make_the_same_machine():
    for machine in MACHINES.values():
        fields = json.loads(json.dumps(machine.fields()))
        assert list(fields)[:2] == ["name", "array"]
        assert AcceleratorConfig(**fields | {"array": ArrayConfig(**fields["array"])}) == machine


def test_toml(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text('array = "parallel_4x4_l1"\nbus_bits = 32\npost = []\n')
    assert accelerator_from_toml(path) == AcceleratorConfig(name="small", array=ARRAY, post=())
    path.write_text('name = "mine"\npost = ["table", "operand"]\n[array]\nkind = "term"\nrows = 4\ncols = 2\n')
    machine = accelerator_from_toml(path)
    assert (machine.top, machine.array.name, machine.array.kind) == ("mine_machine", "mine_array", "term")
    assert machine.post == ("operand", "table")
    for text, message in (
        ("taps = 64\n", "small.toml: it lacks array"),
        ('array = "parallel"\n', "config is 'parallel', allowed are parallel_4x4_l1"),
        ("array = 3\n", "array is 3, allowed are instances"),
        ("[array]\ncolumns = 3\n", "'columns' is no field of a configuration, allowed are name, kind"),
        ("rows = 3\n", "'rows' is no field of a configuration, allowed are array, name, feature_bytes"),
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match=message):
            accelerator_from_toml(path)
    path = tmp_path / "1.toml"
    path.write_text('array = "parallel_4x4_l1"\n')
    with pytest.raises(ValueError, match="name is '1_machine', .* .it is taken from that of the file 1.toml"):
        accelerator_from_toml(path)


def test_every_field_has_a_line_of_help():
    assert all(setting.help and "\n" not in setting.help for setting in ACCELERATOR_SETTINGS)


def test_a_machine_is_given_by_its_name_or_a_file(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('array = "parallel_8x8_l1"\ntaps = 64\n')
    assert (machine_given(str(path)).name, machine_given(path).taps) == ("own", 64)
    assert machine_given("tiny") == find_machine("tiny")
    with pytest.raises(ValueError, match=r"^machine is 'own', allowed are tiny, .* and TOML files$"):
        machine_given("own")
