"""The functions that integers approximate, with the bounds that worst-case errors are stated from.

=======  ==================  =====================  ==========================
name     f(x)                largest abs(f')        largest abs(f'')
=======  ==================  =====================  ==========================
sigmoid  1 / (1 + exp(-x))   1/4 at 0               1 / (6 sqrt 3)
tanh     tanh(x)             1 at 0                 4 / (3 sqrt 3)
exp      exp(x), x <= 0      1 at 0                 1 at 0
=======  ==================  =====================  ==========================

The second derivative of each has one sign on either side of zero. Source: calculus.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["EXP", "FUNCTIONS", "SIGMOID", "TANH", "Function"]


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of real numbers.

    Parameters
    ----------
    name : str
    compute : callable
        Of a float64 array, the same shape.
    slope, curvature : float
        The largest magnitudes of the first two derivatives.
    signed : bool
        Whether values are negative anywhere.
    domain_end : float
        The largest x that it is meant for.
    """

    name: str
    compute: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    slope: float
    curvature: float
    signed: bool
    domain_end: float = np.inf

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """float64 of the shape of x. ValueError beyond the domain."""
        x = np.asarray(x, np.float64)
        if x.size and x.max() > self.domain_end:
            raise ValueError(f"x of {self.name} is {x.max()}, allowed are numbers <= {self.domain_end}")
        return self.compute(x)


SIGMOID = Function(
    name="sigmoid", compute=lambda x: (np.tanh(x / 2) + 1) / 2, slope=1 / 4, curvature=3**-0.5 / 6, signed=False
)
TANH = Function(name="tanh", compute=np.tanh, slope=1.0, curvature=4 * 3**-0.5 / 3, signed=True)
EXP = Function(name="exp", compute=np.exp, slope=1.0, curvature=1.0, signed=False, domain_end=0.0)
FUNCTIONS = {function.name: function for function in (SIGMOID, TANH, EXP)}
