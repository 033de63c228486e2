"""Types that only annotations name. What is imported from here computes nothing, so it is no part of the key of a kept
network or row: see `lowtide.workloads.networks.store.fingerprint`."""

from pathlib import Path

from rich.console import Console

from lowtide.golden.network.graph import Graph

from .data.labelled import Split
from .data.text import Corpus

__all__ = ["Console", "Corpus", "Graph", "Path", "Split"]
