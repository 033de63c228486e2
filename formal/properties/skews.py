"""A property of the skews: stop i is i cycles later, in cycles in which the engine does not stand still.

A stop is a line, a row or a column of PEs; in tiles it is those of a tile."""

from lowtide.hw import ArrayConfig

from .property import Property, modules_of, only, past

__all__ = ["skew_properties"]

LARGEST = 256  #: bits of a skew: a proof of twice as many takes half a minute


def skew_properties(config: ArrayConfig, text: str) -> list[Property]:
    """Of the skews at both edges and of the readout, where they have several stops. Left out are those of more than
    :data:`LARGEST` bits, and those made of blocks. text: the engine's Verilog."""
    known, found = modules_of(text), []
    for unit, side in (("west_skew", "x"), ("north_skew", "w"), ("readout_skew", "x")):
        module, stops = known.get(f"{config.name}_{unit}", ""), config.stops(side)
        if stops > 1 and f"from_lane_{stops - 1};" in module:
            bits = int(only(r"input \[(\d+):0\] i;", module)) + 1
            if bits > LARGEST:
                continue
            found.append(
                Property(
                    name=f"{config.name}_{unit}_delays",
                    statement="stop i of what comes out is stop i of what came in, i moving cycles before",
                    config=config,
                    unit=unit,
                    monitor=_monitor(stops, bits // stops),
                )
            )
    return found


def _monitor(stops: int, width: int) -> str:
    """The stops that wait for a further cycle, stage by stage: those of the stage before, one less; while the engine
    stands still they stay."""
    found = [past(("m_en", "en"))]
    found.append("  reg m_begun;\n  always @(posedge clk) m_begun <= rst | m_begun;\n")
    before, bits, out = "i", stops * width, [f"i[{width - 1}:0]"]
    for stage in range(1, stops):
        now = f"from_lane_{stage}"
        names = {f"m_before_{stage}": f"{before}[{bits - 1}:{width}]", f"m_held_{stage}": now}
        before, bits = now, bits - width
        found.append(past(*names.items(), width=dict.fromkeys(names, bits)))
        found.append(f"  always @* if (m_begun) assert({now} == (m_en ? m_before_{stage} : m_held_{stage}));\n")
        out.append(f"{now}[{width - 1}:0]")
    found.append(f"  always @* assert(o == {{{', '.join(reversed(out))}}});\n")
    return "".join(found)
