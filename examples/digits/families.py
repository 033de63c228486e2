"""The rows of the comparison: kinds of PE, arrays of each, and the modes that run on them.

One more family is one more `Family` here. Plain integers run on the array that is leanest for them, storage formats on
one that has them (``flex``); where the PEs are equal, both on the latter.

A row has the name of its quantisation: the widths of data and weights (``int8x4``), the storage format of weights, or
term revealing's group g, budget k and data terms s. Its mode may be wider: 6-bit integers run where 8-bit ones do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from lowtide.common.quantisation import Quantisation
from lowtide.golden import storage_formats
from lowtide.hw import Mode, find
from lowtide.hw.config.quantisation import quantisation_of
from lowtide.workloads.digits.weights import Precision

__all__ = ["FAMILIES", "Family", "Setting"]

GROUP = 8
BUDGETS = (24, 16, 12, 8, 6, 4)
PAIRS = ((16, 3), (12, 3), (12, 2), (8, 2))  # budget and data terms of a `term_pair`

UNSIGNED = Mode(x_signed=False)  # unsigned 8-bit data, signed 8-bit weights
FORMATS = ("log4", "ternary", "codebook16")  #: those that most kinds have


@dataclass(frozen=True)
class Setting:
    """One row.

    Parameters
    ----------
    config : str
        Name of a configuration.
    mode : Mode
        Of that array.
    quantisation : Quantisation
        What the network is rounded to; the mode has at least its widths.
    """

    config: str
    mode: Mode
    quantisation: Quantisation

    @property
    def label(self) -> str:
        """The name of the row."""
        return self.quantisation.name

    @property
    def precision(self) -> Precision:
        """What the network is rounded to before the array takes its terms, a `weights.Precision`."""
        x_bits, w_bits = self.quantisation.x_bits, self.quantisation.w_bits
        return Precision(
            x_bits or self.mode.x_bits, w_bits or self.mode.w_bits, self.mode.w_format, self.quantisation.groups
        )


@dataclass(frozen=True)
class Family:
    """A kind of PE.

    Parameters
    ----------
    name : str
        That of the kind.
    title : str
        What a PE has, for legend and notes.
    settings : tuple of Setting
        Its rows.
    """

    name: str
    title: str
    settings: tuple[Setting, ...]


def exact(
    config: str, widths: Iterable[tuple[int, int]], runs_as: Callable[[int, int], tuple[int, int]] = lambda x, w: (x, w)
) -> tuple[Setting, ...]:
    """Settings that keep every bit.

    Parameters
    ----------
    config : str
        Name of a configuration.
    widths : iterable of (int, int)
        Bits of data and of weights.
    runs_as
        Of these bits: those of the mode that takes them.

    Returns
    -------
    tuple of Setting
        One for each pair of widths.
    """
    found = []
    for x, w in widths:
        x_mode, w_mode = runs_as(x, w)
        found.append(Setting(config, UNSIGNED.change(x_bits=x_mode, w_bits=w_mode), Quantisation(x_bits=x, w_bits=w)))
    return tuple(found)


def formats(
    config: str, *names: str, x_bits: int = 8, w_bits: int | None = None, group_exponent: bool = False
) -> tuple[Setting, ...]:
    """Settings with stored weights.

    Parameters
    ----------
    config : str
        Name of a configuration.
    *names : str
        The storage formats.
    x_bits, w_bits : int, int or None
        Of data and of decoded weights; None are as few as the format needs, 8 where it does not say.
    group_exponent : bool
        Whether groups of weights have an exponent, groups as long as the array's beats.

    Returns
    -------
    tuple of Setting
        One for each format.
    """
    modes = [
        UNSIGNED.change(
            x_bits=x_bits,
            w_format=name,
            w_bits=w_bits or storage_formats.find(name).least_bits or 8,
            group_exponent=group_exponent,
        )
        for name in names
    ]
    return tuple(Setting(config, mode, quantisation_of(find(config), mode)) for mode in modes)


def every_term(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """Settings for a kind with terms: the given ones with weights in HESE, in groups whose budget has room for every
    term."""
    found = []
    for setting in settings:
        mode = setting.mode
        terms = storage_formats.find(mode.w_format).most_terms("hese", mode.w_bits, mode.w_signed)
        found.append(replace(setting, mode=mode.change(hese=True, group=GROUP, budget=GROUP * terms)))
    return tuple(found)


def revealed(config: str, budget: int, data_terms: int = 0) -> Setting:
    """Term revealing of 8-bit weights, and of data if data_terms is not 0."""
    mode = UNSIGNED.change(hese=True, select=True, group=GROUP, budget=budget, data_terms=data_terms)
    return Setting(config, mode, quantisation_of(find(config), mode))


def next_width(x: int, w: int) -> tuple[int, int]:
    """The narrowest of 8, 4 and 2 bits that holds them, for each side."""
    x_mode, w_mode = (min(bits for bits in (8, 4, 2) if bits >= width) for width in (x, w))
    return x_mode, w_mode


WEIGHT_WIDTHS = tuple((8, bits) for bits in (8, 6, 4, 2))

FAMILIES = (
    Family(
        "parallel",
        "8 multipliers of 8x8 bits",
        exact("parallel_8x8_l8_booth", WEIGHT_WIDTHS, lambda x, w: (8, 8))
        + formats("parallel_8x8_flex", *FORMATS, w_bits=8),
    ),
    Family(
        "term",
        "8 shifters for terms of weights",
        every_term(exact("term_8x8_g8_l8", WEIGHT_WIDTHS))
        + tuple(revealed("term_8x8_g8_l8", budget) for budget in BUDGETS)
        + every_term(formats("term_8x8_flex", *FORMATS)),
    ),
    Family(
        "term_pair",
        "1 pair of terms (tMAC)",
        every_term(exact("term_pair_8x8_g8", [(8, 8)]))  # as long as the others: an array of its own, beside them
        + tuple(revealed("term_pair_8x8_flex", *pair) for pair in PAIRS)
        + every_term(formats("term_pair_8x8_flex", "log4")),
    ),
    Family(
        "bit_serial",
        "16 data by 1 bit of weights",
        exact("bit_serial_8x8_flex", WEIGHT_WIDTHS) + formats("bit_serial_8x8_flex", *FORMATS),
    ),
    Family(
        "bit_plane",
        "64 bits by 64 bits",
        exact("bit_plane_8x8_l64", (*WEIGHT_WIDTHS, (6, 6), (4, 4), (2, 2))) + formats("bit_plane_8x8_flex", "ternary"),
    ),
    Family(
        "fused",
        "16 multipliers of 2x2 bits, joined",
        exact("fused_8x8", (*WEIGHT_WIDTHS, (4, 4)), next_width) + formats("fused_8x8_flex", *FORMATS),
    ),
    Family(
        "subword",
        "1 multiplier of 8x8 bits, split in equal parts",
        exact("subword_8x8", ((8, 8), (6, 6), (4, 4), (2, 2)), next_width)
        + formats("subword_8x8_flex", "log4", "codebook16")
        + formats("subword_8x8_flex", "ternary", x_bits=2),
    ),
    Family(
        "digit",
        "8 lanes of 2 radix-4 digits of weights",
        exact("digit_8x8_l8", WEIGHT_WIDTHS)
        + formats("digit_8x8_l8", "plain", w_bits=4, group_exponent=True)
        + formats("digit_8x8_l8_narrow", "two_digits")
        + formats("digit_8x8_l8_narrow", "two_digits", group_exponent=True)
        + formats("digit_8x8_flex", "e2m1")
        + formats("digit_8x8_flex", "e2m1", group_exponent=True)
        + formats("digit_8x8_flex", *FORMATS),
    ),
)
