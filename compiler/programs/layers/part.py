"""A layer's records as a list of its own.

Its records are those of the program but for tokens: what records of earlier layers give is not waited for, since all of
them have ended when the list begins.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import End
from lowtide.common.records.record import Kind, Record, TokenRecord
from lowtide.hw.mode.word import Mode

from ...lists.layer_records import Layer, checked_layers
from ...lists.tokens import RING
from ..host_step import HostStep

__all__ = ["Part", "parts_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A layer of a program.

    Parameters
    ----------
    number : int
        Layers before it.
    layer : Layer
    first : int
        Records in the program's list before its own.
    records : tuple of Record
        A legal list, with END.
    turns : tuple of tuple of HostStep
        What the host computes at each WAIT.
    """

    number: int
    layer: Layer
    first: int
    records: tuple[Record, ...]
    turns: tuple[tuple[HostStep, ...], ...]

    @property
    def kind(self) -> str:
        """What it is, in a word or two."""
        executes = [record for record in self.records if isinstance(record, Exec)]
        modes = [Mode.of_word(record.mode) for record in executes if record.source == Source.ENGINE]
        if self.layer.host:
            return "host"
        if modes:
            diagonal = sum(mode.diagonal for mode in modes)
            return "product" if not diagonal else "depthwise" if diagonal == len(modes) else "product, depthwise"
        return "vector" if executes else "copy"


def parts_of(
    records: Sequence[Record], layers: Sequence[Layer], host: Sequence[tuple[HostStep, ...]] = ()
) -> tuple[Part, ...]:
    """A list, layer by layer: the lists one behind the other do what it does.

    Parameters
    ----------
    records : sequence of Record
        A legal list, with or without END.
    layers : sequence of Layer
        Of it. Records between them go to the layer before, those in front of the first to the first.
    host : sequence of tuple of HostStep
        What the host computes at each WAIT of the list.

    Raises
    ------
    ValueError
        Layers that are not those of the list.
    """
    listed, turns, given = checked_layers(layers, len(records)), iter(host), Counter[tuple[Kind, Kind]]()
    if not listed:
        raise ValueError("layers is empty, allowed is one and more")
    ends = [*(layer.first_record for layer in listed[1:]), len(records)]
    found, first = [], 0
    for number, (layer, end) in enumerate(zip(listed, ends, strict=True)):
        mine = [record for record in records[first:end] if not isinstance(record, End)]
        own = tuple(next(turns) for record in mine if record.kind == Kind.WAIT)
        own_records, given = _alone(mine, given)
        found.append(Part(number=number, layer=layer, first=first, records=(*own_records, End()), turns=own))
        first = end
    return tuple(found)


def _alone(
    records: Sequence[Record], given: Counter[tuple[Kind, Kind]]
) -> tuple[list[Record], Counter[tuple[Kind, Kind]]]:
    """Records that do not wait for tokens, (giver, taker) to how many, which were given before; and those that are
    given and not taken behind them."""
    before, now, found = given.copy(), Counter[tuple[Kind, Kind]](), []
    for record in records:
        if isinstance(record, TokenRecord):
            takes = {"take_a": record.take_a, "take_b": record.take_b}
            for distance, (name, wanted) in enumerate(list(takes.items()), 1):
                pair = _neighbour(record.kind, distance), record.kind
                early = min(wanted, before[pair])
                before[pair] -= early
                now[pair] -= wanted - early
                takes[name] = wanted - early
            for distance, count in enumerate((record.give_a, record.give_b), 1):
                now[record.kind, _neighbour(record.kind, distance)] += count
            record = replace(record, **takes)
        found.append(record)
    return found, Counter({pair: before[pair] + now[pair] for pair in {*before, *now}})


def _neighbour(kind: Kind, distance: int) -> Kind:
    """The engine so far behind another in the ring."""
    return RING[(RING.index(kind) + distance) % len(RING)]
