"""``lowtide operators``: which ONNX operators are known, as a page of the documents."""

from pathlib import Path

import click

from lowtide.common.command_line import entry
from lowtide.common.options import page_option
from lowtide.common.output import write_page

from .described import operator_table, quantised_table, refused_table

__all__ = ["operator_page", "operators"]


def operator_page() -> str:
    """The page, Markdown."""
    return f"""\
# ONNX operators

Written by `make docs`. What `lowtide.compiler.onnx.importer` reads of a model in floating point, operator sets 1 to 26.
The first axis is the batch, whose length need not be stated; pictures have three more axes, lines two. An operator may
also need a `transpose` or `reshape`, where values lie in another order than it takes them. Sums and products of
functions of the same tensor, such as x sigmoid(x), are one `formula`, which is a table of 256 entries. The compiler
refuses what the machine does not run, or leaves it to the host with `--host`.

Recurrent operators are unrolled: what the input adds to each gate is one layer over all steps, and each step has layers
of the state. The host puts a sequence of states together where one is read, the machine does the rest. A model's input
that recurrent operators alone read, [steps, batch, values], has the batch as its second axis; samples of it are
[batch, steps, values].

{operator_table()}

## Quantised models

`lowtide.compiler.onnx.quantised_importer` reads models that state how tensors and weights are rounded. Codes are those
of ONNX Runtime with its optimisations off, but where a sum is at a half to float32's rounding. `Clip` between
`QuantizeLinear` and `DequantizeLinear` states fewer bits. Every tensor that an operator makes is rounded, but for the
sums of a last layer. Scales are stated, one for a tensor, one for each output channel of a weight.

{quantised_table()}

## Refused

Operators that are in neither table are refused too; the message names the node.

{refused_table()}
"""


@entry()
@page_option()
def operators(page: Path | None) -> None:
    """Say which ONNX operators are known: what each becomes, what runs it, and what is allowed of it."""
    text = operator_page()
    if page is None:
        click.echo(text, nl=False)
        return
    click.echo(f"made {', '.join(map(str, write_page(page, text)))}")
