"""The array: rows of PEs, operands handed from neighbour to neighbour, results collected along each row.

West operands and control enter at column 0, north operands at row 0, each row and column one cycle after the one before
(the edges skew them). A PE's result is complete ``row + column`` cycles after that of the first. Each row ors together
the results of the PEs that are selected to show theirs, so a PE needs no result register: its accumulator is read in
the one cycle between its last and its next first. Where a kind's PEs hold their result in another form, one converter a
row makes integers of it.

Where PEs share operands, tiles stand in the place of PEs, a tile at each stop (:mod:`lowtide.hw.array.stops`). Columns
of a tile are complete in the same cycle and leave in different ones, so with result buffer all but the first one have
a register for their result.

Every row is one module, every PE or tile is one module; both are placed as often as needed.
"""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.arithmetic import any_of
from ..logic.timing.enable import enable_ports, own_enable
from ..logic.unit import Unit
from ..pe.control_bits import control_layout, later
from ..pe.operands import operand_bits
from ..pe.tile import stop_unit
from .stops import by_line, by_stop

__all__ = ["PEArray", "Row"]


class Row(Unit):
    """One row of PEs. Where they share operands, of tiles.

    Ports
    -----
    control : in, :func:`control_layout`
        For column 0.
    west : in, one :func:`operand_bits` a row of its tiles
    north, south : in and out, one operand a column
    done : out, one bit a tile
        Tiles whose results are complete in this cycle.
    show : in, cols bits
        Columns to put on ``result``.
    result : out, acc_width bits a row of its tiles
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        self.north_bits = operand_bits(config, "w")
        super().__init__(
            f"{config.name}_row",
            {
                **enable_ports(config.pipeline),
                "control": In(control_layout(config)),
                "west": In(config.tile_rows * operand_bits(config, "x")),
                "north": In(config.cols * self.north_bits),
                "south": Out(config.cols * self.north_bits),
                "done": Out(config.stops("w")),
                "show": In(config.cols),
                "result": Out(config.tile_rows * config.acc_width),
            },
        )

    def build(self, m: Module) -> None:
        config, control, west, souths, dones, results = self.config, self.control, self.west, [], [], []
        stops = config.stops("w")
        north = by_stop(self.north, config.cols, stops)
        for stop in range(stops):
            unit = self.place(
                m,
                f"tile_{stop}" if config.tiled else f"pe_{stop}",
                stop_unit(config),
                control=control,
                west=west,
                north=north.word_select(stop, config.tile_cols * self.north_bits),
                en=own_enable(self, m, f"enable_{stop}", f"{config.name}_enable"),
            )
            control, west = unit.control_out, unit.east
            souths.append(Cat(unit.south))
            dones.append(unit.done)
            results.append(Cat(unit.result))
        shown = []
        for row in range(config.tile_rows):
            own = any_of([self.shown(m, results, dones, row, column) for column in range(config.cols)])
            if (converter := config.pe.result_converter(config)) is not None:
                own = self.place(m, f"converter_{row}" if row else "converter", converter, i=own).o
            shown.append(own)
        m.d.comb += [
            self.south.eq(by_line(Cat(souths), config.cols, stops)),
            self.done.eq(Cat(dones)),
            self.result.eq(Cat(shown)),
        ]

    def shown(self, m: Module, results: list[Value], dones: list[Value], row: int, column: int) -> Value:
        """The result of a PE, 0 where its column is not to be shown.

        Parameters
        ----------
        m : Module
            Gets a register for it where it has to wait.
        results, dones : list of Value
            Of each tile its results, row by row, and whether they are complete.
        row, column : int
            Of the tiles, of the array.
        """
        place, stop = divmod(column, len(results))
        width = len(results[stop]) // self.config.pes_of_tile
        result = results[stop].word_select(row * self.config.tile_cols + place, width)
        if place and self.config.result_buffer:
            waits = Signal(width, name=f"waits_{row}_{column}", reset_less=True)
            with m.If(dones[stop]):
                m.d.sync += waits.eq(result)
            result = waits
        return result & self.show[column].replicate(width)


class PEArray(Unit):
    """All rows, and the registers that hand control down from row to row.

    Ports
    -----
    control : in, :func:`control_layout`
        For row 0.
    west, north : in, one operand a row, one a column
        Skewed.
    done : out, one bit a tile, row 0 lowest
        Tiles whose results are complete in this cycle.
    show : in, cols bits a row of tiles
        Columns to put on ``results``.
    results : out, rows * acc_width bits
        One result a row.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        down, across = config.stops("x"), config.stops("w")
        super().__init__(
            f"{config.name}_array",
            {
                **enable_ports(config.pipeline),
                "control": In(control_layout(config)),
                "west": In(config.rows * operand_bits(config, "x")),
                "north": In(config.cols * operand_bits(config, "w")),
                "done": Out(down * across),
                "show": In(down * config.cols),
                "results": Out(config.rows * config.acc_width),
            },
        )

    def build(self, m: Module) -> None:
        control, north, dones, results = self.control, self.north, [], []
        stops = self.config.stops("x")
        west = by_stop(self.west, self.config.rows, stops)
        for index in range(stops):
            row = self.place(
                m,
                f"row_{index}",
                Row(self.config),
                control=control,
                north=north,
                west=west.word_select(index, len(west) // stops),
                show=self.show.word_select(index, self.config.cols),
                **({"proceeds": self.proceeds} if self.config.pipeline else {}),
            )
            control, north = later(m, control, reset=("valid",), prefix=f"row_{index + 1}_"), row.south
            dones.append(row.done)
            results.append(row.result)
        m.d.comb += [self.done.eq(Cat(dones)), self.results.eq(by_line(Cat(results), self.config.rows, stops))]
