"""The edges of an array: between the operand streams and the PEs at its west and north border.

Both are built alike. The payload of a beat is decoded and put on the diagonal where the mode says so (weights only),
what lies beyond the job's last value is masked, line i (a row or a column) waits i cycles, of tiles as many as its stop
(:mod:`lowtide.hw.array.stops`), and the kind's encoder, one a line, makes operands of it. The encoders hand their
control bits from stop to stop::

    payload -> decoder -> diagonal -> mask -> skew -> encoders -> operands

With stages in the sum of the PEs a register lies before the mask (:mod:`lowtide.hw.array.line_mask`).
Both edges take the same number of cycles: the kind's ``edge_latency``.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.timing.enable import enable_ports, own_enable
from ..logic.timing.skew import Skew, registered
from ..logic.unit import Unit
from ..mode.word import ModeWord
from ..pe.control_bits import encoder_control_layout, later
from ..pe.operands import operand_bits
from .decoder import WeightDecoder, decoded_formats, table_bits
from .diagonal import expanded, own_value
from .line_mask import LineMask, Mask
from .stops import by_line, by_stop

__all__ = ["Edge", "stream_bits"]


def lines(config: ArrayConfig, side: str) -> int:
    """Rows of the array for the side "x", columns for "w"."""
    return config.rows if side == "x" else config.cols


def stream_bits(config: ArrayConfig, side: str) -> int:
    """Width of the payload of the ``x`` or ``w`` stream: one beat's operands for each row or column."""
    return lines(config, side) * config.payload_bits(side)


class Edge(Unit):
    """One border.

    Parameters
    ----------
    config : ArrayConfig
    side : str
        "x" for the west edge, "w" for the north edge.

    Ports
    -----
    control : in, :func:`lowtide.hw.pe.control_bits.encoder_control_layout`
    mode : in, ModeWord
    used : in, one bit for each value of the largest chunk
        Values of the chunk that count.
    values : in, :func:`stream_bits` bits
        Payload of the stream.
    operands : out, one a line
        Skewed: stop i is i cycles behind stop 0.
    lost : out, 1 bit
        An encoder lost a term in this cycle.
    invalid : out, 1 bit
        A weight of this payload had no meaning.
    entries : in, :func:`lowtide.hw.array.decoder.table_bits` bits
        Only where weight formats need it: the codebook.
    """

    def __init__(self, config: ArrayConfig, side: str) -> None:
        self.config, self.side = config, side
        self.count, self.stops, self.bits = lines(config, side), config.stops(side), config.payload_bits(side)
        self.inside = self.bits - config.exponent_width(side)  # of these, bits of values
        self.operand_bits = operand_bits(config, side)
        name = {"x": "west", "w": "north"}[side]
        self.where, self.decodes = name, side == "w" and bool(decoded_formats(config))
        ports = {
            **enable_ports(config.pipeline),
            "control": In(encoder_control_layout(config, name)),
            "mode": In(ModeWord),
            "used": In(config.chunk),
            "values": In(stream_bits(config, side)),
            "operands": Out(self.count * self.operand_bits),
            "lost": Out(1),
            "invalid": Out(1),
        }
        if self.decodes and table_bits(config):
            ports["entries"] = In(table_bits(config))
        super().__init__(f"{config.name}_{name}_edge", ports)

    def build(self, m: Module) -> None:
        config, kind, control = self.config, self.config.pe, self.control
        self.own = [self.own_value(m, column) for column in range(self.count)] if self.side == "w" else []
        values = self.on_diagonal(m, self.decoded(m))
        if not config.pipeline:
            values = self.masked(m, values)
        encoder = kind.west_encoder if self.side == "x" else kind.north_encoder
        first = encoder(config)
        if first is not None:  # what encoders need of the control bits
            wanted = first.control.shape()
            control = data.View(wanted, Cat(control[name] for name in wanted.members))
        for stage in range(kind.edge_latency(config) - (first.latency if first else 0)):
            values = registered(m, values, f"values_{stage + 1}")
            if config.pipeline and stage == 0:
                values = self.masked(m, values)
            control = later(m, control, reset=first.watched if first else (), prefix=f"stage_{stage + 1}_")
        operands, lost, controls = [], [], [control]  # those of each stop
        for line, chunk in enumerate(self.skewed(m, values)):
            if (unit := encoder(config)) is None:
                operands.append(chunk)
                continue
            inside = self.bits if kind.exponents_encoded else self.inside
            enable = own_enable(self, m, f"enable_{line}", f"{config.name}_enable")
            control = controls[line % self.stops]
            outputs = self.place(m, f"encoder_{line}", unit, control=control, values=chunk[:inside], en=enable)
            controls.append(outputs.control_out)
            operands.append(Cat(outputs.operand, chunk[inside:]))
            lost.append(outputs.lost if self.side == "w" else Const(0))
        m.d.comb += [self.operands.eq(Cat(operands)), self.lost.eq(Cat(lost).any() if lost else 0)]

    def skewed(self, m: Module, values: Value) -> list[Value]:
        """The chunk of each line, as many cycles later as its stop is behind stop 0."""
        count, stops = self.count, self.stops
        skew = Skew(f"{self.config.name}_{self.where}_skew", count=stops, width=self.bits * count // stops)
        waited = by_line(self.place(m, "skew", skew, i=by_stop(values, count, stops)).o, count, stops)
        return [waited.word_select(line, self.bits) for line in range(count)]

    def decoded(self, m: Module) -> Value:
        """The payload with integers in the place of codes."""
        if not self.decodes:
            m.d.comb += self.invalid.eq(0)
            return self.values
        found, invalid = [], []
        inputs = {"entries": self.entries} if "entries" in self.signature.members else {}
        for line in range(self.count):
            payload = self.values.word_select(line, self.bits)
            decoder = self.place(
                m,
                f"decoder_{line}",
                WeightDecoder(self.config),
                mode=self.mode,
                used=self.counting(line),
                values=payload[: self.inside],
                **inputs,
            )
            found += [decoder.decoded, payload[self.inside :]]
            invalid.append(decoder.invalid)
        m.d.comb += self.invalid.eq(Cat(invalid).any())
        return Cat(found)

    def own_value(self, m: Module, column: int) -> Signal:
        """A net for :func:`lowtide.hw.array.diagonal.own_value`."""
        own = Signal(self.config.chunk, name=f"own_{column}")
        m.d.comb += own.eq(own_value(self.config, self.mode, column))
        return own

    def counting(self, column: int) -> Value:
        """Values of a column's payload that count: in a diagonal mode value 0, where its place counts."""
        own = (self.own[column] & self.used).any()
        return Mux(self.mode.diagonal, Cat(own, Const(0, len(self.used) - 1)), self.used)

    def on_diagonal(self, m: Module, payload: Value) -> Value:
        """The payload with the only weight of a diagonal chunk on its column's own place."""
        if self.side == "x" or self.config.chunk == 1:
            return payload
        whole = Signal(len(payload), name="decoded")
        m.d.comb += whole.eq(payload)
        found = []
        for column in range(self.count):
            chunk = whole[column * self.bits : (column + 1) * self.bits]
            found += [expanded(self.config, self.mode, self.own[column], chunk[: self.inside]), chunk[self.inside :]]
        placed = Signal(len(payload), name="placed")
        m.d.comb += placed.eq(Cat(found))
        return placed

    def masked(self, m: Module, payload: Value) -> Value:
        """The payload without the values beyond the last one of the job. With stages the payload comes a cycle later
        than what counts of it."""
        config, found = self.config, []
        whole = None if config.pipeline else Mask(m, config, self.side, self.inside, self.mode, self.used)
        for line in range(self.count):
            chunk = payload[line * self.bits : line * self.bits + self.inside]
            if whole is not None:
                found.append(whole.on(chunk))
            else:
                unit = LineMask(config, self.side, f"{self.where}_mask", self.inside)
                placed = self.place(m, f"mask_{line}", unit, mode=self.mode, used=self.used, values=chunk)
                found.append(placed.masked)
            found.append(payload[line * self.bits + self.inside : (line + 1) * self.bits])
        return Cat(found)
