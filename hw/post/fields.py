"""The fields of the record EXEC that post-processing reads, and which of their values are not built."""

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed, unsigned
from amaranth.lib import data

from lowtide.common.records.execute import Exec, Operand, Source

from ..config.accelerator_config import AcceleratorConfig
from ..memory.atoms import element_sizes
from .elements import planes

__all__ = ["fields_layout", "not_built", "some_of"]

_NAMES = (
    *("tail", "source", "in_signed", "in_bits", "taps", "tiles", "tile_columns"),
    *("out_apart", "out_block_step", "out_plane_step", "out_channels", "out_bits", "out_values", "out_planes"),
    *("out_signed", "operand", "operand_block_step", "operand_zero", "operand_signed", "own_multiplier"),
    *("operand_multiplier", "operand_shift", "low2", "high2", "parameter_base", "parameter_step", "low", "high"),
    *("zero", "table", "top_terms", "top_k", "measure"),
)


def fields_layout(names: tuple[str, ...] = _NAMES) -> data.StructLayout:
    """Fields of the record EXEC in their widths, all that post-processing reads or those of these names. What they mean
    says :class:`lowtide.common.records.execute.Exec`."""
    found = {field.name: field for field in Exec.layout()}
    return data.StructLayout({name: (signed if found[name].signed else unsigned)(found[name].bits) for name in names})


def some_of(m: Module, fields: data.View, names: tuple[str, ...], name: str) -> Signal:
    """The fields of these names alone, a signal of this name."""
    found = Signal(fields_layout(names), name=name)
    m.d.comb += [found[each].eq(fields[each]) for each in names]
    return found


def not_built(config: AcceleratorConfig, fields: data.View) -> Value:
    """Whether fields, each in the range that every record keeps, ask for what this accelerator does not have."""
    wrong = {
        "vector": fields.source != Source.ENGINE,
        "operand": fields.operand == Operand.ADD,
        "product": fields.operand == Operand.PRODUCT,
        "table": fields.table,
        "top_terms": fields.top_terms.any(),
        "measure": fields.measure,
    }
    missing: list[Value] = [used for part, used in wrong.items() if part not in config.post]
    missing.append(fields.top_k > config.top_k)
    used = fields.operand.any()
    multipliers = Cat(fields[name][config.multiplier_bits :] for name in ("own_multiplier", "operand_multiplier"))
    in_planes = (fields.out_bits > planes(config)) | (fields.out_values > config.atom_bits) | used
    whole = _fits(config, fields.out_bits, fields.out_values) & ~fields.out_planes
    return Cat(
        *missing,
        ~whole & (in_planes | ~fields.out_planes),
        wrong["vector"] & ~_fits(config, fields.in_bits, fields.tail + 1),
        ~wrong["vector"] & (fields.tile_columns > config.cols),
        used & multipliers.any(),
        fields.top_k.any() & fields.out_planes,
    ).any()


def _fits(config: AcceleratorConfig, bits: Value, values: Value) -> Value:
    """Whether an atom holds so many values of so many bits, a size that is built."""
    return Cat((bits == size) & (values <= config.atom_bits // size) for size in element_sizes(config)).any() & Const(1)
