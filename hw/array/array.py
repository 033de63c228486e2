"""The array: rows of PEs, operands handed from neighbour to neighbour, results collected along each row.

West operands and control enter at column 0, north operands at row 0, each row and column one cycle after the one before
(the edges skew them). A PE's result is complete ``row + column`` cycles after that of the first. Each row ors together
the results of the PEs that are selected to show theirs, so a PE needs no result register: its accumulator is read in
the one cycle between its last and its next first. Where a kind's PEs hold their result in another form, one converter a
row makes integers of it.

Every row is one module, every PE is one module; both are placed as often as needed.
"""

from amaranth.hdl import Cat, Module
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.arithmetic import any_of
from ..logic.enable import enable_ports, own_enable
from ..logic.unit import Unit
from ..pe.control_bits import control_layout, later
from ..pe.operands import operand_bits

__all__ = ["PEArray", "Row"]


class Row(Unit):
    """One row of PEs.

    Ports
    -----
    control, west : in, :func:`control_layout` and :func:`operand_bits`
        For column 0.
    north, south : in and out, one operand a column
    done : out, cols bits
        PEs whose result is complete in this cycle.
    show : in, cols bits
        PEs to put on ``result``.
    result : out, acc_width bits
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        self.north_bits = operand_bits(config, "w")
        super().__init__(
            f"{config.name}_row",
            {
                **enable_ports(config.pipeline),
                "control": In(control_layout(config)),
                "west": In(operand_bits(config, "x")),
                "north": In(config.cols * self.north_bits),
                "south": Out(config.cols * self.north_bits),
                "done": Out(config.cols),
                "show": In(config.cols),
                "result": Out(config.acc_width),
            },
        )

    def build(self, m: Module) -> None:
        config, control, west, souths, dones, results = self.config, self.control, self.west, [], [], []
        enable = own_enable(self, m, "enable", f"{config.name}_enable")
        for column in range(config.cols):
            pe = self.place(
                m,
                f"pe_{column}",
                config.pe.processing_element(config),
                control=control,
                west=west,
                north=self.north.word_select(column, self.north_bits),
                en=enable,
            )
            control, west = pe.control_out, pe.east
            souths.append(pe.south)
            dones.append(pe.done)
            results.append(Cat(pe.result) & self.show[column].replicate(len(Cat(pe.result))))
        shown = any_of(results)
        if (converter := config.pe.result_converter(config)) is not None:
            shown = self.place(m, "converter", converter, i=shown).o
        m.d.comb += [self.south.eq(Cat(souths)), self.done.eq(Cat(dones)), self.result.eq(shown)]


class PEArray(Unit):
    """All rows, and the registers that hand control down from row to row.

    Ports
    -----
    control : in, :func:`control_layout`
        For row 0.
    west, north : in, one operand a row, one a column
        Skewed.
    done, show : out and in, rows * cols bits, row 0 lowest
        PEs whose result is complete in this cycle, PEs to put on ``results``.
    results : out, rows * acc_width bits
        One result a row.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        self.west_bits = operand_bits(config, "x")
        super().__init__(
            f"{config.name}_array",
            {
                **enable_ports(config.pipeline),
                "control": In(control_layout(config)),
                "west": In(config.rows * self.west_bits),
                "north": In(config.cols * operand_bits(config, "w")),
                "done": Out(config.rows * config.cols),
                "show": In(config.rows * config.cols),
                "results": Out(config.rows * config.acc_width),
            },
        )

    def build(self, m: Module) -> None:
        control, north, dones, results = self.control, self.north, [], []
        for index in range(self.config.rows):
            row = self.place(
                m,
                f"row_{index}",
                Row(self.config),
                control=control,
                north=north,
                west=self.west.word_select(index, self.west_bits),
                show=self.show.word_select(index, self.config.cols),
                **({"proceeds": self.proceeds} if self.config.pipeline else {}),
            )
            control, north = later(m, control, reset=("valid",), prefix=f"row_{index + 1}_"), row.south
            dones.append(row.done)
            results.append(row.result)
        m.d.comb += [self.done.eq(Cat(dones)), self.results.eq(Cat(results))]
