"""The named configurations: what ``make verilog`` writes and what tests, costs and documents speak of."""

from dataclasses import replace

from ..mode.word import WEIGHT_FORMATS
from ..pe import KINDS
from .array_config import ArrayConfig
from .fields import settings_for

__all__ = ["CONFIGURATIONS", "find", "representative"]

#: Rows and lanes of tall arrays, of four columns: a job takes the longer of its chunks and the columns, so few columns
#: keep short jobs and depthwise layers fast.
_TALL = ((8, 4), (16, 4), (32, 4), (64, 8))

_OTHERS = (
    ArrayConfig(name="parallel_4x4_l1", kind="parallel", rows=4, cols=4),
    ArrayConfig(name="parallel_8x8_l1", kind="parallel", rows=8, cols=8),
    ArrayConfig(name="parallel_8x8_l8", kind="parallel", rows=8, cols=8, lanes=8),
    ArrayConfig(name="parallel_8x8_l1_booth", kind="parallel", rows=8, cols=8, multiplier="booth"),
    ArrayConfig(name="parallel_8x8_l8_booth", kind="parallel", rows=8, cols=8, lanes=8, multiplier="booth"),
    ArrayConfig(
        name="parallel_8x8_l8_booth_p2", kind="parallel", rows=8, cols=8, lanes=8, multiplier="booth", pipeline=2
    ),
    ArrayConfig(name="parallel_8x8_l8_unbuffered", kind="parallel", rows=8, cols=8, lanes=8, result_buffer=False),
    ArrayConfig(
        name="parallel_8x8_l8_booth_unbuffered",
        kind="parallel",
        rows=8,
        cols=8,
        lanes=8,
        multiplier="booth",
        result_buffer=False,
    ),
    ArrayConfig(
        name="parallel_8x8_l8_all_types", kind="parallel", rows=8, cols=8, lanes=8, w_types=("signed", "unsigned")
    ),
    ArrayConfig(
        name="parallel_8x8_l8_booth_all_types",
        kind="parallel",
        rows=8,
        cols=8,
        lanes=8,
        w_types=("signed", "unsigned"),
        multiplier="booth",
    ),
    ArrayConfig(name="parallel_16x16_l8", kind="parallel", rows=16, cols=16, lanes=8),
    *(
        ArrayConfig(
            name=f"parallel_{rows}x4_l{lanes}_booth",
            kind="parallel",
            rows=rows,
            cols=4,
            lanes=lanes,
            multiplier="booth",
        )
        for rows, lanes in _TALL
    ),
    ArrayConfig(
        name="parallel_4x4_16bit", kind="parallel", rows=4, cols=4, lanes=2, x_width=16, w_width=16, acc_width=48
    ),
    ArrayConfig(
        name="parallel_4x4_16bit_booth",
        kind="parallel",
        rows=4,
        cols=4,
        lanes=2,
        x_width=16,
        w_width=16,
        acc_width=48,
        multiplier="booth",
    ),
    ArrayConfig(
        name="parallel_4x4_formats16",
        kind="parallel",
        rows=4,
        cols=4,
        w_width=16,
        w_formats=WEIGHT_FORMATS,
        acc_width=40,
    ),
    ArrayConfig(name="term_4x4_g8_l1", kind="term", rows=4, cols=4, lanes=1, group=8),
    ArrayConfig(name="term_8x8_g8_l2", kind="term", rows=8, cols=8, lanes=2, group=8),
    ArrayConfig(name="term_8x8_g8_l8", kind="term", rows=8, cols=8, lanes=8, group=8),
    ArrayConfig(name="term_8x8_g8_l8_p2", kind="term", rows=8, cols=8, lanes=8, group=8, pipeline=2),
    ArrayConfig(name="term_8x8_g8_l8_unbuffered", kind="term", rows=8, cols=8, lanes=8, group=8, result_buffer=False),
    ArrayConfig(
        name="term_8x8_g8_l8_all_types", kind="term", rows=8, cols=8, lanes=8, group=8, w_types=("signed", "unsigned")
    ),
    ArrayConfig(name="term_16x16_g8_l8", kind="term", rows=16, cols=16, lanes=8, group=8),
    ArrayConfig(name="term_32x4_g4_l4", kind="term", rows=32, cols=4, lanes=4, group=4),
    ArrayConfig(
        name="term_4x4_16bit", kind="term", rows=4, cols=4, lanes=4, group=4, x_width=16, w_width=16, acc_width=48
    ),
    ArrayConfig(name="term_8x8_g8_l10", kind="term", rows=8, cols=8, lanes=10, group=8),
    ArrayConfig(name="term_8x8_g8_l12", kind="term", rows=8, cols=8, lanes=12, group=8),
    ArrayConfig(name="term_8x8_g8_d8_s2", kind="term", rows=8, cols=8, lanes=10, group=8, dedicated=True),
    ArrayConfig(name="term_8x8_g8_d8_w4", kind="term", rows=8, cols=8, lanes=12, group=8, dedicated=True, window=2),
    ArrayConfig(name="term_pair_8x8_g8", kind="term_pair", rows=8, cols=8, group=8),
    ArrayConfig(name="term_pair_8x8_g4", kind="term_pair", rows=8, cols=8, group=4),
    ArrayConfig(
        name="term_pair_8x8_g8_coefficients", kind="term_pair", rows=8, cols=8, group=8, accumulation="coefficients"
    ),
    ArrayConfig(
        name="term_pair_4x4_16bit", kind="term_pair", rows=4, cols=4, group=4, x_width=16, w_width=16, acc_width=48
    ),
    ArrayConfig(name="bit_serial_8x8_l16", kind="bit_serial", rows=8, cols=8, lanes=16),
    ArrayConfig(name="bit_serial_8x8_l16_booth", kind="bit_serial", rows=8, cols=8, lanes=16, digits="booth"),
    ArrayConfig(
        name="bit_serial_8x8_l16_booth_p2", kind="bit_serial", rows=8, cols=8, lanes=16, digits="booth", pipeline=2
    ),
    ArrayConfig(
        name="bit_serial_4x4_16bit", kind="bit_serial", rows=4, cols=4, lanes=4, x_width=16, w_width=16, acc_width=48
    ),
    ArrayConfig(name="bit_plane_8x8_l64", kind="bit_plane", rows=8, cols=8, lanes=64),
    ArrayConfig(
        name="bit_plane_4x4_16bit", kind="bit_plane", rows=4, cols=4, lanes=16, x_width=16, w_width=16, acc_width=48
    ),
    ArrayConfig(name="fused_8x8", kind="fused", rows=8, cols=8),
    ArrayConfig(name="fused_4x4_16bit", kind="fused", rows=4, cols=4, x_width=16, w_width=16, acc_width=48),
    ArrayConfig(name="digit_8x8_l8", kind="digit", rows=8, cols=8, exponent_bits=2),
    ArrayConfig(name="digit_8x8_l8_p2", kind="digit", rows=8, cols=8, exponent_bits=2, pipeline=2),
    ArrayConfig(
        name="digit_8x8_l8_narrow",
        kind="digit",
        rows=8,
        cols=8,
        w_width=5,
        weight_cycles=1,
        exponent_bits=2,
        w_formats=("plain", "two_digits"),
    ),
    *(
        ArrayConfig(name=f"digit_{rows}x4_l{lanes}", kind="digit", rows=rows, cols=4, lanes=lanes, exponent_bits=2)
        for rows, lanes in _TALL
    ),
    ArrayConfig(name="digit_4x4_16bit", kind="digit", rows=4, cols=4, lanes=4, x_width=16, w_width=16, acc_width=48),
    ArrayConfig(name="subword_8x8", kind="subword", rows=8, cols=8),
    ArrayConfig(name="subword_4x4_16bit", kind="subword", rows=4, cols=4, x_width=16, w_width=16, acc_width=48),
)

#: Those of which there is one more, whose PEs share operands in tiles of 2x2.
_ALSO_IN_TILES = (
    "parallel_8x8_l8_booth",
    "term_8x8_g8_l8",
    "bit_serial_8x8_l16",
    "bit_plane_8x8_l64",
    "fused_8x8",
    "digit_8x8_l8",
)
_TILED = tuple(
    replace(config, name=f"{config.name}_t2x2", tile_rows=2, tile_cols=2)
    for config in _OTHERS
    if config.name in _ALSO_IN_TILES
)

#: Those whose tiles share the multipliers of an FPGA's blocks: DSP48 with two products of 8 x 8 bits or four of 4 x 4,
#: which add the lanes in a row as well, and MULT18 with two of 8 x 4.
_PACKED = (
    ArrayConfig(
        name="parallel_8x8_l8_t1x2_packed",
        kind="parallel",
        rows=8,
        cols=8,
        tile_cols=2,
        lanes=8,
        multiplier="packed_25x18",
        sums="chain",
    ),
    ArrayConfig(
        name="parallel_8x8_l8_4bit_t2x2_packed",
        kind="parallel",
        rows=8,
        cols=8,
        tile_rows=2,
        tile_cols=2,
        lanes=8,
        x_width=4,
        w_width=4,
        multiplier="packed_25x18",
        sums="chain",
    ),
    ArrayConfig(
        name="parallel_8x8_l8_8x4bit_t1x2_packed",
        kind="parallel",
        rows=8,
        cols=8,
        tile_cols=2,
        lanes=8,
        w_width=4,
        multiplier="packed_18x18",
    ),
)

#: Storage formats of weights that the flexible configurations have, as far as their kinds can.
_FORMATS = ("plain", "log4", "ternary", "binary", "codebook16")


def _flexible(kind: str) -> ArrayConfig:
    """``KIND_8x8_flex``: every number type, the usual storage formats and block floating point, as far as the kind has
    them, and what the kind itself says of it."""
    pe, allowed = KINDS[kind], {each.name: each.allowed for each in settings_for(kind)}
    types = {name: allowed[name] for name in ("x_types", "w_types")}
    blocks = {"exponent_bits": 3, "guard_bits": 6} if pe.block_floating else {}
    return ArrayConfig(
        **{
            "name": f"{kind}_8x8_flex",
            "kind": kind,
            "rows": 8,
            "cols": 8,
            **types,
            **blocks,
            "x_formats": pe.x_formats,
            "w_formats": tuple(name for name in _FORMATS if name in pe.w_formats),
        }
        | pe.flexible
    )


_REPRESENTATIVES = {kind: _flexible(kind) for kind in KINDS}
#: Every named configuration by its name, those of a kind beside each other, the flexible one last.
CONFIGURATIONS = {
    config.name: config
    for kind in KINDS
    for config in (*(each for each in (*_OTHERS, *_TILED, *_PACKED) if each.kind == kind), _REPRESENTATIVES[kind])
}


def representative(kind: str) -> ArrayConfig:
    """The flexible configuration of a kind of PE, which has all that the kind can have: documents, prices and proofs
    show every mode of it."""
    return _REPRESENTATIVES[kind]


def find(name: str) -> ArrayConfig:
    """The configuration of that name; ``ValueError`` where there is none."""
    if name not in CONFIGURATIONS:
        raise ValueError(f"config is {name!r}, allowed are {', '.join(CONFIGURATIONS)}")
    return CONFIGURATIONS[name]
