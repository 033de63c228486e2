"""Properties of the sequencer: what runs was accepted, every job takes exactly its operands, and comes to its end.

A *pass* is a walk over the chunks of a job; most kinds make one. The registers of a monitor have names with ``m_``.
"""

import re

from lowtide.hw import ArrayConfig
from lowtide.hw.config.array_config import CHUNK_BITS
from lowtide.hw.mode.word import WORD_BITS

from .accepted import accepted_job, arrived_jobs
from .property import Property, modules_of, past

__all__ = ["legal_state", "longest_pause", "sequencer_properties"]


def longest_pause(config: ArrayConfig) -> int:
    """Cycles after a job's last step that the next one may have to wait for."""
    return max(config.cols - 1, config.pause)


def legal_state(config: ArrayConfig, text: str) -> tuple[str, str]:
    """Verilog of a wire ``m_legal`` of the sequencer, true from reset on, and the modules that it places.

    The running job and the one that waits are accepted, chunks are left while a job runs, and the counter of cycles
    since the last result is in its range: property ``accepted_only``. text: the engine's Verilog.
    """
    names = _names(config, text)
    tail = "tail" if "tail" in names else "1'd0"  # a chunk of one value has none
    running, modules = accepted_job(config, "m_running_legal", f"{{{tail}, {CHUNK_BITS}'d1, mode}}")
    waiting, _ = accepted_job(config, "m_waiting_legal", "job")
    some = "chunks != 0" + (" && chunks_of_a_pass != 0" if _several_passes(names) else "")
    arrived, claims = arrived_jobs(config, names) if config.pipeline else ("", [])
    held = "".join(f" && {claim}" for claim in claims)
    if config.pipeline:
        some += " && closes == (chunks == 1)"
        for name, most in (("slots", config.pe.slots_per_cycle(config)), ("rounds", 1)):
            if name not in names:
                continue
            ends = next(each for each in (f"ends_{name}", "ends_round", "ends_beat") if each in names)  # all the same
            some += f" && {name} != 0 && {name}_of_running != 0 && {ends} == ({name} <= {most})"
            held += f" && (!waiting || {name}_of_waiting != 0)"
    return (
        f"{running}{waiting}{arrived}  wire m_legal = (!running || (m_running_legal && {some})) "
        f"&& (!waiting || m_waiting_legal){_spaced(config, names)}{held};\n",
        modules,
    )


def _names(config: ArrayConfig, text: str) -> set[str]:
    """The nets of the sequencer."""
    module = modules_of(text)[f"{config.name}_sequencer"]
    return set(re.findall(r"(?:wire|reg) (?:\[[\d:]+\] )?(\w+);", module))


def sequencer_properties(config: ArrayConfig, text: str) -> list[Property]:
    """The properties of a configuration's sequencer, at its real parameters. text: its Verilog."""
    names = _names(config, text)

    def prop(name: str, statement: str, monitor: str, modules: str = "") -> Property:
        return Property(
            name=f"{config.name}_{name}",
            statement=statement,
            config=config,
            unit="sequencer",
            monitor=monitor,
            modules=modules,
        )

    legal, modules = legal_state(config, text)
    begun = "  reg m_begun;\n  always @(posedge clk) m_begun <= rst | m_begun;\n"
    return [
        prop(
            "accepted_only",
            "a job that runs or waits is one that is accepted; the counter of cycles since the last "
            "result is at most as large as it needs to be",
            f"{begun}{legal}  always @* if (m_begun) assert(m_legal);\n",
            modules=modules,
        ),
        prop(
            "exact_takes",
            "every accepted job takes exactly as many operands in each pass as it has chunks, and ends "
            "with one `last`, in the last step of the last pass",
            f"{begun}{legal}{_takes(names)}",
            modules=modules,
        ),
        prop(
            "progress",
            "while a job runs, operands are offered and results are taken, a step comes after at most "
            "cols - 1 cycles (without result buffer when the sums before have been read, if that is more), and each "
            "step leaves less to do of its pass: chunks, rounds of the chunk, slots of the round",
            f"{begun}{legal}{_progress(config, names)}",
            modules=modules,
        ),
    ]


def _spaced(config: ArrayConfig, names: set[str]) -> str:
    """The bound on the counter of cycles since the last result, where there is one."""
    return f" && since <= {longest_pause(config)}" if "since" in names else ""


def _in_beat(names: set[str]) -> str:
    """Whether a beat goes on from the cycle before."""
    return "in_beat" if "in_beat" in names else "1'b0"


def _several_passes(names: set[str]) -> bool:
    return "chunks_of_a_pass" in names


def _takes(names: set[str]) -> str:
    """Operands of the pass that were taken, against the chunks of the job; `last` against the job's end."""
    several = _several_passes(names)
    total = f"job[{CHUNK_BITS + WORD_BITS - 1}:{WORD_BITS}]"
    again = "    else if (north[3] & closes) m_taken <= 0;\n" if several else ""
    claims = [f"m_taken + chunks == m_total + {_in_beat(names)}", *(["chunks_of_a_pass == m_total"] if several else [])]
    return (
        f"  reg [{CHUNK_BITS}:0] m_total, m_taken;\n  reg m_last, m_ran;\n"
        "  always @(posedge clk) begin\n    m_ran <= running & ~rst;\n    m_last <= control[3];\n"
        f"    if (load) begin m_total <= {total}; m_taken <= 0; end\n{again}"
        "    else m_taken <= m_taken + take;\n  end\n"
        f"  always @* if (m_begun) begin\n    assert(m_legal);\n    if (running) assert({' && '.join(claims)});\n"
        "    if (north[3] && closes) assert(m_taken + take == m_total);\n"
        "    if (control[3]) assert(running && north[3] && closes);\n"
        "    if (m_ran && !running) assert(m_last);\n    if (take) assert(running);\n  end\n"
    )


def _progress(config: ArrayConfig, names: set[str]) -> str:
    """The rank of what is left, and the counter of cycles without a step."""
    parts = ["chunks", *(["rounds"] if "rounds" in names else []), *(["slots"] if "slots" in names else [])]
    rank = f"{{{', '.join(parts)}}}"
    width = CHUNK_BITS + 5 * ("rounds" in names) + 9 * ("slots" in names) + 8
    counts = "since" in names
    longest = longest_pause(config)
    pauses = f"running & ~control[0] & proceed & ~rst & ~load & (since != {longest})" if counts else "1'b0"
    kept = past(
        ("m_rank", rank),
        ("m_less", "control[0] & ~(north[3] & closes) & ~rst"),
        ("m_paused", pauses),
        ("m_since", "since" if counts else "1'b0"),
        width={"m_rank": width, "m_since": 9},
    )
    offered = f"running && proceed && ({_in_beat(names)} || (x_valid && w_valid))"
    inside = [f"(!{_in_beat(names)} || rounds_left != 0)"] if "rounds_left" in names else []
    inside += (
        [f"(!{'in_round' if 'in_round' in names else 'in_beat'} || slots_left != 0)"] if "slots_left" in names else []
    )
    soon = f" && since >= {longest}" if counts else ""
    return (
        f"{kept}  always @* if (m_begun) begin\n    assert(m_legal);\n"
        + (f"    assert({' && '.join(inside)});\n" if inside else "")
        + f"    if ({offered}{soon}) assert(control[0]);\n    if (m_less) assert({rank} < m_rank);\n"
        + ("    if (m_paused) assert(since == m_since + 1);\n" if counts else "")
        + "  end\n"
    )
