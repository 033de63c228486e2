"""What a machine tells in numbers, for C: errors, the array's reasons, kinds of records, a profile entry's size."""

import json
from collections.abc import Iterable
from typing import Protocol

from lowtide.common.records.errors import Error
from lowtide.common.records.profile import PROFILE_ENTRY_BYTES
from lowtide.common.records.record import Kind

from ...mode.reasons import Reason

__all__ = ["codes_header"]


class _Code(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def value(self) -> int: ...

    meaning: str


def codes_header() -> str:
    """The header ``lowtide_codes.h``, text of C99.

    ``LOWTIDE_ERRORS(each)`` and ``LOWTIDE_REASONS(each)`` are ``each(code, name, meaning)`` for every code, so that a
    table, an enumeration or the cases of a switch can be made of them.
    """
    lines = [
        "/* What a Lowtide machine tells in numbers. Generated; do not edit. */",
        "#ifndef LOWTIDE_CODES_H",
        "#define LOWTIDE_CODES_H",
        "",
        "/* why the machine stopped */",
        *_each("LOWTIDE_ERRORS", Error),
        "",
        "/* why its array did, where the error is ENGINE */",
        *_each("LOWTIDE_REASONS", Reason),
        "",
        *(f"#define LOWTIDE_ERROR_{error.name} {error.value}" for error in Error),
        "",
        *(f"#define LOWTIDE_KIND_{kind.name} {kind.value}" for kind in Kind),
        "",
        f"#define LOWTIDE_PROFILE_ENTRY_BYTES {PROFILE_ENTRY_BYTES}",
        "",
        "#endif",
    ]
    return "\n".join(lines) + "\n"


def _each(macro: str, codes: Iterable[_Code]) -> list[str]:
    entries = [f"    each({code.value}, {code.name}, {json.dumps(code.meaning)})" for code in codes]
    return [f"#define {macro}(each) \\", *(f"{entry} \\" for entry in entries[:-1]), entries[-1]]
