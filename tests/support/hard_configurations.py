"""Configurations that were wrong once, by what was wrong, and some of every kind that have most of its parts."""

__all__ = ["HARD"]

HARD = (
    # 16-bit operands on one side: the other side was lost in the second round.
    {"kind": "fused", "rows": 3, "cols": 2, "x_width": 8, "w_width": 16, "acc_width": 64,
     "w_types": ("signed", "unsigned"), "w_formats": ("plain", "codebook16", "ternary")},
    {"kind": "fused", "rows": 1, "cols": 2, "x_width": 16, "w_width": 8, "acc_width": 24, "x_types": ("signed",)},
    # Formats without ternary: nothing drove the decoder's `invalid`.
    {"kind": "subword", "rows": 1, "cols": 3, "x_width": 16, "w_width": 16, "w_formats": ("log4", "plain")},
    {"kind": "bit_serial", "rows": 2, "cols": 2, "x_width": 13, "w_width": 7, "acc_width": 58, "lanes": 3,
     "w_types": ("signed",), "w_formats": ("plain", "binary"), "digits": "booth"},
    # Unsigned data only: a sum with its sign bit twice, which Verilator takes for a loop (UNOPTFLAT).
    {"kind": "bit_serial", "rows": 1, "cols": 1, "acc_width": 16, "lanes": 2, "x_types": ("unsigned",),
     "w_types": ("signed", "unsigned"), "digits": "booth"},
    # Unsigned operands in binary only: nothing drove the term encoder's sign.
    {"kind": "term_pair", "rows": 2, "cols": 1, "x_width": 16, "w_width": 8, "acc_width": 42, "group": 2,
     "x_types": ("unsigned",), "encodings": ("binary",), "result_buffer": False},
    # More guard bits than the accumulator has: the largest K was a traceback.
    {"kind": "parallel", "rows": 2, "cols": 2, "x_width": 3, "w_width": 8, "acc_width": 12, "x_types": ("signed",),
     "exponent_bits": 6, "guard_bits": 12, "result_buffer": False},
    # The largest K was not golden's: a value alone in its window, lanes by budget, coefficients.
    {"kind": "term", "rows": 3, "cols": 1, "acc_width": 17, "x_types": ("signed",), "w_types": ("signed", "unsigned"),
     "w_formats": ("plain", "binary", "ternary", "codebook16"), "lanes": 2, "group": 3, "budget": 24,
     "encodings": ("hese",)},
    {"kind": "term", "rows": 2, "cols": 3, "acc_width": 16, "w_types": ("signed", "unsigned"), "group": 2, "lanes": 6,
     "encodings": ("binary",), "window": 1},
    {"kind": "term_pair", "rows": 1, "cols": 3, "acc_width": 22, "w_types": ("signed", "unsigned"), "group": 4,
     "budget": 3, "accumulation": "coefficients", "coefficient_width": 18},
    # Terms of dedicated lanes whose bits other terms depend on, which Verilator takes for a loop (UNOPTFLAT).
    {"kind": "term", "rows": 1, "cols": 1, "w_width": 3, "lanes": 3, "group": 2, "dedicated": True},
    # Documents showed formats with a budget that is not built in.
    {"kind": "term_pair", "rows": 1, "cols": 1, "x_width": 11, "w_formats": ("plain", "log4", "codebook16"), "group": 3,
     "budget": 1},
    {"kind": "parallel", "rows": 2, "cols": 3, "x_width": 5, "w_width": 9, "lanes": 3, "multiplier": "booth",
     "w_types": ("signed", "unsigned"), "w_formats": ("plain", "log4", "ternary", "binary", "codebook16"),
     "exponent_bits": 3, "guard_bits": 5},
    {"kind": "bit_plane", "rows": 3, "cols": 1, "x_width": 4, "w_width": 6, "lanes": 5,
     "x_formats": ("plain", "binary"), "w_types": ("signed", "unsigned"), "w_formats": ("plain", "ternary", "binary")},
)
