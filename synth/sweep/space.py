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
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode
from lowtide.hw.pe import KINDS

from ..designs import NAME
from ..targets import TARGETS
from .choices import FIELDS, MODE_KEYS, check, modes

__all__ = ["Point", "Refusal", "Space", "read"]


@dataclass(frozen=True)
class Point:
    """One point: a configuration in a mode on a target. array: whether the whole array is priced, or its PE alone."""

    config: ArrayConfig
    mode_name: str
    mode: Mode
    target: str
    array: bool


@dataclass(frozen=True)
class Refusal:
    """A combination that cannot be built, or that does not have the mode. values: (field, value) of the fields that the
    file states; mode_name: empty where the configuration itself is refused; reason: one line."""

    family: str
    values: tuple
    mode_name: str
    reason: str


@dataclass(frozen=True)
class Space:
    """points: a tuple of :class:`Point`, each once. refusals: a tuple of :class:`Refusal`. accuracy: (mode name, value)
    pairs."""

    points: tuple
    refusals: tuple
    accuracy: tuple


def read(path):
    """The :class:`Space` that a file states. Raises ``ValueError`` with one line where it is no such file."""
    try:
        stated = tomllib.loads(Path(path).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"sweep file is {path}: {getattr(error, 'strerror', None) or 'not text'}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"sweep file is {path}: not TOML, {error}") from None
    targets, accuracy = _targets(stated.pop("targets", ["ge"])), _accuracy(stated.pop("accuracy", {}))
    points, refusals, named = {}, {}, {}
    for kind, tables in stated.items():
        if kind not in KINDS:
            raise ValueError(f"table is {kind!r}, allowed are targets, accuracy and the kinds {', '.join(KINDS)}")
        for table in tables if isinstance(tables, list) else [tables]:
            for each in _combined(kind, table, named):
                if isinstance(each, Refusal):
                    refusals[each] = None
                else:
                    points |= dict.fromkeys(Point(*each[:3], target, each[3]) for target in targets)
    if missing := [name for name, (found, _) in named.items() if not found]:
        known = dict.fromkeys(name for _, others in named.values() for name in others)
        raise ValueError(f"modes is {missing[0]!r}, the configurations of this sweep have {', '.join(known) or 'none'}")
    if not points and not refusals:
        raise ValueError(f"sweep file is {path}: it has no table, allowed are {', '.join(KINDS)}")
    return Space(tuple(points), tuple(refusals), tuple(sorted(accuracy.items())))


def _combined(kind, table, named):
    """(configuration, mode name, mode, array) of each combination of a table, or its :class:`Refusal`. ``named``
    notes whether a mode that is stated by name was found anywhere, and the names that there are."""
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
            yield config, name, mode, array
        for name, reason in refused.items():
            yield Refusal(kind, said, name, reason)


def _lists(kind, table):
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


def _targets(names):
    names = names if isinstance(names, list) else [names]
    for name in names:
        if name not in TARGETS:
            raise ValueError(f"targets is {name!r}, allowed are {', '.join(TARGETS)}")
    if not names:
        raise ValueError(f"targets is empty, allowed are {', '.join(TARGETS)}")
    return list(dict.fromkeys(names))


def _accuracy(table):
    if not isinstance(table, dict):
        raise ValueError(f"accuracy is {table!r}, allowed is a table of mode names and numbers")
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"accuracy of {name} is {value!r}, allowed is a number")
    return {name: float(value) for name, value in table.items()}
