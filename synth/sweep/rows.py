"""Points and their prices as rows of one table.

``area_per_mac = pe_area / macs_per_cycle``, and for arrays ``array_area = edges_area + rows cols pe_area``. Areas are
those of the smaller recipe; a PE's with every recipe stand beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..flow.store import digest
from ..targets import TARGETS, target
from .choices import FIELDS
from .space import Point, Refusal
from .work import Priced, Work, engine_work, pe_work

__all__ = ["COLUMNS", "LARGE", "MODE_COLUMNS", "NUMBERS", "Row", "Value", "needed", "refused_row", "row"]

Value = int | float | str | None  #: of a column
_RECIPES = tuple(dict.fromkeys(recipe for each in TARGETS.values() for recipe in each.recipes))
#: Columns of a mode, and their field of a :class:`lowtide.hw.mode.word.Mode`: those of a configuration have the short
#: names.
_MODE_FIELDS = {
    "x_bits": "x_bits",
    "w_bits": "w_bits",
    "x_signed": "x_signed",
    "w_signed": "w_signed",
    "x_format": "x_format",
    "w_format": "w_format",
    "hese": "hese",
    "selected": "select",
    "mode_group": "group",
    "mode_budget": "budget",
    "data_terms": "data_terms",
    "block_floating": "block_floating",
}
MODE_COLUMNS = tuple(_MODE_FIELDS)
_PE_AREAS = {f"pe_area_{name}": name for name in _RECIPES}  # column to recipe
#: What is measured or follows from it.
NUMBERS = (
    "macs_per_cycle",
    "x_storage",
    "w_storage",
    "accuracy",
    "pe_area",
    *_PE_AREAS,
    "area_per_mac",
    "edges_area",
    "array_area",
    "edges_share",
    "array_area_per_mac",
)
#: Of these columns large values are good, of other numbers small ones.
LARGE = ("macs_per_cycle", "accuracy", "x_bits", "w_bits")
COLUMNS = ("key", "family", "mode", "target", "status", "reason", *FIELDS, *MODE_COLUMNS, "unit", "recipe", *NUMBERS)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A point and its price, or a refusal. None where the point has none or it is not known.

    Parameters
    ----------
    key : str
        Of what the point is.
    family : str
        Kind of PE.
    mode, target, unit : str or None
        Names, and the unit of areas.
    status : str
        "ok", "failed" or "refused".
    reason : str or None
        Why it failed or was refused, one line.
    configuration : dict of str to Value
        By field of the configuration; lists are words with commas, truth is 0 or 1.
    of_mode : dict of str to Value
        By column of :data:`MODE_COLUMNS`.
    recipe : str or None
        The one of the smaller area of the PE.
    macs_per_cycle : float or None
        Multiplications that a PE completes each cycle.
    x_storage, w_storage : int or None
        Bits of a stored datum and of a stored weight.
    accuracy : float or None
        As the sweep file states it.
    pe_area, area_per_mac : float or None
        Of a PE, and for one multiplication per cycle.
    pe_areas : dict of str to float or None
        Of a PE by recipe.
    edges_area, array_area, edges_share, array_area_per_mac : float or None
        Of an array: all but its PEs, all of it, the edges' share, and for one multiplication per cycle.
    """

    key: str
    family: str
    mode: str | None = None
    target: str | None = None
    status: str
    reason: str | None = None
    configuration: Mapping[str, Value] = field(default_factory=dict)
    of_mode: Mapping[str, Value] = field(default_factory=dict)
    unit: str | None = None
    recipe: str | None = None
    macs_per_cycle: float | None = None
    x_storage: int | None = None
    w_storage: int | None = None
    accuracy: float | None = None
    pe_area: float | None = None
    pe_areas: Mapping[str, float | None] = field(default_factory=dict)
    area_per_mac: float | None = None
    edges_area: float | None = None
    array_area: float | None = None
    edges_share: float | None = None
    array_area_per_mac: float | None = None

    def value(self, column: str) -> Value:
        """What stands in one of :data:`COLUMNS`."""
        if column in FIELDS:
            return self.configuration.get(column)
        if column in _MODE_FIELDS:
            return self.of_mode.get(column)
        if column in _PE_AREAS:
            return self.pe_areas.get(_PE_AREAS[column])
        found: Value = getattr(self, column)
        return found

    def number(self, column: str) -> float | None:
        """The number in one of :data:`COLUMNS`, None where there is none."""
        found = self.value(column)
        return found if isinstance(found, int | float) else None

    @classmethod
    def of_values(cls, values: Iterable[Any]) -> "Row":
        """The row that has these values in :data:`COLUMNS`."""
        stated = dict(zip(COLUMNS, values, strict=True))
        return cls(
            configuration={name: stated.pop(name) for name in FIELDS},
            of_mode={name: stated.pop(name) for name in MODE_COLUMNS},
            pe_areas={recipe: stated.pop(column) for column, recipe in _PE_AREAS.items()},
            **stated,
        )


def needed(point: Point) -> tuple[Work, ...]:
    """The works that a point waits for: its PE's, and for an array its engine's."""
    works = (pe_work(point.config, point.target),)
    return (*works, engine_work(point.config, point.target)) if point.array else works


def row(point: Point, prices: Sequence[Priced], accuracy: float | None) -> Row:
    """The row of a point.

    Parameters
    ----------
    point : Point
        What was priced.
    prices : sequence of Priced
        Of each of :func:`needed`.
    accuracy : float or None
        Of the mode.
    """
    config, mode = point.config, point.mode
    configuration = _plain(config.parameters())
    if not point.array:
        configuration |= {"rows": None, "cols": None}
    macs = config.macs_per_cycle(mode)
    found: dict[str, Any] = {
        "key": digest("point", config, point.mode_name, mode, point.target, point.array),
        "family": config.kind,
        "mode": point.mode_name,
        "target": point.target,
        "configuration": configuration,
        "of_mode": _plain({column: getattr(mode, name) for column, name in _MODE_FIELDS.items()}),
        "unit": target(point.target).unit,
        "macs_per_cycle": macs,
        "accuracy": accuracy,
        "x_storage": mode.storage("x").code_bits or mode.x_bits,
        "w_storage": mode.storage("w").code_bits or mode.w_bits,
    }
    if failed := next((price.failed for price in prices if price.failed), None):
        return Row(status="failed", reason=failed, **found)
    tile, *engine = prices
    assert tile.area is not None  # it did not fail
    pe_area = tile.area / config.pes_of_tile
    found |= {
        "status": "ok",
        "recipe": tile.recipe,
        "pe_area": pe_area,
        "area_per_mac": pe_area / macs,
        "pe_areas": {name: area and area / config.pes_of_tile for name, area in tile.areas.items()},
    }
    for edges in engine:
        assert edges.area is not None
        count = config.rows * config.cols
        whole = edges.area + count * pe_area
        found |= {
            "edges_area": edges.area,
            "array_area": whole,
            "edges_share": edges.area / whole,
            "array_area_per_mac": whole / (count * macs),
        }
    return Row(**found)


def refused_row(refusal: Refusal) -> Row:
    """The row of a refusal."""
    return Row(
        key=digest("refused", refusal.family, refusal.values, refusal.mode_name),
        family=refusal.family,
        mode=refusal.mode_name or None,
        status="refused",
        reason=refusal.reason,
        configuration=_plain(dict(refusal.values)),
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Value]:
    """Those of a configuration or a mode as SQLite has them: lists as words with commas, truth as 0 and 1."""
    return {
        name: ", ".join(value) if isinstance(value, list | tuple) else int(value) if isinstance(value, bool) else value
        for name, value in values.items()
        if name in FIELDS or name in _MODE_FIELDS
    }
