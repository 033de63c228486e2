"""A configuration in a TOML file."""

import tomllib
from pathlib import Path

from lowtide.common.shown import shown

from .array_config import BY_NAME, ArrayConfig
from .reserved import check_name

__all__ = ["from_toml"]


def from_toml(path: str | Path) -> ArrayConfig:
    """The configuration in a TOML file: one ``key = value`` for each field, the name by default that of the file."""
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"config file is {path}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:  # also bytes that are no text, numbers and lists beyond limits
        raise ValueError(f"config file is {path}: not TOML, {error}") from None
    if "name" not in values:
        try:
            check_name(path.stem)
        except ValueError as error:
            raise ValueError(
                f'{error} (it is taken from that of the file {path.name}, which has no line name = "...")'
            ) from None
    for key in values:
        if key not in BY_NAME:
            raise ValueError(f"{shown(key)} is no field of a configuration, allowed are {', '.join(BY_NAME)}")
    return ArrayConfig(**{"name": path.stem} | values)
