"""Types that only annotations name. What is imported from here computes nothing, so it is no part of the key of a kept
network or row: see `lowtide.workloads.networks.store.fingerprint`."""

from rich.console import Console

from lowtide.golden.network import Graph, Node, Plan, QuantisedGraph, QuantisedWeights
from lowtide.golden.network.layer import QuantisedLayer
from lowtide.golden.number_formats import Format
from lowtide.golden.number_formats.fixed_point import FixedPointQuantiser
from lowtide.workloads.data.labelled import Split
from lowtide.workloads.data.pictures import Pictures

from .training.recipe import Distillation, IterativePruning, Recipe

__all__ = [
    "Console",
    "Distillation",
    "FixedPointQuantiser",
    "Format",
    "Graph",
    "IterativePruning",
    "Node",
    "Pictures",
    "Plan",
    "QuantisedGraph",
    "QuantisedLayer",
    "QuantisedWeights",
    "Recipe",
    "Split",
]
