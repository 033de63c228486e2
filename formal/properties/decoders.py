"""Properties of the weight decoder: every code of every format, in every place of a payload, is the integer it means.

The table of a format is written out code by code from its definition (:mod:`lowtide.hw.mode.formats`). The code of
ternary weights without meaning, 2, may become anything; it must be reported where its place counts, and nothing else
may be.
"""

from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import decoded_formats
from lowtide.hw.mode.formats import FORMATS
from lowtide.hw.mode.word import BY_NAME, WEIGHT_FORMATS

from .property import Property

__all__ = ["decoder_properties"]


def decoder_properties(config: ArrayConfig) -> list[Property]:
    """A property for each format, of a codebook for each place; none where the configuration decodes nothing."""
    names = decoded_formats(config)
    if not names:
        return []
    return [_property(config, name, place, claims) for name in ("plain", *names)
            for place, claims in _claims(config, name).items()]


def _property(config, name, place, claims):
    """The property of a format in one place of the payload, or in all of them (None)."""
    field = BY_NAME["w_format"]
    word = f"mode[{field.lowest_bit + field.bits - 1}:{field.lowest_bit}]"
    monitor = (f"  always @* if ({word} == {WEIGHT_FORMATS.index(name)}) begin\n"
               + "".join(f"    assert({claim});\n" for claim in claims) + "  end\n")
    where = "in every place" if place is None else f"in place {place}"
    return Property(name=f"{config.name}_decoder_{name}" + ("" if place is None else f"_{place}"), config=config,
                    unit="weight_decoder", monitor=monitor,
                    statement=f"every code of {name}, {where}, becomes the integer that it means; exactly the codes "
                    "without meaning in places that count are reported")


def _claims(config, name):
    """What holds in a format: dict of place (None: all of them) to claims."""
    if name == "plain":
        return {None: ["decoded == values", "!invalid"]}
    bits = config.pe.stream_bits(config, "w")
    width, code_bits = config.pe.decoded_bits(config, name), FORMATS[name].code_bits
    found, wrong = {}, []
    for place in range(bits // width):
        low = place * width
        code, integer = f"values[{low + code_bits - 1}:{low}]", f"decoded[{low + width - 1}:{low}]"
        if name == "ternary":
            found[place] = [f"{code} == 2 || {integer} == {_table(name, code, width)}"]
            if place < config.chunk:
                wrong.append(f"({code} == 2 && used[{place}])")
        elif name.startswith("codebook"):
            found[place] = [f"{code} != {number} || {integer} == {entry}" for number, entry
                            in _entries(name, width, config.w_width).items()] + ["!invalid"]
        else:
            found[place] = [f"{integer} == {_table(name, code, width, config.w_width)}"]
    if name.startswith("codebook"):
        return found
    return {None: [claim for claims in found.values() for claim in claims]
            + [f"invalid == ({' || '.join(wrong)})" if wrong else "!invalid"]}


def _entries(name, width, entry):
    """The integer of each code in Verilog, ``width`` bits: dict of code to text."""
    if name.startswith("codebook"):
        return {number: f"entries[{number * entry + width - 1}:{number * entry}]"
                for number in range(1 << FORMATS[name].code_bits)}
    return {number: f"{width}'d{_meaning(name, number) % (1 << width)}"
            for number in range(1 << FORMATS[name].code_bits) if name != "ternary" or number != 2}


def _table(name, code, width, entry=0):
    """The integer of a code in Verilog, ``width`` bits."""
    text = f"{width}'d0"
    for number, value in _entries(name, width, entry).items():
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
