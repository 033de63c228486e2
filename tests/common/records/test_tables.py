"""The tables of records in documents name every field once, with its place."""

from lowtide.common.records.entries import Parameter, Tap
from lowtide.common.records.errors import Error
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Load
from lowtide.common.records.tables import record_tables


def test_every_field_and_error_has_a_line():
    text = record_tables()
    for field in {*Load.layout(), *Exec.layout(), *Parameter.layout(), *Tap.layout()}:
        bits = f"{field.bits} s" if field.signed else str(field.bits)
        line = f"| `{field.name}` | {field.lowest_bit} | {bits} | {field.least} to {field.most} | {field.meaning} |"
        assert text.count(line) == 1
    for error in Error:
        assert text.count(f"| {int(error)} | `{error.name}` | {error.meaning} |") == 1
