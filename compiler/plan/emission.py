"""Stages as copies, kernels and turns of the host, in the order in which they run."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.kernel import Kernel
from ..kernels.largest import one_of_pairs
from ..kernels.moved import moved
from ..kernels.vector import copy
from ..layouts.layout import Layout
from ..steps.network_step import kernels_of
from ..steps.part import Part
from ..steps.products import product_kernels
from ..steps.softmax import softmax_kernels
from .action import Action, CopyIn, CopyOut, Run, Turn
from .placement.addresses import Placed, Placement
from .refused import StepRefused
from .stage import Stage
from .ways.cascade import Cascade
from .ways.tiling import parts_of, rows_of

__all__ = ["actions"]


def actions(
    network: QuantisedGraph,
    config: AcceleratorConfig,
    stages: list[Stage],
    layouts: Mapping[str, Layout],
    placement: Placement,
    *,
    source: str,
    result: str,
    constants: Collection[str] = (),
    kept: Collection[str] = (),
    cascades: Sequence[Cascade] | None = None,
) -> Iterator[Action]:
    """All that runs, in order. ``ValueError`` for a step that cannot be had, with its name.

    Parameters
    ----------
    network, config, stages, layouts, placement
        Of one another.
    source, result : str
        The tensors that come from outside and go there.
    constants : collection of str
        Others that come from outside.
    kept : collection of str
        Tensors that go there as well, as soon as they are made, wherever else they lie.
    cascades : sequence of Cascade, optional
        Neighbouring ones of the placement, which run alone: what comes at the beginning does so before the first stage,
        what goes at the end behind the last; if left out, all of them.
    """
    running = placement.cascades if cascades is None else cascades
    for outside in (source, *constants):
        if outside in placement.bases and running[0].first == 0:
            form = layouts[outside]
            yield CopyIn(stage=0, tensor=outside, outside=form, inside=form.at(placement.bases[outside]))
    for cascade in running:
        if stages[cascade.first].host:
            yield Turn(stage=cascade.first)
            continue
        between: dict[str, tuple[int, Layout]] = {}
        pieces = [
            Pieces(
                network,
                config,
                layouts,
                placement,
                number,
                stages[number],
                placement.stages[number],
                between,
                is_between=number < cascade.last,
                is_kept=stages[number].makes in kept,
            )
            for number in cascade.numbers
        ]
        if len(pieces) == 1:
            yield from pieces[0].actions()
            continue
        made = layouts[stages[cascade.last].makes]
        for row in range(0, made.rows, cascade.rows):
            needed = cascade.rows_needed(stages, layouts, row, min(cascade.rows, made.rows - row))
            for each in pieces:
                low, high = needed[each.stage.makes]
                yield from each.stripe(low, high - low)
    if result in placement.bases and running[-1].last == len(stages) - 1:
        form = layouts[result]
        inside = form.at(placement.bases[result])
        yield CopyOut(stage=len(stages) - 1, tensor=result, outside=form, inside=inside)


class Pieces:
    """A stage, piece by piece.

    Parameters
    ----------
    network, config, layouts, placement
        As of :func:`actions`.
    number : int
        Of the stage.
    stage : Stage
    own : Placed
    between : dict of str to (int, Layout)
        Of the tensors between the stages of a cascade the rows that are there: the first, and the layout of them all.
    is_between : bool
        Whether the stage makes one of them.
    is_kept : bool
        Whether what it makes goes outside in any case.
    """

    def __init__(
        self,
        network: QuantisedGraph,
        config: AcceleratorConfig,
        layouts: Mapping[str, Layout],
        placement: Placement,
        number: int,
        stage: Stage,
        own: Placed,
        between: dict[str, tuple[int, Layout]],
        *,
        is_between: bool,
        is_kept: bool,
    ) -> None:
        self.network, self.config, self.layouts, self.placement = network, config, layouts, placement
        self.number, self.stage, self.tiling = number, stage, own.tiling
        self.made = layouts[stage.makes]
        self.buffers = own.buffers
        self.between, self.is_between, self.is_kept = between, is_between, is_kept
        self.held: dict[int, list[tuple[Layout, Layout]]] = {}  # of each tensor: what its buffers hold, the last first

    def actions(self) -> Iterator[Action]:
        """Copies and kernels of all pieces."""
        for piece in parts_of(self.made, self.tiling):
            yield from self.piece(*piece)

    def stripe(self, row: int, rows: int) -> Iterator[Action]:
        """Copies and kernels of some rows, all channels."""
        for channel in range(0, self.made.channels, self.tiling.channels):
            yield from self.piece(row, rows, channel, min(self.tiling.channels, self.made.channels - channel))

    def piece(self, row: int, rows: int, channel: int, channels: int) -> Iterator[Action]:
        """Copies and kernels of some rows and channels."""
        stage, tiling = self.stage, self.tiling
        sources = []
        for place in range(len(stage.reads)):
            copies, layout = self._read(place, row, rows, channel, channels)
            yield from copies
            sources.append(layout)
        target, stored = self._target(row, rows, channel, channels)
        for kernel in self._kernels(sources, target, row, channel):
            yield Run(stage=self.number, kernel=kernel)
        is_last = channel + channels == self.made.channels
        if stored is not None and (is_last or not tiling.parts_first):
            yield CopyOut(stage=self.number, tensor=stage.makes, outside=stored[0], inside=stored[1])
        if stored is None and self.is_kept:
            outside = self.made.rows_from(row, rows).channels_from(channel, channels)
            yield CopyOut(stage=self.number, tensor=stage.makes, outside=outside, inside=target)

    def _kernels(self, sources: list[Layout], target: Layout, row: int, channel: int) -> list[Kernel]:
        stage = self.stage
        try:
            if stage.product and stage.mode is not None:
                given = self.network, stage.step, self.config, stage.mode
                return product_kernels(*given, sources, target, stage.product, stage.zeros)
            if stage.sums is not None and stage.step is not None:
                given_sums = self.network, stage.step, self.config, stage.sums
                return softmax_kernels(*given_sums, sources[0], target, self.buffers[-1][0])
            if stage.pixels is not None:
                return moved(self.config, sources[0], target, stage.pixels)
            if stage.of_pairs is not None:
                return [copy(self.config, one_of_pairs(sources[0], stage.of_pairs), target)]
            if stage.step is None:
                return [copy(self.config, sources[0], target, zero=stage.taken_off)]
            low = rows_of(stage, 0, self.layouts, row, target.rows)[0]
            rows_there = self.layouts[stage.reads[0]].rows
            part = Part(row=row, channel=channel, source_row=low, source_rows=rows_there, gated=stage.gated)
            return kernels_of(
                self.network,
                stage.step,
                self.config,
                sources,
                target,
                mode=stage.mode,
                part=part,
                added=stage.added,
            )
        except ValueError as error:
            raise StepRefused(stage.refused_as, str(error), for_host=stage.may_be_hosts) from error

    def _read(self, place: int, row: int, rows: int, channel: int, channels: int) -> tuple[list[CopyIn], Layout]:
        """The layout of what is read, and the copy that brings it where it is not there."""
        stage, tensor = self.stage, self.stage.reads[place]
        full = self.layouts[tensor]
        if stage.product:
            wanted = stage.product[place].some(full, *stage.product[-1].made_by(row, rows, channel, channels))
            low = 0
        else:
            low, high = rows_of(stage, place, self.layouts, row, rows)
            wanted = full.rows_from(low, high - low)
        if stage.channelwise or (place > 0 and stage.has_operand):
            wanted = wanted.channels_from(channel, min(channels, full.channels - channel))
        if tensor in self.between:
            first, layout = self.between[tensor]
            some = layout.rows_from(low - first, wanted.rows)
            if wanted.channels != full.channels:
                some = some.channels_from(channel, wanted.channels)
            return [], some
        if tensor in self.placement.bases:
            return [], wanted.at(self.placement.bases[tensor] + wanted.base)
        held = self.held.setdefault(place, [])
        for number, (outside, inside) in enumerate(held):
            if outside == wanted:
                held.insert(0, held.pop(number))
                return [], inside
        buffers = self.buffers[place]
        used = [inside.base for _, inside in held[: len(buffers) - 1]]
        base = next(each for each in buffers if each not in used)
        inside = full.resized(wanted.rows, wanted.channels, array_rows=self.config.rows).at(base)
        self.held[place] = [(wanted, inside), *(each for each in held if each[1].base != base)]
        return [CopyIn(stage=self.number, tensor=tensor, outside=wanted, inside=inside)], inside

    def _target(self, row: int, rows: int, channel: int, channels: int) -> tuple[Layout, tuple[Layout, Layout] | None]:
        """The layout of what is made, and where it is to be stored: outside and inside."""
        stage, made = self.stage, self.made
        wanted = made.rows_from(row, rows)
        if stage.makes in self.placement.bases:
            part = wanted.channels_from(channel, channels)
            return part.at(self.placement.bases[stage.makes] + part.base), None
        buffers, place = self.buffers[len(stage.reads)], len(stage.reads)
        if self.is_between:
            if channel == 0:
                layout = made.resized(rows, made.channels, array_rows=self.config.rows).at(buffers[0])
                self.between[stage.makes] = row, layout
            return self.between[stage.makes][1].channels_from(channel, channels), None
        if not self.tiling.parts_first:
            wanted = wanted.channels_from(channel, channels)
        before = self.held.get(place, [])
        if before and before[0][0] == wanted:
            inside = before[0][1]
        else:
            base = next(each for each in buffers if not before or len(buffers) == 1 or each != before[0][1].base)
            inside = made.resized(rows, wanted.channels, array_rows=self.config.rows).at(base)
            self.held[place] = [(wanted, inside)]
        if self.tiling.parts_first:
            return inside.channels_from(channel, channels), (wanted, inside)
        return inside, (wanted, inside)
