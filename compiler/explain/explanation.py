"""From a list of records to files that say where its cycles go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lowtide.common.markdown import table
from lowtide.common.output import output_folder
from lowtide.common.records.record import Record
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..cycles import BusTiming, ListTimes, list_cycles
from ..lists.layer_records import Layer, record_names
from ..plan.packing.packing import Packing
from .charts import chart
from .held import Held, held
from .layer_times import LayerTimes, layer_times
from .page import page
from .waits import Wait, waits

__all__ = ["Explanation", "explain"]

HEADINGS = {
    "layer": "name of the layer",
    "records": "records of its list",
    "cycles": "what it adds to the list's cycles: from the end of the layer before to that of its last EXEC record",
    "% of all": "its share of all cycles",
    "multiplications": "products of data and weights that it needs by its definition",
    "% of peak": "multiplications over those that all multipliers can do in its cycles, in the layer's widths",
    "% EXEC": "cycles in which an EXEC record runs; the next three are those in which none does",
    "% LOAD": "cycles in which LOAD runs and EXEC does not",
    "% STORE": "cycles in which STORE runs and EXEC does not",
    "% none": "cycles in which no engine runs: records begin, tokens come",
    "read": "bytes that it loads over the bus, whole beats",
    "written": "bytes that it stores",
    "bound": "what most of its cycles go to: the array (its operands), post-processing (its results, a column at a "
    "time, and vector sources), pixels (rows filled, one a cycle), load, store, or tokens; host: the list waits, for a "
    "time that is not counted, while the host computes the layer",
}


@dataclass(frozen=True)
class Explanation:
    """Where the cycles of a list go.

    Parameters
    ----------
    name : str
        Of the program.
    config : AcceleratorConfig
    latency : int
        Of external memory.
    layers : tuple of LayerTimes
    times : ListTimes
    held : tuple of Held
        What local memories hold.
    packings : tuple of Packing
    waits : tuple of Wait
        For the host.
    """

    name: str
    config: AcceleratorConfig
    latency: int
    layers: tuple[LayerTimes, ...]
    times: ListTimes
    held: tuple[Held, ...]
    packings: tuple[Packing, ...] = ()
    waits: tuple[Wait, ...] = ()

    @property
    def share_of_peak(self) -> float:
        """Of the whole list."""
        return sum(each.ideal for each in self.layers) / self.times.cycles

    @property
    def facts(self) -> str:
        """The whole in a line."""
        config = self.config
        multiplications = sum(each.layer.multiplications for each in self.layers)
        hosted = sum(each.layer.host for each in self.layers)
        often = "once" if hosted == 1 else f"{hosted} times"
        waits = f" The list waits {often} for the host, whose time is not counted." if hosted else ""
        packed = f" Packed: {'; '.join(each.text for each in self.packings)}." if self.packings else ""
        return (
            f"{config.name}: {config.rows} rows x {config.cols} columns, bus of {config.bus_bytes} bytes, latency "
            f"{self.latency}. {self.times.cycles:,} cycles, predicted; {multiplications:,} multiplications, "
            f"{100 * self.share_of_peak:.1f} % of peak.{waits}{packed}"
        )

    def rows(self) -> list[list[str]]:
        """The cells of each layer."""
        return [self._cells(each.layer.name, each.layer.records, [each]) + [each.bound.value] for each in self.layers]

    def total(self) -> list[str]:
        """Those of all of them."""
        return [*self._cells("all", sum(each.layer.records for each in self.layers), list(self.layers)), ""]

    def _cells(self, name: str, records: int, layers: list[LayerTimes]) -> list[str]:
        cycles = sum(each.cycles for each in layers)

        def share(value: float, of: int) -> str:
            return f"{100 * value / of:.1f}" if of else "-"

        parts = [sum(getattr(each, part) for each in layers) for part in ("executes", "loads", "stores", "nothing")]
        return [
            name,
            f"{records:,}",
            f"{cycles:,}",
            share(cycles, self.times.cycles),
            f"{sum(each.layer.multiplications for each in layers):,}",
            share(sum(each.ideal for each in layers), cycles),
            *(share(part, cycles) for part in parts),
            f"{sum(each.read_bytes for each in layers):,}",
            f"{sum(each.written_bytes for each in layers):,}",
        ]

    def markdown(self) -> str:
        """The table."""
        right = range(1, len(HEADINGS) - 1)
        meanings = "\n".join(f"- **{name}**: {meaning}" for name, meaning in HEADINGS.items())
        rows = table(list(HEADINGS), [*self.rows(), self.total()], right=right)
        return f"# {self.name}\n\n{self.facts}\n\n{rows}\n\n{meanings}\n"

    def chart(self) -> dict[str, Any]:
        """Engines and memories on a line of time, in Vega-Lite."""
        names = record_names(each.layer for each in self.layers)
        return chart(self.times, self.held, names, self.config, self.waits)

    def page(self) -> str:
        """The page. Raises ``ValueError`` where what draws the chart is not installed."""
        return page(self.name, self.facts, HEADINGS, self.rows(), self.total(), self.chart())

    def write(self, folder: str | Path) -> list[Path]:
        """Write ``explain.html`` and ``explain.md``; returns their paths.

        Raises
        ------
        ValueError
            The folder cannot be written to, or what draws the chart is not installed.
        """
        folder = Path(folder)
        files = {"explain.md": self.markdown(), "explain.html": self.page()}
        with output_folder(folder):
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
        return [folder / name for name in files]


def explain(
    records: Iterable[Record],
    config: AcceleratorConfig,
    layers: Iterable[Layer],
    *,
    name: str = "program",
    bus: BusTiming | None = None,
    times: ListTimes | None = None,
    packings: Iterable[Packing] = (),
    hosts: Sequence[str] = (),
) -> Explanation:
    """Explain a list.

    Parameters
    ----------
    records : iterable of Record
        That the machine accepts.
    config : AcceleratorConfig
    layers : iterable of Layer
    name : str
        Of the program.
    bus : BusTiming, optional
    times : ListTimes, optional
        Those of the list, where they are known; else they are predicted.
    packings : iterable of Packing
        Of its tensors.
    hosts : sequence of str
        What the host does at each WAIT, for people.

    Raises
    ------
    ValueError
        What :func:`lowtide.compiler.cycles.list_cycles` refuses, or layers that are not those of the list.
    """
    listed, bus = list(records), bus or BusTiming()
    found = times or list_cycles(listed, config, bus=bus)
    return Explanation(
        name,
        config,
        bus.latency,
        layer_times(listed, config, layers, found),
        found,
        tuple(held(listed, config, found)),
        tuple(packings),
        tuple(waits(listed, found, hosts)),
    )
