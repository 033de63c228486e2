"""A field of a configuration: everything about it, stated beside it in
:class:`lowtide.hw.config.fields.Fields`."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lowtide.common.shown import shown

__all__ = ["Setting", "choice", "flag", "integer", "power_of_two", "settings_of", "several", "text"]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One field of a configuration.

    Parameters
    ----------
    name : str
        The same in Python, TOML, JSON and, with hyphens, on the command line.
    type : type
        ``int``, ``bool``, ``str`` (one name) or ``tuple`` (several names).
    allowed : range or tuple
        Integers, or names, that it can have; empty where these are no list, as for names of configurations.
    default : object
        What it is where neither the user nor the kind of PE says it.
    open : bool
        Whether None leaves it to the kind of PE.
    own : bool
        Whether only some kinds have it, those whose ``fields`` name it.
    absent : object
        What stands in it for a kind that has none.
    empty : bool
        Several names: whether none is allowed too.
    help : str
        One line for the command line and the documents.
    """

    name: str
    type: type
    allowed: range | tuple[Any, ...]
    default: Any
    open: bool
    own: bool
    absent: Any
    empty: bool
    help: str

    def of_kind(self, limits: Mapping[str, range | tuple[Any, ...]], presets: Mapping[str, Any]) -> "Setting":
        """The field as a kind of PE has it.

        Parameters
        ----------
        limits : mapping
            Names of fields to the values that the kind has. A default that is none of them becomes the last of them, or
            those of its names that are left.
        presets : mapping
            Names of fields to defaults of the kind.
        """
        allowed, default = limits.get(self.name, self.allowed), presets.get(self.name, self.default)
        if self.type is tuple:
            default = tuple(each for each in default if each in allowed) or tuple(allowed)
        elif self.name in limits and default not in (None, *allowed):
            default = allowed[-1]
        return replace(self, allowed=allowed, default=default)

    def checked(self, value: Any) -> Any:
        """A value of this field, several names as a tuple in the order of ``allowed``.

        Raises
        ------
        ValueError
            One line that names the field, the value and what is allowed.
        """
        if self.type is tuple:
            return self._names(value)
        if self.type is int:
            legal = isinstance(value, int) and not isinstance(value, bool) and value in self.allowed
        elif self.type is bool:
            legal = isinstance(value, bool)
        else:
            legal = isinstance(value, str) and (value in self.allowed or not self.allowed)
        if not legal:
            raise ValueError(f"{self.name} is {shown(value)}, allowed {self._span()}")
        return value

    def _span(self) -> str:
        if self.type is bool:
            return "are true and false"
        if len(self.allowed) == 1:
            return f"is {self.allowed[0]}"
        if isinstance(self.allowed, range):
            return f"are {self.allowed[0]} to {self.allowed[-1]}"
        return f"are {', '.join(map(str, self.allowed))}"

    def _names(self, value: Any) -> tuple[str, ...]:
        names = (value,) if isinstance(value, str) else value
        line = f"allowed are some of {', '.join(map(str, self.allowed))}, each once"
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"{self.name} is {shown(value)}, {line}")
        chosen = set(names)
        if not (names or self.empty) or len(chosen) != len(names) or not chosen <= set(self.allowed):
            raise ValueError(f"{self.name} is {shown(', '.join(names)) if names else 'empty'}, {line}")
        return tuple(str(name) for name in self.allowed if name in chosen)


def text(default: str, line: str) -> Any:
    """A field that is any name."""
    return _field(str, (), default, line)


def flag(default: bool | None, line: str, **kinds: Any) -> Any:
    """A field that is true or false. Parameters as of :func:`choice`."""
    return _field(bool, (True, False), default, line, **kinds)


def choice(default: str | None, allowed: tuple[str, ...], line: str, **kinds: Any) -> Any:
    """A field that is one of some names.

    Parameters
    ----------
    default : str or None
        See :class:`Setting`.
    allowed : tuple of str
        The names.
    line : str
        Its help, where ``{allowed}`` stands for the names.
    kinds : object
        ``open=True``: left to the kind of PE where the user does not say it. ``absent=``: that too, and only some kinds
        have the field; what stands in it for the others.
    """
    return _field(str, allowed, default, line, **kinds)


def several(default: tuple[str, ...] | None, allowed: tuple[str, ...], line: str, **kinds: Any) -> Any:
    """A field that is some of some names, with ``empty=True`` also none. Parameters as of :func:`choice`."""
    return _field(tuple, allowed, default, line, **kinds)


def integer(default: int | None, least: int, most: int, line: str, **kinds: Any) -> Any:
    """A field that is an integer, ``least`` to ``most``. In its help ``{least}``, ``{most}`` and ``{range}`` stand for
    these; the other parameters as of :func:`choice`."""
    return _field(int, range(least, most + 1), default, line, **kinds)


def power_of_two(default: int, least: int, most: int, line: str) -> Any:
    """A field that is a power of two, ``least`` to ``most``. Help as of :func:`integer`."""
    return _field(int, tuple(1 << bits for bits in range(least.bit_length() - 1, most.bit_length())), default, line)


def _field(type_: type, allowed: range | tuple[Any, ...], default: Any, line: str, **kinds: Any) -> Any:
    """A dataclass field with its :class:`Setting` in the metadata, all but the name."""
    if type_ is int:
        least, most = allowed[0], allowed[-1]
        line = line.format(least=least, most=most, range=f"{least} to {most}")
    else:
        line = line.format(allowed=", ".join(map(str, allowed)))
    is_open = "absent" in kinds or kinds.get("open", False)
    return dataclasses.field(
        default=None if is_open else default,
        metadata=dict(
            type=type_,
            allowed=allowed,
            default=default,
            help=line,
            open=is_open,
            own="absent" in kinds,
            absent=kinds.get("absent"),
            empty=kinds.get("empty", False),
        ),
    )


def settings_of(config: type) -> tuple[Setting, ...]:
    """The fields that a dataclass states, in order; one that is a configuration itself states none here."""
    return tuple(Setting(name=each.name, **each.metadata) for each in dataclasses.fields(config) if each.metadata)
