"""Properties of the weight decoder: every code of every format, in every place of a payload, is the integer it means.

The table of a format is written out code by code as golden decodes it (:mod:`lowtide.golden.storage_formats`). Codes
without meaning, ternary 2, may become anything; they must be reported where their place counts, and nothing else may
be.
"""

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import decoded_formats
from lowtide.hw.storage_formats import PLAIN, StorageFormat, number

from .property import Property, field_bits

__all__ = ["decoder_properties"]


def decoder_properties(config: ArrayConfig) -> list[Property]:
    """A property for each format, of a codebook for each place; none where the configuration decodes nothing."""
    formats = decoded_formats(config)
    if not formats:
        return []
    return [
        _property(config, stored, place, claims)
        for stored in (PLAIN, *formats)
        for place, claims in _claims(config, stored).items()
    ]


def _property(config: ArrayConfig, stored: StorageFormat, place: int | None, claims: list[str]) -> Property:
    """The property of a format in one place of the payload, or in all of them (None)."""
    monitor = (
        f"  always @* if ({field_bits('w_format')} == {number(stored)}) begin\n"
        + "".join(f"    assert({claim});\n" for claim in claims)
        + "  end\n"
    )
    where = "in every place" if place is None else f"in place {place}"
    return Property(
        name=f"{config.name}_decoder_{stored.name}" + ("" if place is None else f"_{place}"),
        config=config,
        unit="weight_decoder",
        monitor=monitor,
        statement=f"every code of {stored.name}, {where}, becomes the integer that it means; exactly the "
        "codes without meaning in places that count are reported",
    )


def _claims(config: ArrayConfig, stored: StorageFormat) -> dict[int | None, list[str]]:
    """What holds in a format: dict of place (None: all of them) to claims."""
    if (code_bits := stored.code_bits) is None:
        return {None: ["decoded == values", "!invalid"]}
    width = config.pe.decoded_bits(config, stored.name)
    found: dict[int | None, list[str]] = {}
    wrong: list[str] = []
    for place in range(config.pe.stream_bits(config, "w") // width):
        low = place * width
        code, integer = f"values[{low + code_bits - 1}:{low}]", f"decoded[{low + width - 1}:{low}]"
        if stored.entries:
            found[place] = [
                f"{code} != {number} || {integer} == entries[{low + width - 1}:{low}]"
                for number, low in enumerate(range(0, stored.entries * config.w_width, config.w_width))
            ]
            found[place].append("!invalid")
            continue
        nothing = [f"{code} == {each}" for each in stored.meaningless]
        found[place] = [" || ".join([*nothing, f"{integer} == {_integer(stored, code_bits, code, width)}"])]
        if nothing and place < config.chunk:
            wrong.append(f"(({' || '.join(nothing)}) && used[{place}])")
    if stored.entries:
        return found
    return {
        None: [claim for claims in found.values() for claim in claims]
        + [f"invalid == ({' || '.join(wrong)})" if wrong else "!invalid"]
    }


def _integer(stored: StorageFormat, code_bits: int, code: str, width: int) -> str:
    """The integer of a code in Verilog, ``width`` bits."""
    codes = [each for each in range(1 << code_bits) if each not in stored.meaningless]
    integers = golden.storage_formats.find(stored.name).decode(codes, bits=width)
    text = f"{width}'d0"
    for each, integer in zip(codes, integers.tolist(), strict=True):
        text = f"({code} == {each} ? {width}'d{integer % (1 << width)} : {text})"
    return text
