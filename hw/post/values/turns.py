"""Turns of a lane's multiplier: in which cycles what is multiplied, where a second tensor can be read.

A value of a record with a second tensor is multiplied three times, by one multiplier. With s stages in a product, and
cycles counted from the one in which a result enters::

    1           sum times multiplier                                    its value is there in cycle s + 3, and is held
    s + 4       value times own_multiplier                              its product is there in cycle 2 s + 4
    2 s + 4     the element times operand_multiplier, and that product; or that product times the element

So a result may enter every s + 2 cycles. It may not enter so many cycles behind another one that both would be
multiplied, shifted or limited in one cycle, or that the value of one would be lost before it is multiplied.
"""

from dataclasses import dataclass

__all__ = ["Turns"]


@dataclass(frozen=True)
class Turns:
    """When a lane does what, in cycles since a result entered.

    Parameters
    ----------
    stages : int
        Cycles of a product.
    """

    stages: int

    @property
    def meets(self) -> int:
        """The requantised value is there, and meets an element of the second tensor."""
        return self.stages + 3

    @property
    def second(self) -> int:
        """It is multiplied."""
        return self.stages + 4

    @property
    def third(self) -> int:
        """The element is multiplied, or the product by it."""
        return 2 * self.stages + 4

    @property
    def latency(self) -> int:
        """The value behind the second tensor is there."""
        return 3 * self.stages + 6

    @property
    def interval(self) -> int:
        """Cycles from one result to the next at least."""
        return self.stages + 2

    @property
    def hindered(self) -> tuple[int, ...]:
        """Cycles since a result entered in which another one cannot, ascending."""
        nearer, multiplied = range(1, self.interval), (self.second - 1, self.third - 1, self.third - self.second)
        lost = self.third + self.stages + 1 - self.meets
        return tuple(sorted({*nearer, *multiplied, lost}))

    @property
    def sum_is_free(self) -> bool:
        """No result enters from where an element meets the value to its turn: the adder of results can take the
        element, and hold it."""
        return set(range(self.meets, self.third)) <= set(self.hindered)
