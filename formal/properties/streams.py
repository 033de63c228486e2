"""Properties of an engine's streams, flags and counter. They hold whatever the array and its edges do."""

from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import table_bits
from lowtide.hw.mode.reasons import REASON_BITS

from .property import Property, past

__all__ = ["stream_properties"]

#: Whether there was a reset before this cycle.
BEGUN = "  reg begun;\n  always @(posedge clk) begun <= rst | begun;\n"
FREE = ("array", "west_edge", "north_edge")


def stream_properties(config: ArrayConfig) -> list[Property]:
    """The properties of a configuration's streams, at its real size."""

    def prop(name: str, statement: str, monitor: str) -> Property:
        return Property(
            name=f"{config.name}_{name}", statement=statement, config=config, unit="", monitor=monitor, free=FREE
        )

    bits = config.rows * config.acc_width + 1
    waits = "waited" if config.pipeline else "y_valid && !y_ready"
    found = [
        prop(
            "y_waits",
            "a result that is not taken stays valid and unchanged",
            past(("waits", "y_valid & ~y_ready & ~rst"), ("payload", "y_data"), width={"payload": bits})
            + "  always @* if (waits) assert(y_valid && y_data == payload);\n",
        ),
        prop(
            "operands_together",
            "`x` and `w` are ready together, in a cycle in which both are valid, while a job runs and no result "
            + ("waits since the cycle before" if config.pipeline else "waits"),
            (past(("waited", "y_valid & ~y_ready & ~rst")) if config.pipeline else "")
            + "  always @* begin\n    assert(x_ready == w_ready);\n"
            + f"    if (x_ready) assert(x_valid && w_valid && busy && !({waits}));\n  end\n",
        ),
        prop(
            "errors_stay",
            "`error` and `reason` stay until `clear`; there is a reason exactly where there is an error",
            past(
                ("was", "error & ~clear & ~rst"),
                ("reason_was", "reason"),
                ("cleared", "clear | rst"),
                width={"reason_was": REASON_BITS},
            )
            + BEGUN
            + "  always @* if (begun) begin\n    assert(error == (reason != 0));\n"
            "    if (was) assert(error && reason == reason_was);\n    if (cleared) assert(!error);\n  end\n",
        ),
        prop(
            "cycles_counted",
            "`cycles` is the number of cycles with `busy` since `clear`, modulo 2^32",
            past(("counted", "cycles + busy"), ("cleared", "clear | rst"), width={"counted": 32})
            + BEGUN
            + "  always @* if (begun) assert(cycles == (cleared ? 0 : counted));\n",
        ),
    ]
    if table_bits(config):
        book = f"sequencer_codebooks[codebook_data[{config.w_width + 8}]]"
        found.append(
            prop(
                "books_wait",
                "an entry of a codebook waits exactly while a job that uses its book runs or waits",
                f"  always @* assert(codebook_ready == !{book});\n",
            )
        )
    return found
