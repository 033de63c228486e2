"""Configurations that random ones seldom are."""

from lowtide.formal.fuzz.arrays.examine import examine
from lowtide.hw.pe import KINDS


def test_every_kind_with_one_type_of_data_and_of_weights():
    """Where a choice has one value its control bit is gone, and with the last one the port."""
    types = [{"x_types": (type,), "w_types": (type,)} for type in ("signed", "unsigned")]
    size = {"rows": 1, "cols": 1, "x_width": 8, "w_width": 8, "acc_width": 24}
    drawn = [{"kind": kind} | size | chosen for kind in KINDS for chosen in types]
    results = examine({number: {"name": f"one_{number}"} | fields for number, fields in enumerate(drawn)}, seed=3)
    assert [(each.fields, each.findings) for each in results if each.findings] == []
    assert {each.outcome for each in results} == {"computed"}
