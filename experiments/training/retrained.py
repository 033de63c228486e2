"""What training returns: a golden graph with its weights in their formats, exact in NumPy from then on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.network import Graph, Plan, QuantisedWeights, quantise_graph
from lowtide.workloads.networks.store import arrays_of, graph_of

if TYPE_CHECKING:
    from lowtide.golden.network import QuantisedGraph

__all__ = ["Retrained", "arrays_of_retrained", "digest", "retrained_of"]

_FIELDS = ("bits", "parameter_bits", "name", "mode_fields")


@dataclass(frozen=True, kw_only=True, eq=False)
class Retrained:
    """A network that was trained in its formats.

    Parameters
    ----------
    graph : Graph
        With weights rounded to their formats.
    plan : Plan
        Of its quantisation.
    weights : dict of str to QuantisedWeights
        Of the layers that have a format, by name after folding.
    calibration : ndarray [samples, *shape]
        Samples of the last ranges and statistics.
    """

    graph: Graph
    plan: Plan
    weights: dict[str, QuantisedWeights]
    calibration: np.ndarray

    def quantised(self) -> QuantisedGraph:
        """The `lowtide.golden.network.QuantisedGraph`."""
        return quantise_graph(self.graph, self.calibration, self.plan, weights=self.weights)


def digest(*parts: Graph | ArrayLike) -> str:
    """Hexadecimal digits that change with any number in ``parts``, graphs and arrays."""
    found = hashlib.sha256()
    for part in parts:
        for name, array in (arrays_of(part) if isinstance(part, Graph) else {"": np.asarray(part)}).items():
            found.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    return found.hexdigest()


def arrays_of_retrained(retrained: Retrained) -> dict[str, NDArray[Any]]:
    """The dictionary of arrays that `retrained_of` turns into the same, for
    `lowtide.workloads.networks.store.kept`."""
    arrays, stated = arrays_of(retrained.graph), {}
    for name, weights in retrained.weights.items():
        stated[name] = [getattr(weights, field) for field in _FIELDS]
        for part in ("values", "integers", "scale"):
            if getattr(weights, part) is not None:
                arrays[f"{name}.quantised.{part}"] = getattr(weights, part)
    return arrays | {"quantised": np.array(json.dumps(stated))}


def retrained_of(arrays: Mapping[str, NDArray[Any]], plan: Plan, calibration: NDArray[Any]) -> Retrained:
    """The `Retrained` of arrays that `arrays_of_retrained` made.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        As they were kept.
    plan : Plan
        Of its quantisation.
    calibration : ndarray [samples, *shape]
        Samples of the last ranges and statistics.
    """
    weights = {}
    for name, stated in json.loads(str(arrays["quantised"])).items():
        parts: dict[str, Any] = {
            part: arrays.get(f"{name}.quantised.{part}") for part in ("values", "integers", "scale")
        }
        weights[name] = QuantisedWeights(**parts, **dict(zip(_FIELDS, stated, strict=True)))
    return Retrained(graph=graph_of(arrays), plan=plan, weights=weights, calibration=calibration)
