"""Design spaces: a TOML file says which values to combine, and becomes a list of points::

    targets = ["ge", "xc7"]

    [term]                      # a table for each kind of PE, or several: [[term]]
    lanes = [4, 8]              # lists of values of a configuration's fields; all combinations
    group = 8                   # one value
    budgets = [8, 12, 16]       # term revealing: terms kept of a group

    [accuracy]                  # what a mode keeps on some network, where that is known
    int8 = 0.981

Beside fields a table has ``modes`` (names), ``widths`` (pairs of bits) and ``budgets`` with ``data_terms``; without any
of them every mode that the configuration is priced in elsewhere. A table that states ``rows`` or ``cols`` is a sweep of
arrays, one that states neither a sweep of PEs.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode
from lowtide.hw.pe import KINDS

from ..designs.design import NAME
from ..targets import TARGETS
from .choices import FIELDS, MODE_KEYS, check, modes

__all__ = ["Point", "Refusal", "Space", "read"]


@dataclass(frozen=True)
class Point:
    """One point: a configuration in a mode on a target.

    Parameters
    ----------
    config : ArrayConfig
        What is priced.
    mode_name, mode : str, Mode
        What for, and what tables call it.
    target : str
        Its name.
    array : bool
        Whether the whole array is priced, or its PE alone.
    """

    config: ArrayConfig
    mode_name: str
    mode: Mode
    target: str
    array: bool


@dataclass(frozen=True)
class Refusal:
    """A combination that cannot be built, or that does not have the mode.

    Parameters
    ----------
    family : str
        Kind of PE.
    values : tuple of (str, object)
        Fields that the file states, and their values.
    mode_name : str
        Empty where the configuration itself is refused.
    reason : str
        One line.
    """

    family: str
    values: tuple[tuple[str, Any], ...]
    mode_name: str
    reason: str


@dataclass(frozen=True)
class Space:
    """What a sweep prices.

    Parameters
    ----------
    points : tuple of Point
        Each once.
    refusals : tuple of Refusal
        Each once.
    accuracy : tuple of (str, float)
        Names of modes, and what they keep.
    """

    points: tuple[Point, ...]
    refusals: tuple[Refusal, ...]
    accuracy: tuple[tuple[str, float], ...]


def read(path: str | Path) -> Space:
    """The space that a file states. Raises ``ValueError`` with one line where it is no such file."""
    try:
        stated = tomllib.loads(Path(path).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"sweep file is {path}: {getattr(error, 'strerror', None) or 'not text'}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"sweep file is {path}: not TOML, {error}") from None
    targets, accuracy = _targets(stated.pop("targets", ["ge"])), _accuracy(stated.pop("accuracy", {}))
    points: dict[Point, None] = {}
    refusals: dict[Refusal, None] = {}
    named: dict[str, tuple[bool, tuple[str, ...]]] = {}
    for kind, tables in stated.items():
        if kind not in KINDS:
            raise ValueError(f"table is {kind!r}, allowed are targets, accuracy and the kinds {', '.join(KINDS)}")
        for table in tables if isinstance(tables, list) else [tables]:
            for each in _combined(kind, table, targets[0], named):
                if isinstance(each, Refusal):
                    refusals[each] = None
                else:
                    points |= dict.fromkeys(replace(each, target=target) for target in targets)
    if missing := [name for name, (found, _) in named.items() if not found]:
        known = dict.fromkeys(name for _, others in named.values() for name in others)
        raise ValueError(f"modes is {missing[0]!r}, the configurations of this sweep have {', '.join(known) or 'none'}")
    if not points and not refusals:
        raise ValueError(f"sweep file is {path}: it has no table, allowed are {', '.join(KINDS)}")
    return Space(tuple(points), tuple(refusals), tuple(sorted(accuracy.items())))


def _combined(
    kind: str, table: Any, target: str, named: dict[str, tuple[bool, tuple[str, ...]]]
) -> Iterator[Point | Refusal]:
    """The point of each combination of a table on a target, or its refusal. ``named`` notes whether a mode that is
    stated by name was found anywhere, and the names that there are."""
    lists = _lists(kind, table)
    fields = {key: values for key, values in lists.items() if key in FIELDS}
    stated = {key: values for key, values in lists.items() if key in MODE_KEYS}
    array = "rows" in fields or "cols" in fields
    for values in product(*fields.values()):
        chosen = dict(zip(fields, values, strict=True))
        said = tuple((key, ", ".join(value) if isinstance(value, list) else value) for key, value in chosen.items())
        try:
            config = ArrayConfig(name=NAME, kind=kind, **chosen)
        except ValueError as error:
            yield Refusal(kind, said, "", str(error))
            continue
        found, refused = modes(config, stated)
        for name in stated.get("modes", ()):
            before, others = named.get(name, (False, ()))
            named[name] = before or name in found, others or tuple(modes(config, {})[0])
        for name, mode in found.items():
            yield Point(config, name, mode, target, array)
        for name, reason in refused.items():
            yield Refusal(kind, said, name, reason)


def _lists(kind: str, table: Any) -> dict[str, list[Any]]:
    """The lists of a table, checked value by value."""
    if not isinstance(table, dict):
        raise ValueError(f"{kind} is {table!r}, allowed is a table of lists")
    for key in table:
        if key not in FIELDS + MODE_KEYS:
            raise ValueError(f"{key} is no field of a configuration, allowed are {', '.join(FIELDS + MODE_KEYS)}")
    lists = {key: values if isinstance(values, list) else [values] for key, values in table.items()}
    for key, values in lists.items():
        if not values:
            raise ValueError(f"{key} is empty, allowed is a list of at least one value")
        for value in values:
            check(kind, key, value)
    if "data_terms" in lists and "budgets" not in lists:
        raise ValueError("data_terms is stated without budgets, allowed is data_terms beside budgets")
    return lists


def _targets(stated: Any) -> list[str]:
    names = stated if isinstance(stated, list) else [stated]
    for name in names:
        if name not in TARGETS:
            raise ValueError(f"targets is {name!r}, allowed are {', '.join(TARGETS)}")
    if not names:
        raise ValueError(f"targets is empty, allowed are {', '.join(TARGETS)}")
    return list(dict.fromkeys(names))


def _accuracy(table: Any) -> dict[str, float]:
    if not isinstance(table, dict):
        raise ValueError(f"accuracy is {table!r}, allowed is a table of mode names and numbers")
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"accuracy of {name} is {value!r}, allowed is a number")
    return {name: float(value) for name, value in table.items()}
