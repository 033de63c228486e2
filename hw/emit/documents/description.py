"""The description of a configuration: what stands beside its Verilog as JSON."""

from typing import Any

from amaranth.lib.wiring import In

from ...array.decoder import PLACE_BITS
from ...array.engine import Engine
from ...config.array_config import CHUNK_BITS, TAIL_BITS
from ...config.fields import BY_NAME
from ...mode.word import WORD_BITS
from .mode_word import mode_json

__all__ = ["description"]

PORTS = {
    "clk": "clock, rising edge",
    "rst": "synchronous reset, active high; needed once after power-up",
    "job_data": f"mode word in bits 0 to {WORD_BITS - 1}, number of chunks above it ({CHUNK_BITS} bits), values in the "
    f"last chunk less one above that ({TAIL_BITS} bits)",
    "job_valid": "a job is offered",
    "job_ready": "the job is taken, or refused with the error flag",
    "x_data": "one beat of data: equal parts for the rows, row 0 lowest; in a part value 0 lowest, exponent highest",
    "x_valid": "data are offered",
    "x_ready": "data are taken",
    "w_data": "one beat of weights: equal parts for the columns, column 0 lowest; in a part value 0 lowest, exponent "
    "highest",
    "w_valid": "weights are offered",
    "w_ready": "weights are taken",
    "y_data": "one column of results: rows values of acc_width bits, row 0 lowest; above them: last column of the job",
    "y_valid": "results are offered",
    "y_ready": "results are taken",
    "codebook_data": f"an entry of a codebook: the integer, above it its place ({PLACE_BITS} bits), above that the "
    "book (1 bit)",
    "codebook_valid": "an entry is offered",
    "codebook_ready": "the entry is taken: no job uses the book",
    "clear": "clears the error flag, its reason and the cycle counter",
    "error": "sticky error flag",
    "reason": "code of the first error since clear",
    "busy": "a job is running",
    "cycles": "clock cycles in which a job was running since clear, modulo 2^32",
}


def description(engine: Engine) -> dict[str, Any]:
    """An engine as an object for JSON: its configuration, ports, modes with their cycles, the mode word."""
    config = engine.config
    ports = [("clk", 1, "input"), ("rst", 1, "input")]
    ports += [(name, len(value), "input" if member.flow == In else "output") for name, value, member in engine.ports()]
    return {
        "name": config.name,
        "summary": config.pe.summary,
        "parameters": {
            name: {"value": value, "meaning": BY_NAME[name].help} for name, value in config.parameters().items()
        },
        "chunk": config.chunk,
        "ports": [
            {"name": name, "direction": direction, "bits": bits, "meaning": PORTS[name]}
            for name, bits, direction in ports
        ],
        "modes": [
            {
                "mode": mode.label(),
                "word": f"0x{mode.word():x}",
                "values_per_beat": config.values_per_beat(mode),
                "cycles_per_beat": config.cycles_per_beat(mode),
                "cycles_from_last_operand_to_first_result": config.latency(mode),
                "x_bits_per_value": config.element_bits("x", mode),
                "w_bits_per_value": config.element_bits("w", mode),
                "multiplications_per_cycle_per_pe": config.macs_per_cycle(mode),
                "largest_k_without_overflow": config.largest_k(mode),
            }
            for mode in config.modes()
        ],
        "mode_word": mode_json(),
    }
