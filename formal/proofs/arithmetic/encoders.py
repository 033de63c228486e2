"""Proofs of the encoders: signed digits are the value that went in, and as few as a non-adjacent form has."""

from lowtide.hw import ArrayConfig
from lowtide.hw.logic.hese import HeseEncoder, hese_positions
from lowtide.hw.logic.term_encoder import TermEncoder, positions

from ..proof import Numbers, Proof, wide

__all__ = ["encoder_proofs"]

NUMBER_TYPES = (("signed",), ("unsigned",), ("signed", "unsigned"))


def encoder_proofs() -> list[Proof]:
    """Every encoder of 8 and 16 bits, and the encoder of weights of the `term` kinds, which has two encodings."""
    found = [hese_encoder(bits, types) for bits in (8, 16) for types in NUMBER_TYPES]
    return found + [term_encoder(8), term_encoder(16)]


def digits(count: int, number: str) -> tuple[Numbers, dict[str, str]]:
    """Numbers and claims that all digits have in common: the one whose sum is ``number``, a width and Verilog."""
    width = count + 2
    numbers: Numbers = {
        "value_in": (width, number),
        "value_of_digits": (width, "$signed({2'b0, nonzero & ~negative}) - $signed({2'b0, nonzero & negative})"),
    }
    claims = {
        "the digits' sum is the value": "value_of_digits == value_in",
        "a digit is negative only where it is nonzero": "(negative & ~nonzero) == 0",
    }
    return numbers, claims


def non_adjacent(count: int) -> str:
    """Whether no two of the digits that follow each other are nonzero, in Verilog."""
    return f"(nonzero[{count - 1}:1] & nonzero[{count - 2}:0]) == 0"


def hese_encoder(bits: int, types: tuple[str, ...]) -> Proof:
    """The stand-alone HESE encoder."""
    both, count = len(types) == 2, hese_positions(bits, types)
    is_signed = "value_signed" if both else f"1'b{int(types == ('signed',))}"
    numbers, claims = digits(count, wide("value", bits - 1, 0, is_signed))
    inputs = {"value": bits} | ({"value_signed": 1} if both else {})
    return Proof(
        name=f"hese_encoder_{bits}{''.join(sorted(kind[0] for kind in types))}",
        statement=f"HESE digits of {bits} bits, {' and '.join(types)}: their sum is the value, no two are adjacent",
        make=lambda: HeseEncoder(bits=bits, types=types),
        inputs=inputs,
        connections={name: name for name in inputs},
        numbers=numbers,
        claims=claims | {"no two adjacent digits are nonzero": non_adjacent(count)},
    )


def term_encoder(bits: int) -> Proof:
    """The encoder of weights, HESE and binary."""
    config = ArrayConfig(name=f"term_{bits}", kind="term", w_width=bits, acc_width=48, w_types=("signed", "unsigned"))
    count = positions(config)
    numbers, claims = digits(count, wide("value", bits - 1, 0, "value_signed"))
    inputs = {"value": bits, "value_signed": 1, "hese": 1}
    signs = f"negative == ((value_signed & value[{bits - 1}]) ? nonzero : {count}'d0)"
    return Proof(
        name=f"term_encoder_{bits}us",
        statement=f"terms of {bits} bits, signed and unsigned, HESE or binary: their sum is the value",
        make=lambda: TermEncoder(config),
        inputs=inputs,
        connections={name: name for name in inputs},
        numbers=numbers,
        claims=claims
        | {
            "no two adjacent HESE digits are nonzero": f"!hese || {non_adjacent(count)}",
            "all binary terms have the value's sign": f"hese || {signs}",
        },
    )
