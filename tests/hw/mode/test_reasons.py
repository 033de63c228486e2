"""Reason codes: explicit, stable, each with its own meaning, whatever is added to the mode word."""

import dataclasses
from dataclasses import dataclass

import pytest

from lowtide.hw.mode.field import fields_of, stated
from lowtide.hw.mode.reasons import OTHERS, REASON_BITS, Reason, reasons
from lowtide.hw.mode.word import FIELDS, WORD_BITS, Mode

#: The codes that software was built with. Lines may be added, none changed.
PUBLISHED = {
    "NONE": 0,
    "UNSUPPORTED_X_SIGNED": 1,
    "UNSUPPORTED_W_SIGNED": 2,
    "UNSUPPORTED_HESE": 3,
    "UNSUPPORTED_SELECT": 4,
    "UNSUPPORTED_X_BITS": 5,
    "UNSUPPORTED_W_BITS": 6,
    "UNSUPPORTED_DATA_TERMS": 7,
    "UNSUPPORTED_GROUP": 8,
    "UNSUPPORTED_BUDGET": 9,
    "UNSUPPORTED_X_FORMAT": 10,
    "UNSUPPORTED_W_FORMAT": 11,
    "UNSUPPORTED_CODEBOOK": 12,
    "UNSUPPORTED_BLOCK_FLOATING": 13,
    "BUDGET_NOT_LOSSLESS": 16,
    "NO_CHUNKS": 17,
    "TERMS_LOST": 18,
    "TAIL_TOO_LONG": 19,
    "FORMAT": 20,
    "WIDTHS": 21,
    "WEIGHT_CODE": 22,
    "UNSUPPORTED_GROUP_EXPONENT": 23,
    "UNSUPPORTED_DIAGONAL": 24,
}


def wider(**codes):
    """The fields of a mode word that has further ones, each with its reason code."""
    return fields_of(
        dataclasses.make_dataclass(
            "Wider",
            [(name, int, stated(0, reason=code, meaning="a field of a test")) for name, code in codes.items()],
            bases=(Mode,),
            frozen=True,
            kw_only=True,
        )
    )


def test_published_codes_stay():
    assert {name: int(Reason[name]) for name in PUBLISHED} == PUBLISHED
    assert len({reason.meaning for reason in Reason}) == len(Reason)


def test_further_fields_and_a_further_reason_move_no_code():
    """Three more fields, beyond the last of today: places of their own, but codes of their own."""
    free = max(Reason) + 1
    fields = wider(tile=free, stage=free + 1, shift=free + 2)
    others = OTHERS | {"STAGE_FULL": (free + 3, "job refused: a stage is full")}
    found = reasons(fields, others, REASON_BITS)
    assert {name: int(found[name]) for name in PUBLISHED} == PUBLISHED
    names = ("UNSUPPORTED_TILE", "UNSUPPORTED_STAGE", "UNSUPPORTED_SHIFT", "STAGE_FULL")
    assert [found[name] for name in names] == list(range(free, free + 4))
    assert len(found) == len(Reason) + 4 and list(found) == sorted(found)
    assert found(16).name == "BUDGET_NOT_LOSSLESS" and "budget" in found(16).meaning
    assert found(free + 2).meaning == "job refused: this value of `shift` is not built in"
    assert fields[: len(FIELDS)] == FIELDS and [field.lowest_bit for field in fields[len(FIELDS) :]] == [
        WORD_BITS,
        WORD_BITS + 1,
        WORD_BITS + 2,
    ]


@pytest.mark.parametrize(
    "code, message",
    [
        (16, "reason code of UNSUPPORTED_TILE is 16, that of BUDGET_NOT_LOSSLESS: allowed are codes of its own"),
        (5, "that of UNSUPPORTED_X_BITS"),
        (32, "reason code of UNSUPPORTED_TILE is 32, allowed in 5 bits are 0 to 31: widen REASON_BITS"),
    ],
)
def test_a_code_that_is_taken_or_does_not_fit_is_refused(code, message):
    with pytest.raises(ValueError, match=message):
        reasons(wider(tile=code), OTHERS, REASON_BITS)


def test_a_field_that_cannot_hold_its_values_is_refused():
    @dataclass(frozen=True, kw_only=True)
    class Narrow(Mode):
        tile: int = stated(0, reason=max(Reason) + 1, bits=2, most=4, meaning="a field of a test")

    with pytest.raises(ValueError, match="field tile .* has values 0 to 4, allowed in its 2 bits are 0 to 3"):
        fields_of(Narrow)
