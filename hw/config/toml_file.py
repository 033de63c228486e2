"""A configuration in a TOML file."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from lowtide.common.shown import shown

from .accelerator_config import ACCELERATOR_SETTINGS, TOP, AcceleratorConfig
from .array_config import ArrayConfig
from .fields import BY_NAME
from .machines import MACHINES
from .named import find
from .reserved import check_name

__all__ = ["accelerator_from_toml", "from_toml", "machine_given"]


def from_toml(path: str | Path) -> ArrayConfig:
    """The configuration in a TOML file: one ``key = value`` for each field, the name by default that of the file."""
    path = Path(path)
    values = _named(_values(path, BY_NAME), path, path.stem)
    return ArrayConfig(**values)


def accelerator_from_toml(path: str | Path) -> AcceleratorConfig:
    """The accelerator in a TOML file: one ``key = value`` for each field, the name by default that of the file.

    ``array`` is the name of a named array, or a table ``[array]`` with the fields of one, whose name is by default that
    of the accelerator with ``_array`` behind it.
    """
    path = Path(path)
    values = _values(path, ["array", *(each.name for each in ACCELERATOR_SETTINGS)])
    values = _named(values, path, f"{path.stem}{TOP}")
    array = values.get("array")
    if isinstance(array, str):
        values["array"] = find(array)
    elif isinstance(array, dict):
        _check_fields(array, BY_NAME)
        array.setdefault("name", f"{values['name']}_array")
        values["array"] = ArrayConfig(**array)
    elif "array" not in values:
        raise ValueError(f"config file is {path}: it lacks array, the name of a named array or a table of its fields")
    return AcceleratorConfig(**values)


def machine_given(name: str | Path) -> AcceleratorConfig:
    """The machine that a user names: a named one, or the one in a TOML file, whose name ends in ``.toml``.

    Raises
    ------
    ValueError
        There is none.
    """
    if Path(name).suffix == ".toml":
        return accelerator_from_toml(name)
    if name not in MACHINES:
        raise ValueError(f"machine is {str(name)!r}, allowed are {', '.join(MACHINES)} and TOML files")
    return MACHINES[str(name)]


def _values(path: Path, fields: Collection[str]) -> dict[str, Any]:
    """What a TOML file states, names of fields to values."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"config file is {path}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:  # also bytes that are no text, numbers and lists beyond limits
        raise ValueError(f"config file is {path}: not TOML, {error}") from None
    _check_fields(values, fields)
    return values


def _named(values: dict[str, Any], path: Path, top: str) -> dict[str, Any]:
    """The values with a name, that of the file where they have none: ``ValueError`` where ``top``, the name of the top
    module then, is none that it may have."""
    if "name" not in values:
        try:
            check_name(top)
        except ValueError as error:
            raise ValueError(
                f'{error} (it is taken from that of the file {path.name}, which has no line name = "...")'
            ) from None
        values["name"] = path.stem
    return values


def _check_fields(values: Mapping[str, Any], fields: Collection[str]) -> None:
    """Raise ``ValueError`` for a key that is no field."""
    for key in values:
        if key not in fields:
            raise ValueError(f"{shown(key)} is no field of a configuration, allowed are {', '.join(fields)}")
