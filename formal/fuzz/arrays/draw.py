"""Random fields of a configuration: over their whole range and somewhat beyond.

Each field is drawn by itself, small values and those that fit more often than chance would have them, so that about
half of the configurations are legal. One or two fields of every other configuration are then *wild*: out of range, of
another kind, or of a wrong type.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from lowtide.hw.config.fields import SETTINGS, settings_for
from lowtide.hw.config.setting import Setting
from lowtide.hw.logic.packing import BLOCKS
from lowtide.hw.pe import KINDS
from lowtide.hw.pe.kind import Kind
from lowtide.hw.storage_formats import FORMATS, FORMATS_OF_DATA, PLAIN, StorageFormat

from .examined import Fields

__all__ = ["draw"]

Choice = TypeVar("Choice")
Chosen = dict[str, Any]  #: fields, as they are drawn
Settings = Mapping[str, Setting]  #: those that a kind has, by name

LARGEST_USUAL_BOOK = 16  #: integers; larger codebooks are drawn seldom, they take long to load

#: Fields of some kinds that are drawn with an eye on each other; every other one is drawn from what is allowed.
DRAWN_TOGETHER = ("group", "budget", "encodings", "dedicated", "window", "coefficient_width")

#: Numbers at the borders of ranges, and other things that are no number of the range.
WILD_NUMBERS = (-1, 0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 511, 512, 1 << 40)
WILD_THINGS = (None, True, 3.0, 2.5, "8", "", (), [1], "none", "signed", ("plain", "plain"), [["plain"]])
WILD_NAMES = (
    "",
    "9x",
    "a b",
    "module",
    "endmodule",
    "logic",
    "x.v",
    "naïve",
    "x" * 300,
    "clk",
    "x",
    "_",
    "top",
    "pe",
    "lowtide_mode",
    "Vtop",
    "int",
    "std",
    None,
    3,
)
WILD_LISTS: dict[str, tuple[Any, ...]] = {
    setting.name: tuple(setting.allowed) for setting in SETTINGS if setting.type is tuple
}
WILD_CHOICES: dict[str, tuple[Any, ...]] = {
    setting.name: tuple(setting.allowed)
    for setting in SETTINGS
    if setting.type is bool or (setting.type is str and setting.allowed)
} | {"kind": (*KINDS, "systolic")}


def draw(seed: int, number: int) -> Fields:
    """The fields of configuration ``number`` of a seed, without those that are left to their defaults."""
    chance = random.Random(f"lowtide {seed} {number}")
    kind = chance.choice(list(KINDS))
    has = {setting.name: setting for setting in settings_for(kind)}
    chosen: Chosen = {"name": f"fuzz_{number}", "kind": kind, "rows": _size(chance), "cols": _size(chance)}
    chosen |= _widths(chance, KINDS[kind], has)
    sharing = _sharing(chance) if "multiplier" in KINDS[kind].fields and chance.random() < 0.25 else {}
    chosen |= sharing
    for side in "xw":
        _sometimes(chance, 0.8, chosen, f"{side}_types", partial(_some, chance, has[f"{side}_types"].allowed))
    chosen |= _formats(chance, chosen)
    chosen |= _own_fields(chance, KINDS[kind], has)
    _sometimes(chance, 0.4, chosen, "result_buffer", lambda: False)
    for lines in ("rows", "cols"):
        fitting = [tile for tile in has[f"tile_{lines}"].allowed if chosen[lines] % tile == 0]
        _sometimes(chance, 0.5, chosen, f"tile_{lines}", partial(chance.choice, fitting))
    chosen |= sharing
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        field = chance.choice(SETTINGS).name
        chosen[field] = _wild(chance, field)
    return chosen


def _size(chance: random.Random) -> int:
    """Rows or columns: mostly 1 or 2, sometimes some more, seldom many."""
    return chance.choice((*[1] * 50, *[2] * 50, *[3] * 8, *[4] * 8, 5, 5, chance.randint(6, 24)))


def _sometimes(chance: random.Random, share: float, chosen: Chosen, field: str, value: Callable[[], object]) -> None:
    if chance.random() < share:
        chosen[field] = value()


def _some(chance: random.Random, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """One or more of them, in any order."""
    return tuple(chance.sample(choices, chance.randint(1, len(choices))))


def _widths(chance: random.Random, kind: Kind, has: Settings) -> Chosen:
    """Widths of both operands, each by itself, and of the accumulator."""
    x, w = (_width(chance, has[f"{side}_width"].allowed) for side in "xw")
    w = x if kind.equal_widths and chance.random() < 0.8 else w
    least = x + w
    acc = chance.choice((least, min(64, least + 1), 32 if least <= 32 else 40, chance.randint(least, 64)))
    return {"x_width": x, "w_width": w, "acc_width": acc}


def _width(chance: random.Random, allowed: range | tuple[int, ...]) -> int:
    """The width of an operand, of a range 8 more often."""
    return chance.choice((8, chance.choice(allowed)) if isinstance(allowed, range) else allowed)


def _sharing(chance: random.Random) -> Chosen:
    """Tiles that share multipliers, of operands so narrow that most of them fit."""
    tile = dict(zip(("rows", "cols"), chance.choice(((1, 2), (1, 2), (2, 1), (2, 2))), strict=True))
    x, w = chance.choice((2, 3, 4, 8)), chance.choice((2, 3, 4, 8))
    return {
        **{name: lines * chance.randint(1, 2) for name, lines in tile.items()},
        **{f"tile_{name}": lines for name, lines in tile.items()},
        "x_width": x,
        "w_width": w,
        "acc_width": chance.choice((x + w, 32)),
        "multiplier": chance.choice(BLOCKS).name,
        "sums": chance.choice(("tree", "chain")),
    }


def _formats(chance: random.Random, chosen: Chosen) -> Chosen:
    """Storage formats, as a rule those that fit the widths and types; what both sides can have, both mostly have."""
    kind = KINDS[chosen["kind"]]
    found: Chosen = {}
    both = set(kind.x_formats) & set(kind.w_formats) - {PLAIN.name}
    fitting = [each for each in FORMATS_OF_DATA if each.name in kind.x_formats and _fits(chance, chosen, "x", each)]
    data = [each.name for each in fitting if each == PLAIN or chance.random() < 0.5]
    if len(data) > 1:
        found["x_formats"] = tuple(data)
    wanted = [each for each in FORMATS if each.name in kind.w_formats and _fits(chance, chosen, "w", each)]
    likely = 0.4 if chance.random() < 0.6 else 0.0
    weights = [
        each.name
        for each in wanted
        if each == PLAIN or chance.random() < ((0.9 if each.name in data else 0.1) if each.name in both else likely)
    ]
    if len(weights) > 1:
        found["w_formats"] = tuple(chance.sample(weights, len(weights)))
    if kind.exponent_sides and chance.random() < 0.4:
        found["exponent_bits"] = chance.randint(1, 6 if kind.block_floating else 4)
        if kind.block_floating:
            found["guard_bits"] = chance.randint(0, 16)
    return found


def _fits(chance: random.Random, chosen: Chosen, side: str, stored: StorageFormat) -> bool:
    """Whether operands as wide as chosen hold a format. Few of the large codebooks pass: they take long to load."""
    width, signed = chosen[f"{side}_width"], "signed" in chosen.get(f"{side}_types", ("signed",))
    return (
        width >= (stored.code_bits or 0)
        and (stored.least_bits is None or signed and width >= stored.least_bits)
        and (stored.entries <= LARGEST_USUAL_BOOK or chance.random() < 0.03)
    )


def _own_fields(chance: random.Random, kind: Kind, has: Settings) -> Chosen:
    """The number of lanes, and the fields that only some kinds have."""
    found: Chosen = {}
    most_lanes = has["lanes"].allowed[-1]
    if most_lanes > 1 and chance.random() < 0.9:
        found["lanes"] = min(most_lanes, chance.choice((*(1, 2, 3, 4, 5, 8) * 3, chance.randint(1, 64))))
    for name in kind.fields:
        if name not in DRAWN_TOGETHER:
            share = 0.3 if isinstance(has[name].allowed, range) else 0.7
            _sometimes(chance, share, found, name, partial(chance.choice, has[name].allowed))
    if "group" in kind.fields:
        found["group"] = chance.choice((1, 2, 3, 4, 5, 8, chance.choice(has["group"].allowed)))
        _sometimes(
            chance,
            0.4,
            found,
            "budget",
            lambda: chance.choice((1, 2, 3, 8, chance.randint(1, 100), chance.choice(has["budget"].allowed))),
        )
    if "encodings" in kind.fields:
        _sometimes(chance, 0.7, found, "encodings", lambda: _some(chance, has["encodings"].allowed))
    if "dedicated" in kind.fields:
        found |= _lane_rules(chance, found["group"], found.get("lanes", 1))
    if found.get("accumulation") == "coefficients":
        _sometimes(chance, 0.7, found, "coefficient_width", lambda: chance.choice(has["coefficient_width"].allowed))
    return found


def _lane_rules(chance: random.Random, group: int, lanes: int) -> Chosen:
    """Dedicated lanes and windows, with as many lanes as they need, as a rule."""
    found: Chosen = {}
    if chance.random() < 0.4:
        found["dedicated"] = chance.random() < 0.7
    if chance.random() < 0.4:
        found["window"] = chance.choice([window for window in range(1, group + 1) if group % window == 0])
    if chance.random() < 0.8:
        windows = group // found.get("window", group)
        dedicated = group if found.get("dedicated") else 0
        shared = chance.randint(0 if dedicated and windows == 1 else 1, 3) * windows
        if 1 <= dedicated + shared <= 16:
            found["lanes"] = dedicated + shared
    return found


def _wild(chance: random.Random, field: str) -> object:
    """A value that a field may have or not."""
    if chance.random() < 0.15:
        return chance.choice(WILD_THINGS)
    if field == "name":
        return chance.choice(WILD_NAMES)
    if field in WILD_LISTS:
        return chance.choice(
            (
                _some(chance, WILD_LISTS[field]),
                list(_some(chance, WILD_LISTS[field])),
                chance.choice(WILD_LISTS[field]),
                (),
            )
        )
    if field in WILD_CHOICES:
        return chance.choice(WILD_CHOICES[field])
    return chance.choice(WILD_NUMBERS)
