"""What a sweep file may state: values of a configuration's fields, and modes of a configuration by width or budget."""

from collections.abc import Mapping, Sequence
from typing import Any

from lowtide.common.quantisation import Quantisation
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.fields import SETTINGS, settings_for
from lowtide.hw.config.quantisation import quantisation_of
from lowtide.hw.mode.word import BY_NAME as MODE_FIELDS
from lowtide.hw.mode.word import Mode
from lowtide.hw.pe import KINDS

from ..designs.modes import quantisations

__all__ = ["FIELDS", "MODE_KEYS", "check", "modes"]

#: Fields of a configuration that a space can vary.
FIELDS = tuple(setting.name for setting in SETTINGS if setting.name not in ("name", "kind"))
#: What a table of a sweep file says beside fields: the modes of each configuration.
MODE_KEYS = ("modes", "widths", "budgets", "data_terms")

#: Those of them that are numbers of a mode, and the field that they are values of.
_OF_MODE = {"budgets": MODE_FIELDS["budget"], "data_terms": MODE_FIELDS["data_terms"]}


def check(kind: str, key: str, value: Any) -> None:
    """Raise ``ValueError`` for one value of a list that no configuration of this kind of PE can have.

    Combinations of values that do not fit are another matter: those are points that are refused.
    """
    if key in _OF_MODE and "group" not in KINDS[kind].fields:
        raise ValueError(f"{key} is {value!r}, kind {kind} selects no terms: leave it out")
    if key in _OF_MODE:
        least, most = _OF_MODE[key].least, _OF_MODE[key].most
        if not _is_integer(value, least, most):
            raise ValueError(f"{key} is {value!r}, allowed are {least} to {most}")
    elif key == "widths":
        most = MODE_FIELDS["x_bits"].most
        if not isinstance(value, list) or len(value) != 2 or not all(_is_integer(bits, 1, most) for bits in value):
            raise ValueError(f"widths is {value!r}, allowed are pairs of 1 to {most}: bits of a datum, of a weight")
    elif key == "modes":
        if not isinstance(value, str):
            raise ValueError(f"modes is {value!r}, allowed are names of modes, such as int8")
    else:
        setting = next(each for each in settings_for(kind) if each.name == key)
        if setting.own and key not in KINDS[kind].fields:
            raise ValueError(f"{key} is {value!r}, kind {kind} has none: leave it out")
        setting.checked(value)


def _is_integer(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def modes(config: ArrayConfig, stated: Mapping[str, Sequence[Any]]) -> tuple[dict[str, Mode], dict[str, str]]:
    """The modes of a configuration by name, and why others are refused, by name.

    Parameters
    ----------
    config : ArrayConfig
        What has the modes.
    stated : mapping of str to sequence
        Values for some of :data:`MODE_KEYS`; where it is empty, every mode that tables of prices show.
    """
    plain = config.pe.plain_modes(config)
    if not plain:
        return {}, {"": f"budget is {config.budget}, too small for any mode of group {config.group}"}
    full = min(plain, key=lambda mode: (mode.select, mode.x_signed, not mode.w_signed))
    known = {} if full.select else {quantisation_of(config, full).name: full}
    known |= {each.name: mode for each, mode in quantisations(config).items() if each.name not in known}
    if not any(stated.values()):
        return known, {}
    found: dict[str, Mode] = {}
    refused: dict[str, str] = {}
    for name in stated.get("modes", ()):
        if name in known:
            found[name] = known[name]
        else:
            refused[name] = f"mode is {name!r}, this configuration has {', '.join(known)}"
    for x_bits, w_bits in stated.get("widths", ()):
        name, narrow = Quantisation(x_bits=x_bits, w_bits=w_bits).name, config.pe.narrowed(config, full, x_bits, w_bits)
        if narrow is not None:
            found[name] = narrow
        else:
            refused[name] = f"widths is {x_bits} x {w_bits}, which this configuration does not have"
    for budget in stated.get("budgets", ()):
        for data_terms in stated.get("data_terms") or (0,):
            mode = full.change(select=True, hese="hese" in config.encodings, budget=budget, data_terms=data_terms)
            name = quantisation_of(config, mode).name
            try:
                config.check_mode(mode)
                found[name] = mode
            except ValueError as error:
                refused[name] = str(error)
    return found, refused
