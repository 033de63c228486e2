"""In which layouts tensors lie: as their readers take them.

A layer with weights takes atoms of as many values as its mode multiplies in a beat, in bit planes where the kind does;
rows and columns apart where it strides. Two readers that want other atoms get a copy each. The last tensor, and those
that only steps without weights read, fill their atoms.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.convolution import input_layout
from ..layouts.layout import Layout
from .refused import StepRefused
from .stage import Stage, Stages

__all__ = ["Formed", "formed"]

MOST_APART = 4  #: a record's out_apart


@dataclass(frozen=True)
class Form:
    """What an atom of a tensor holds.

    Parameters
    ----------
    values, bits : int
        Channels of an atom, and bits of each.
    planes : bool
        Every bit has an atom of its own.
    """

    values: int
    bits: int
    planes: bool = False


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A stage that reads a tensor.

    Parameters
    ----------
    stage : int
    number : int
        Of the tensor among those that it reads.
    form : Form or None
        What it wants, None where any whole values will do.
    apart : int
        What rows and columns are stored apart by.
    columns : int or None
        Of its output, where the pitch of rows should suit them.
    """

    stage: int
    number: int
    form: Form | None
    apart: int
    columns: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Formed:
    """Stages with the copies that are needed, and the layouts of all tensors, their first atom 0."""

    stages: list[Stage]
    layouts: Mapping[str, Layout]


def formed(config: AcceleratorConfig, given: Stages) -> Formed:
    """The layouts of a network's tensors. ``ValueError`` for a tensor that atoms do not hold."""
    forming = Forming(config, given)
    for place in reversed(range(len(forming.stages))):
        forming.settle(forming.stages[place].makes, from_two=forming.stages[place].writes_whole)
        forming.ask(place)
    ordered: list[Stage] = []
    for outside in (given.source, *given.constants):
        forming.settle(outside)
        ordered += forming.copies[outside]
    for stage in forming.stages:
        ordered += [stage, *forming.copies[stage.makes]]
    return Formed(stages=ordered, layouts=forming.layouts)


class Forming:
    """Layouts in the making, from the last stage to the first."""

    def __init__(self, config: AcceleratorConfig, given: Stages) -> None:
        self.config, self.given = config, given
        self.stages = list(given.stages)
        self.readers: dict[str, list[Reader]] = defaultdict(list)
        self.layouts: dict[str, Layout] = {}
        self.copies: dict[str, list[Stage]] = defaultdict(list)  #: of a tensor, behind the stage that makes it

    def ask(self, place: int) -> None:
        """Note how a stage wants what it reads; the tensor that it makes has its layout."""
        stage = self.stages[place]
        if stage.host:  # which takes any
            return
        target = self.layouts[stage.makes]
        for number, tensor in enumerate(stage.reads):
            stride = stage.window.stride if number == 0 else (1, 1)
            apart = stride[0] if stride[0] == stride[1] <= MOST_APART else 1
            if tensor != self.given.source and apart > 2:  # the array writes pixels that are stored so one by one
                apart = 2 - apart % 2
            form = None
            if number == 0 and stage.mode is not None:
                wanted = input_layout(self.config, stage.mode, *self.given.shapes[tensor])
                form = Form(wanted.values, wanted.bits, wanted.planes)
            elif stage.of_pairs is not None:
                form = self._alone(tensor)
            elif stage.product and stage.mode is not None:
                array = self.config.array
                form = Form(array.values_per_beat(stage.mode), array.element_bits("w", stage.mode))
            elif number > 0 and stage.has_operand:
                form = Form(target.values, target.bits)
            columns = None  # no next row is read, or the rows of the layer that writes count for more
            if form is not None and target.columns > 1:
                columns = target.columns
            self.readers[tensor].append(Reader(stage=place, number=number, form=form, apart=apart, columns=columns))

    def _alone(self, tensor: str) -> Form:
        """An atom for each value of a tensor of 8 or 16 bits."""
        quantiser = self.given.quantisers[tensor]
        assert isinstance(quantiser, FixedPointQuantiser), "pairs are quantised"
        return Form(1, quantiser.format.bits)

    def settle(self, tensor: str, *, from_two: bool = False) -> None:
        """Choose the layouts of a tensor and of its copies, and let its readers read these. One that is made from two
        tensors has whole values: records with an operand write no bit planes."""
        readers = self.readers[tensor]
        first, *others = self._forms(tensor, whole=from_two or tensor == self.given.result)
        own = [each for each in readers if each.form in (None, first)]
        together = bool(others) or tensor == self.given.result
        self.layouts[tensor] = self._layout(tensor, first, own, together=together)
        for form in others:
            name = f"{tensor} ({form.values} values of {form.bits} bits)"
            own = [each for each in readers if each.form == form]
            self.layouts[name] = self._layout(tensor, form, own, together=False)
            self.copies[tensor].append(Stage(name=f"copy of {name}", step=None, reads=(tensor,), makes=name))
            for each in own:
                self._redirect(each, name)

    def _forms(self, tensor: str, *, whole: bool) -> list[Form]:
        """The forms of a tensor, that of the tensor itself first: whole values, where there are copies, or where they
        are asked for."""
        quantiser = self.given.quantisers[tensor]
        if not isinstance(quantiser, FixedPointQuantiser):
            raise ValueError(f"tensor {tensor} stays at its accumulators, allowed are quantised tensors")
        bits, readers = quantiser.format.bits, self.readers[tensor]
        wanted = list(dict.fromkeys(each.form for each in readers if each.form is not None))
        found = [form for form in wanted if not form.planes]
        if not found and (not wanted or whole or any(each.form is None for each in readers)):
            width = 8 if bits <= 8 else 16
            found = [Form(max(1, self.config.atom_bits // width), width)]
        found += [form for form in wanted if form.planes]
        for form in found:
            if form.bits < bits or form.values * (1 if form.planes else form.bits) > self.config.atom_bits:
                reader = next((self.stages[each.stage] for each in readers if each.form == form), None)
                reason = f"tensor {tensor} has {bits} bits, allowed are {form.bits} in atoms of {self.config.atom_bits}"
                if reader is None:
                    most = self.config.atom_bits
                    raise ValueError(f"tensor {tensor} has {bits} bits, allowed are the {most} of an atom")
                raise StepRefused(reader.refused_as, reason, for_host=reader.may_be_hosts)
        if len(found) > 1 and "vector" not in self.config.post:
            raise ValueError(
                f"tensor {tensor} is read in {len(found)} forms, allowed on a machine without vector in post is one"
            )
        return found

    def _layout(self, tensor: str, form: Form, readers: Sequence[Reader], *, together: bool) -> Layout:
        quantiser = self.given.quantisers[tensor]
        assert isinstance(quantiser, FixedPointQuantiser), "forms are those of quantised tensors"
        aparts = {each.apart for each in readers}
        rows = self.config.rows
        made = Layout.of(
            *self.given.shapes[tensor],
            values=form.values,
            array_rows=rows,
            reader_columns=readers[0].columns if readers else None,
            bits=form.bits,
            signed=quantiser.format.signed,
            planes=form.planes,
            apart=aparts.pop() if len(aparts) == 1 and not together else 1,
        )
        if any(self.stages[each.stage].is_whole for each in readers):  # whose rows take neighbouring blocks
            made = replace(made, block_pitch=made.block_pitch + (1 - made.block_pitch) % rows)
        return made

    def _redirect(self, reader: Reader, name: str) -> None:
        stage = self.stages[reader.stage]
        reads = list(stage.reads)
        reads[reader.number] = name
        self.stages[reader.stage] = replace(stage, reads=tuple(reads))
