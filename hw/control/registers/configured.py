"""What the registers tell of a configuration: the sizes of its parts, and what is built."""

from ...array.decoder import table_bits
from ...config.accelerator_config import AcceleratorConfig
from .register_map import register_map

__all__ = ["configured", "configured_words"]


def configured(config: AcceleratorConfig) -> dict[str, int]:
    """The value of each field of the registers that a configuration decides, by register and field."""
    return {
        "array_rows": config.rows,
        "array_columns": config.cols,
        "units_atom": config.atom_bytes.bit_length() - 1,
        "units_weight_word": config.weight_word_bytes.bit_length() - 1,
        "units_bus": config.bus_bytes.bit_length() - 1,
        "units_multiplier": config.multiplier_bits,
        "feature_memory_atoms": config.feature_atoms,
        "weight_memory_words": config.weight_words,
        "small_memories_parameters": config.parameters - 1,
        "small_memories_taps": config.taps - 1,
        "small_memories_codebooks": bool(table_bits(config.array)),
        "small_memories_code_table": "table" in config.post,
        **{f"small_memories_{part}": part in config.post for part in ("operand", "product", "vector", "top_terms")},
        "extras_measure": "measure" in config.post,
        "extras_top_k": config.top_k,
        "identity_machine": config.identity,
    }


def configured_words(config: AcceleratorConfig) -> dict[str, int]:
    """What software reads of each register that a configuration decides, 32 bits, by register."""
    values = configured(config)
    return {
        register.name: sum(int(values[field.name]) << field.low for field in register.fields)
        for register in register_map()
        if all(field.name in values for field in register.fields)
    }
