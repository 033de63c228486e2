"""What lies in a local memory that is loaded piece by piece: taps, parameters, weights."""

from dataclasses import dataclass, field

__all__ = ["Contents"]


@dataclass
class Contents:
    """A memory as a ring: contents lie one behind the other, a new one in the place of the oldest.

    So those of the next kernel arrive while one runs, where both fit, and what is there still is not loaded again.

    Parameters
    ----------
    name : str
        Of the memory, for errors.
    size : int
        Units.
    """

    name: str
    size: int
    loaded: int = 0  #: units that have been loaded so far
    _next: int = 0
    _places: dict[bytes, tuple[int, int]] = field(default_factory=dict)  #: contents to first unit and the one behind

    def place(self, content: bytes, units: int) -> tuple[int, bool]:
        """Where contents of so many units lie: the first one, and whether they must be loaded.

        Raises
        ------
        ValueError
            For more units than there are.
        """
        if units > self.size:
            raise ValueError(f"a layer needs {units} units of {self.name} memory, allowed are {self.size}")
        if content in self._places:
            return self._places[content][0], False
        first = self._next if self._next + units <= self.size else 0
        end = first + units
        for before, (low, high) in list(self._places.items()):
            if low < end and first < high:
                del self._places[before]
        self._places[content] = first, end
        self._next, self.loaded = end, self.loaded + units
        return first, True
