"""Points and their prices as rows of one table.

``area_per_mac = pe_area / macs_per_cycle``, and for arrays ``array_area = edges_area + rows cols pe_area``. Areas are
those of the smaller recipe; a PE's with every recipe stand beside it.
"""

from ..flow.store import digest
from ..targets import TARGETS, target
from .choices import FIELDS
from .work import engine_work, pe_work

__all__ = ["COLUMNS", "LARGE", "MODE_COLUMNS", "NUMBERS", "needed", "refused_row", "row"]

RECIPES = tuple(dict.fromkeys(recipe for each in TARGETS.values() for recipe in each.recipes))
#: Columns of a mode, and their field of a :class:`lowtide.hw.mode.word.Mode`: those of a configuration have the short
#: names.
MODE_FIELDS = {
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
MODE_COLUMNS = tuple(MODE_FIELDS)
#: What is measured or follows from it.
NUMBERS = (
    "macs_per_cycle",
    "x_storage",
    "w_storage",
    "accuracy",
    "pe_area",
    *(f"pe_area_{name}" for name in RECIPES),
    "area_per_mac",
    "edges_area",
    "array_area",
    "edges_share",
    "array_area_per_mac",
)
#: Of these columns large values are good, of other numbers small ones.
LARGE = ("macs_per_cycle", "accuracy", "x_bits", "w_bits")
COLUMNS = ("key", "family", "mode", "target", "status", "reason", *FIELDS, *MODE_FIELDS, "unit", "recipe", *NUMBERS)


def needed(point):
    """The works that a point waits for: its PE's, and for an array its engine's."""
    works = (pe_work(point.config, point.target),)
    return works + (engine_work(point.config, point.target),) if point.array else works


def row(point, prices, accuracy):
    """The row of a point: a dict of some of :data:`COLUMNS`. ``prices``: what :func:`lowtide.synth.sweep.work.priced`
    returned for each of :func:`needed`; accuracy: of the mode, or None."""
    config, mode, pe = point.config, point.mode, prices[0]
    found = _fields(config.parameters().items()) | {
        column: _plain(getattr(mode, field)) for column, field in MODE_FIELDS.items()
    }
    found |= {
        "key": digest("point", config, point.mode_name, mode, point.target, point.array),
        "family": config.kind,
        "mode": point.mode_name,
        "target": point.target,
        "unit": target(point.target).unit,
        "macs_per_cycle": config.macs_per_cycle(mode),
        "accuracy": accuracy,
        "x_storage": mode.storage("x").code_bits or mode.x_bits,
        "w_storage": mode.storage("w").code_bits or mode.w_bits,
    }
    if not point.array:
        found |= {"rows": None, "cols": None}
    if failed := next((price["failed"] for price in prices if price["failed"]), None):
        return found | {"status": "failed", "reason": failed}
    area, macs = pe["area"], found["macs_per_cycle"]
    found |= {
        "status": "ok",
        "recipe": pe["recipe"],
        "pe_area": area,
        "area_per_mac": area / macs,
        **{f"pe_area_{recipe}": each for recipe, each in pe["areas"].items()},
    }
    if point.array:
        edges, count = prices[1]["area"], config.rows * config.cols
        whole = edges + count * area
        found |= {
            "edges_area": edges,
            "array_area": whole,
            "edges_share": edges / whole,
            "array_area_per_mac": whole / (count * macs),
        }
    return found


def refused_row(refusal):
    """The row of a :class:`lowtide.synth.sweep.space.Refusal`."""
    return _fields(refusal.values) | {
        "key": digest("refused", refusal.family, refusal.values, refusal.mode_name),
        "family": refusal.family,
        "mode": refusal.mode_name or None,
        "status": "refused",
        "reason": refusal.reason,
    }


def _fields(pairs):
    return {name: _plain(value) for name, value in pairs if name in FIELDS}


def _plain(value):
    """A value as SQLite has them: lists as words with commas, truth as 0 and 1."""
    return ", ".join(value) if isinstance(value, (list, tuple)) else int(value) if isinstance(value, bool) else value
