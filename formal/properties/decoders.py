"""Properties of the weight decoder: every code of every format, in every place of a payload, is the integer it means.

The table of a format is written out code by code from its definition (:mod:`lowtide.hw.mode.formats`). The code of
ternary weights without meaning, 2, may become anything; it must be reported where its place counts, and nothing else
may be.
"""

from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import decoded_formats
from lowtide.hw.mode.formats import FORMATS
from lowtide.hw.mode.word import FIELDS, WEIGHT_FORMATS

from .property import Property

__all__ = ["decoder_properties"]


def decoder_properties(config: ArrayConfig) -> list[Property]:
    """The decoder's property, none where the configuration decodes nothing."""
    names = decoded_formats(config)
    if not names:
        return []
    bits = config.pe.stream_bits(config, "w")
    place = sum(field.bits for field in FIELDS[:[field.name for field in FIELDS].index("w_format")])
    word, claims = f"mode[{place + 2}:{place}]", []
    for name in ("plain", *names):
        found = ["decoded == values", "!invalid"] if name == "plain" else _claims(config, name, bits)
        claims.append(f"  always @* if ({word} == {WEIGHT_FORMATS.index(name)}) begin\n"
                      + "".join(f"    assert({claim});\n" for claim in found) + "  end\n")
    return [Property(name=f"{config.name}_decoder_tables", config=config, unit="weight_decoder",
                     statement="every code of every storage format, in every place, becomes the integer that it means; "
                     "exactly the codes without meaning in places that count are reported", monitor="".join(claims))]


def _claims(config, name, bits):
    """What holds in a format, for each place of a payload."""
    width, code_bits = config.pe.decoded_bits(config, name), FORMATS[name].code_bits
    claims, wrong = [], []
    for place in range(bits // width):
        low = place * width
        code, integer = f"values[{low + code_bits - 1}:{low}]", f"decoded[{low + width - 1}:{low}]"
        if name == "ternary":
            claims.append(f"{code} == 2 || {integer} == {_table(name, code, width)}")
            if place < config.chunk:
                wrong.append(f"({code} == 2 && used[{place}])")
        else:
            claims.append(f"{integer} == {_table(name, code, width, config.w_width)}")
    return [*claims, f"invalid == ({' || '.join(wrong)})" if wrong else "!invalid"]


def _table(name, code, width, entry=0):
    """The integer of a code in Verilog, ``width`` bits."""
    if name.startswith("codebook"):
        entries = {number: f"entries[{number * entry + width - 1}:{number * entry}]"
                   for number in range(1 << FORMATS[name].code_bits)}
    else:
        entries = {number: f"{width}'d{_meaning(name, number) % (1 << width)}"
                   for number in range(1 << FORMATS[name].code_bits) if name != "ternary" or number != 2}
    text = f"{width}'d0"
    for number, value in entries.items():
        text = f"({code} == {number} ? {value} : {text})"
    return text


def _meaning(name, code):
    """The integer that a code stands for, from the definition of its format."""
    if name == "ternary":
        return {0: 0, 1: 1, 3: -1}[code]
    if name == "binary":
        return (-1, 1)[code]
    bits = FORMATS[name].code_bits
    exponent, negative = code % (1 << bits - 1), code >> bits - 1
    return 0 if exponent == 0 else (-1) ** negative * 2 ** (exponent - 1)
