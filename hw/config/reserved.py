"""Names that a configuration may have, and those that none may: the keywords of Verilog and SystemVerilog (IEEE
1800-2017, Annex B), and the files and modules that Lowtide writes beside configurations.

Simulators read Verilog as SystemVerilog, so both count.
"""

import re

from lowtide.common.shown import shown

__all__ = ["KEYWORDS", "MODE_WORD", "PORTS", "check_name"]

MOST_NAME = 100  #: letters of a name, which is that of files and the beginning of those of modules

#: Ports of an engine: Verilator takes no module of the name of one of its ports.
PORTS = frozenset("clk rst clear error reason busy cycles".split()) | {
    f"{stream}_{part}" for stream in ("job", "x", "w", "y", "codebook") for part in ("data", "valid", "ready")
}

BENCH = "_bench"  #: what the name of a configuration's bench ends in
MODE_WORD = "lowtide_mode"  #: the mode word's files: JSON, Markdown, C header
_HESE_ENCODER = re.compile(r"hese_encoder_\d+(s|u|su)")  # stand-alone, see lowtide.hw.logic.hese


KEYWORDS = (
    frozenset(
        """
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins
    binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const
    constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge
    else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule
    endpackage endprimitive endprogram endproperty endspecify endsequence endtable endtask enum event eventually expect
    export extends extern final first_match for force foreach forever fork forkjoin function generate genvar global
    highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input
    inside instance int integer interconnect interface intersect join join_any join_none large let liblist library
    local localparam logic longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor
    noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive priority program
    property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase
    randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0
    rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
    signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1
    sync_accept_on sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1
    tri tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var
    vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor
""".split()
    )
    | {"std"}
    | PORTS
)  # std is the package that SystemVerilog brings with it


def check_name(name: object) -> None:
    """Raise ``ValueError`` for a name that no configuration may have."""
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        raise ValueError(f"name is {shown(name)}, allowed are letters, digits and _, not a digit first")
    if len(name) > MOST_NAME:
        raise ValueError(f"name is {shown(name)}, it has {len(name)} letters: allowed are 1 to {MOST_NAME}")
    if name in KEYWORDS:
        raise ValueError(f"name is {name!r}, a word of Verilog: allowed are all others")
    if _is_taken(name):
        raise ValueError(f"name is {name!r}, the name of another file that Lowtide writes: allowed are all others")


def _is_taken(name: str) -> bool:
    """Whether files of another kind have this name, in capitals or not (some file systems do not tell them apart)."""
    name = name.lower()
    return name == MODE_WORD or name.endswith(BENCH) or _HESE_ENCODER.fullmatch(name) is not None
