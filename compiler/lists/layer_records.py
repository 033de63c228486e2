"""A layer of a network and the records that compute it: what explanations and traces speak of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Layer", "checked_layers", "record_names"]


@dataclass(frozen=True)
class Layer:
    """A layer as a range of a list's records.

    Parameters
    ----------
    name : str
        As the user knows it, such as that of a node of the network.
    first_record : int
        Records in the list before it.
    records : int
        How many it has, at least 1.
    multiplications : int, optional
        Products of data and weights that the layer needs by its definition; 0 for pooling, copies and the like.
    host : bool, optional
        The list waits for the host, which computes the layer.
    tensors : tuple of (str, int), optional
        The tensors that its records make, in order, each with how many they are; layers that run together, stripe by
        stripe, make theirs by turns. Left out: one, of its name.

    Raises
    ------
    ValueError
        A count that is too small; tensors of more or fewer records.
    """

    name: str
    first_record: int
    records: int
    multiplications: int = 0
    host: bool = False
    tensors: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for field, value, least in (
            ("first_record", self.first_record, 0),
            ("records", self.records, 1),
            ("multiplications", self.multiplications, 0),
        ):
            if value < least:
                raise ValueError(f"{field} of layer {self.name} is {value}, allowed are {least} and more")
        made = sum(records for _, records in self.tensors)
        if self.tensors and made != self.records:
            raise ValueError(f"tensors of layer {self.name} have {made} records, allowed are {self.records}")

    def tensor(self, number: int) -> str:
        """The tensor that a record of the layer makes, by the number of the record in the list."""
        end = self.first_record
        for tensor, records in self.tensors:
            end += records
            if number < end:
                return tensor
        return self.name

    @property
    def end(self) -> int:
        """The first record that it does not have any more."""
        return self.first_record + self.records

    @property
    def numbers(self) -> range:
        """The numbers of its records."""
        return range(self.first_record, self.end)


def checked_layers(layers: Iterable[Layer], records: int) -> tuple[Layer, ...]:
    """The layers of a list in order.

    Parameters
    ----------
    layers : iterable of Layer
        In any order; records between them may belong to no layer.
    records : int
        Of the list.

    Raises
    ------
    ValueError
        Two layers have the same record, or one reaches beyond the list.
    """
    found: Sequence[Layer] = sorted(layers, key=lambda layer: layer.first_record)
    first = 0
    for layer in found:
        if layer.first_record < first:
            raise ValueError(
                f"first_record of layer {layer.name} is {layer.first_record}, allowed are {first} and more"
            )
        if layer.end > records:
            raise ValueError(f"end of layer {layer.name} is {layer.end}, allowed are at most {records}")
        first = layer.end
    return tuple(found)


def record_names(layers: Iterable[Layer]) -> dict[int, str]:
    """The name of the layer of every record that has one, by the record's number."""
    return {number: layer.name for layer in layers for number in layer.numbers}
