"""Properties of the edges: values beyond the last one of a job never get to the array, the only weight of a diagonal
chunk gets to its own place and no other."""

import re
from collections.abc import Iterable, Mapping
from itertools import product

from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.array.decoder import decoded_formats
from lowtide.hw.mode.word import BY_NAME
from lowtide.hw.storage_formats import BINARY, number

from .accepted import accepted_mode
from .property import Property, children_of, field_bits, modules_of, only, past

__all__ = ["mask_properties"]


def mask_properties(config: ArrayConfig, text: str) -> list[Property]:
    """What an edge hands to its skew: the values that count as they are, those beyond are zero, or in a mode of binary
    operands +1 and -1 in turn; in a diagonal mode a column's first value, at its place, and zeros. For every mode word
    that the engine accepts. text: the engine's Verilog."""
    known = modules_of(text)
    free = {
        unit: tuple(
            name
            for child in children_of(known[f"{config.name}_{unit}"])
            if not (name := child.removeprefix(f"{config.name}_")).endswith("_mask")
        )
        for unit in ("west_edge", "north_edge")
    }
    found = [
        Property(
            name=f"{config.name}_{unit}_masks",
            statement=f"the {name} edge passes on values that count and nothing of those beyond them"
            + ("; in a diagonal mode a column's weight on lane c mod L, and nothing elsewhere" if side == "w" else ""),
            config=config,
            unit=unit,
            monitor=monitor(config, side, unit, text),
            modules=accepted_mode(config, "", "")[1],
            free=free[unit],
        )
        for side, name, unit in (("x", "west", "west_edge"), ("w", "north", "north_edge"))
    ]
    if has_decoders(config, text):
        found.append(
            Property(
                name=f"{config.name}_north_edge_counts",
                statement="every column's decoder is told the places that count, in a diagonal mode its first one "
                "where lane c mod L does; the edge reports what one of them reports",
                config=config,
                unit="north_edge",
                monitor=counting(config, text),
                modules=accepted_mode(config, "", "")[1],
                free=free["north_edge"],
            )
        )
    return found


def has_decoders(config: ArrayConfig, text: str) -> bool:
    """Whether the north edge has decoders. text: the engine's Verilog."""
    return "decoder_0_decoded" in modules_of(text)[f"{config.name}_north_edge"]


def counting(config: ArrayConfig, text: str) -> str:
    """The monitor of what the decoders of the north edge are told, and of what it reports of theirs."""
    shapes, module = chunk_shapes(config), modules_of(text)[f"{config.name}_north_edge"]
    told, reported = (
        [only(rf"decoder_{line} \((?s:.*?)\.{port}\((.*?)\),\n", module) for line in range(config.cols)]
        for port in ("used", "invalid")
    )
    claims = [f"invalid == ({' || '.join(reported)})"]
    for column, used in enumerate(told):
        own = "1'b0"
        for (values, _), holds in shapes.items():
            own = f"({holds}) ? used[{column % values}] : {own}"
        claims.append(f"{used} == ({field_bits('diagonal')} ? ({own}) : used)")
    lines = "".join(f"  always @* if (legal) assert({claim});\n" for claim in claims)
    return accepted_mode(config, "legal", "mode")[0] + lines


def monitor(config: ArrayConfig, side: str, unit: str, text: str) -> str:
    """The monitor of an edge."""
    module = modules_of(text)[f"{config.name}_{unit}"]
    handed = only(r"_skew skew \((?s:.*?)\.i\(((?s:.*?))\),\n", module)
    lines, payload = (config.rows if side == "x" else config.cols), config.payload_bits(side)
    inside = payload - config.exponent_width(side)
    stated = field_bits(f"{side}_bits")
    widths = {}  # of a value in the stream, by the mode's width
    for bits in config.pe.supported(config)[f"{side}_bits"]:
        widths[bits] = config.element_bits(side, Mode(x_bits=bits, w_bits=bits))
    counts = "'d0"
    for width in dict.fromkeys(widths.values()):
        spread = [f"used[{bit // width}]" if bit // width < config.chunk else "1'b0" for bit in range(inside)]
        of_width = _among(stated, [bits for bits, each in widths.items() if each == width])
        counts = f"{of_width} ? {{{', '.join(reversed(spread))}}} : {counts}"
    stages = [int(stage) for stage in re.findall(r"\bvalues_(\d+)\b", handed)]
    by_line = config.pipeline > 0  # each line has a mask of its own, behind the first register
    registered, order = by_line or bool(stages), in_order_of_stops(config, side)
    first = "values_1" if registered else handed
    if by_line:
        exponents = [f"values_1[{low + payload - 1}:{low + inside}], " for low in range(0, lines * payload, payload)]
        parts = [(each if payload > inside else "") + f"mask_{line}_masked" for line, each in enumerate(exponents)]
        first = f"{{{', '.join(reversed(parts))}}}"
    if (tiled := order != list(range(lines))) and not registered:
        lows = [order.index(line) * payload for line in range(lines)]
        bundle = [f"m_skewed[{low + payload - 1}:{low}]" for low in lows]
        first = f"{{{', '.join(reversed(bundle))}}}"
    found = [f"  wire [{lines * payload - 1}:0] m_skewed = {handed};"] if tiled else []
    found += [f"  wire [{lines * payload - 1}:0] handed_on = {first};", f"  wire [{inside - 1}:0] counts = {counts};"]
    beyond = f"{inside}'d0"
    if side == "w" and BINARY.name in config.w_formats and BINARY not in decoded_formats(config):
        turns = "".join(str((config.lanes - lane) & 1) for lane in reversed(range(config.lanes)))
        beyond = f"({field_bits('w_format')} == {number(BINARY)} ? {inside}'b{turns} : {inside}'d0)"
    decoded, shapes = "decoder_0_decoded" in module, chunk_shapes(config)
    for line in range(lines):
        low = line * payload
        source = f"decoder_{line}_decoded" if decoded and side == "w" else f"values[{low + inside - 1}:{low}]"
        if side == "w":
            found.append(f"  wire [{inside - 1}:0] m_part_{line} = {source};")
            found.append(f"  wire [{inside - 1}:0] m_own_{line} = {on_own_place(line, inside, shapes)};")
            source = f"m_own_{line}"
        stated = f"({source} & counts) | ({beyond} & ~counts)"
        if config.exponent_width(side):
            stated = f"{{values[{low + payload - 1}:{low + inside}], {stated}}}"
        if registered:
            found.append(past((f"m_stated_{line}", stated), width={f"m_stated_{line}": payload}))
            stated = f"m_stated_{line}"
        found.append(
            f"  always @* if ({'m_moved' if registered else 'legal'}) "
            f"assert(handed_on[{low + payload - 1}:{low}] == {stated});"
        )
    if registered:
        found.append(past(("m_moved", "legal & en & ~rst")))
        last = max(stages, default=1)
        for stage in range(2, last + 1):
            earlier = f"values_{stage - 1}" if stage > 2 else "handed_on"
            before = past((f"m_before_{stage}", earlier), width={f"m_before_{stage}": lines * payload})
            found.append(f"{before}  always @* if (m_moved) assert(values_{stage} == m_before_{stage});")
        if tiled:
            source = f"values_{last}" if last > 1 else "handed_on"
            words = [f"{source}[{line * payload + payload - 1}:{line * payload}]" for line in order]
            found.append(f"  always @* assert(m_skewed == {{{', '.join(reversed(words))}}});")
    return accepted_mode(config, "legal", "mode")[0] + "\n".join(found) + "\n"


def in_order_of_stops(config: ArrayConfig, side: str) -> list[int]:
    """The lines of an edge as its skew takes them: of s stops, those at stop 0 first, line 0, line s and so on."""
    lines, stops = (config.rows if side == "x" else config.cols), config.stops(side)
    return sorted(range(lines), key=lambda line: (line % stops, line))


def chunk_shapes(config: ArrayConfig) -> dict[tuple[int, int], str]:
    """How a chunk of weights lies in its payload: pairs (values, bits of each) to the Verilog that says whether the
    mode has them."""
    names = ("group",) if "group" in config.pe.fields else ("x_bits", "w_bits")
    supported = config.pe.supported(config)
    found: dict[tuple[int, int], list[str]] = {}
    for numbers in product(*(supported[name] for name in names)):
        mode = Mode().change(**dict(zip(names, numbers, strict=True)))
        stated = " && ".join(
            f"{field_bits(name)} == {number - BY_NAME[name].bias}" for name, number in zip(names, numbers, strict=True)
        )
        found.setdefault((config.values_per_beat(mode), config.element_bits("w", mode)), []).append(f"({stated})")
    return {shape: " || ".join(conditions) for shape, conditions in found.items()}


def on_own_place(column: int, inside: int, shapes: Mapping[tuple[int, int], str]) -> str:
    """A column's chunk in Verilog: as it is or, in a diagonal mode, its first value at place ``column mod values``."""
    expanded = f"{inside}'d0"
    for (values, bits), holds in shapes.items():
        low = column % values * bits
        parts = [f"{{{inside - low - bits}{{1'b0}}}}"] * (inside > low + bits) + [f"m_part_{column}[{bits - 1}:0]"]
        parts += [f"{{{low}{{1'b0}}}}"] * (low > 0)
        expanded = f"({holds}) ? {{{', '.join(parts)}}} : {expanded}"
    return f"{field_bits('diagonal')} ? ({expanded}) : m_part_{column}"


def _among(stated: str, widths: Iterable[int]) -> str:
    """Whether the mode states one of some widths, in Verilog. stated: the bits of the mode word that do."""
    return "(" + " || ".join(f"{stated} == {bits - 1}" for bits in widths) + ")"
