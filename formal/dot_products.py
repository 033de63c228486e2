"""Proofs of the kinds that multiply in one cycle: from packed operands of the streams to the sum of products.

The definition is ``*`` and ``+`` on the values that lie in the streams. Multipliers and long sums are hard for SAT
solvers. A proof goes case by case through the number types and, where that is faster, through the values of some of the
weights' low bits, which leaves much smaller multipliers. Sums of the fused PE are stated as sums of products of limbs
(:mod:`formal.limb_sums`), in the order in which it adds them.
"""

from hw import ArrayConfig, Mode
from hw.mode import FIELDS

from .limb_sums import limb_sum
from .proof import Proof, every, split, wide
from .units import StreamAddendUnit

__all__ = ["dot_product", "dot_product_proofs"]

BOTH = ("signed", "unsigned")
#: Pairs of widths in which the fused PE adds several products, and how many bits of the narrower values are split off.
FUSED_SUMS = {(8, 4): 8, (4, 8): 8, (8, 2): 6, (2, 8): 6, (4, 4): 0, (4, 2): 0, (2, 4): 0, (2, 2): 0}
LONG = ((8, 4), (4, 8), (4, 4))  #: those that take several minutes


def dot_product_proofs():
    """One lane of `parallel` with either multiplier; every pair of widths of `fused` and `subword`."""
    inferred, booth = (ArrayConfig(name=f"parallel_{multiplier}", kind="parallel", lanes=1, x_types=BOTH, w_types=BOTH,
                                   multiplier=multiplier) for multiplier in ("inferred", "booth"))
    fused, subword = (ArrayConfig(name=kind, kind=kind, x_types=BOTH, w_types=BOTH) for kind in ("fused", "subword"))
    return [
        dot_product(inferred, 8, 8), dot_product(booth, 8, 8, split_bits=5, fast=False),
        dot_product(fused, 8, 8, split_bits=5, fast=False),
        *(dot_product(fused, *pair, split_bits=bits, split_side="xw"[pair[0] > pair[1]], numbers=limb_sum(*pair),
                      fast=pair == (2, 2), long=pair in LONG) for pair, bits in FUSED_SUMS.items()),
        dot_product(subword, 8, 8, split_bits=5, fast=False), dot_product(subword, 4, 4, split_bits=4, fast=False),
        dot_product(subword, 2, 2),
    ]


def dot_product(config, x_bits, w_bits, *, split_bits=0, split_side="w", numbers=None, fast=True,
                long=False):
    """The sum of products in the modes of these widths, for all combinations of number types.

    ``split_bits``: how many low bits of the weights (or of the data, ``split_side`` "x") are held to a value, case by
    case, shared out among the values.
    ``numbers``: another form of the sum, which ends in ``expected``.
    """
    kind = config.operations
    mode = Mode(x_bits=x_bits, w_bits=w_bits)
    count = kind.values_per_beat(config, mode)
    x_size, w_size = (kind.element_bits(config, mode, side) for side in "xw")
    products = [f"{wide('x', x_size * i + x_bits - 1, x_size * i, 'x_signed')} * "
                f"{wide('w', w_size * i + w_bits - 1, w_size * i, 'w_signed')}" for i in range(count)]
    width = x_bits + w_bits + 2 + count.bit_length()
    signs = {"x_signed": 1, "w_signed": 1}
    size = {"x": x_size, "w": w_size}[split_side]
    ranges = [(split_side, size * i + bits - 1, size * i) for i in range(count)
              if (bits := split_bits // count + (i < split_bits % count))]
    return Proof(
        name=f"{config.name}_{x_bits}x{w_bits}",
        statement=f"`{kind.name}`, {x_bits} x {w_bits} bits, signed and unsigned: "
                  + (f"the sum of {count} products" if count > 1 else "the product")
                  + (", by limbs" if numbers else ""),
        make=lambda: StreamAddendUnit(config),
        inputs=signs | {"x": kind.stream_bits(config, "x"), "w": kind.stream_bits(config, "w")},
        connections={"mode": mode_word(mode, **{name: name for name in signs}), "x": "x", "w": "w"},
        numbers=numbers or {"expected": (width, " + ".join(products))},
        claims={"the addend is the sum of products": "addend == expected"},
        cases=split(every(**signs), *ranges), fast=fast, long=long,
    )


def mode_word(mode, **inputs):
    """The mode word in Verilog, some of its fields given by inputs."""
    parts = [inputs.get(field.name, f"{field.bits}'d{mode.number(field.name) - field.bias}") for field in FIELDS]
    return f"{{{', '.join(reversed(parts))}}}"
