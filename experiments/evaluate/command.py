"""``lowtide evaluate``: evaluates quantised networks on data of one's own."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, Names, jobs_option, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.golden.checks import check_bits
from lowtide.golden.number_formats import Format
from lowtide.golden.number_formats.words import format_of
from lowtide.workloads.data.fetch import DataMissing

from ..framework.experiment import Experiment
from ..framework.report import table, write
from ..framework.running import WorkerDied
from ..framework.running import run as computed

__all__ = ["evaluate"]

WEIGHTS = ("fixed:8", "fixed:4", "tr:8:10", "tr:8:8")


@entry(failures=(DataMissing,))
@click.option("--pictures", type=Path, metavar="FOLDER", help="labelled pictures, for EfficientNet-Lite0")
@click.option("--text", type=Path, metavar="FILE", help="a text, for the LSTM language model")
@click.option(
    "--weights",
    type=Names(),
    metavar="LIST",
    default=",".join(WEIGHTS),
    show_default=True,
    help="formats with commas between: float, fixed:BITS, tr:GROUP:BUDGET, group:BITS:GROUP:EXPONENT, "
    "digits:GROUP:EXPONENT, e2m1:GROUP:EXPONENT or a name of lowtide.golden.number_formats.FORMATS",
)
@click.option("--x-bits", type=Integer(), metavar="N", default=8, show_default=True, help="bits of data")
@click.option(
    "--data-terms",
    type=Integer(0),
    metavar="N",
    default=0,
    show_default=True,
    help="highest terms of each datum (0: all)",
)
@click.option("--compensate", is_flag=True, help="round with compensation, and plainly")
@click.option(
    "--largest-terms",
    is_flag=True,
    help="with --compensate: choose terms by size, too, as the term revealing paper does",
)
@click.option("--limit", type=Integer(1), metavar="N", help="pictures or words at most")
@output_option("build/evaluate", "for table, rows as JSON, and picture")
@page_option()
@jobs_option()
def evaluate(
    pictures: Path | None,
    text: Path | None,
    weights: tuple[str, ...],
    x_bits: int,
    data_terms: int,
    compensate: bool,
    largest_terms: bool,
    limit: int | None,
    output: Path,
    page: Path | None,
    jobs: int,
) -> int:
    """Accuracy or perplexity of networks with quantised weights, on labelled pictures or a text of one's own.

    FOLDER has one sub-folder or file name a class (the ImageNet validation set, for instance). FILE is any text; the
    language model was trained on the Brown corpus. Each loss has a standard error, paired with the float network on the
    same pictures or streams of words. Exit status 1 where data or a package is missing.
    """
    source = pictures or text
    if source is None or (pictures and text):
        raise ValueError("data are given by --pictures or by --text: one of them (see lowtide evaluate --help)")
    check_bits("x_bits", x_bits)
    words = {word: format_of(word) for word in weights}
    selections = (None, "least error", "largest terms")[: 1 + compensate * (1 + largest_terms)]
    with output_folder(output):
        pass  # before hours of work
    form = {"x_bits": x_bits, "data_terms": data_terms, "selections": selections}
    made = (_of_pictures if pictures else _of_text)(source, limit, words, form)
    return _report(made, output, page, jobs)


def _of_pictures(
    folder: Path, limit: int | None, words: Mapping[str, Format | None], form: Mapping[str, Any]
) -> Experiment:
    from .picture_rows import Folder, PicturePoint
    from .pictures import experiment
    from .quantised_point import points

    return experiment(points(partial(PicturePoint, folder=Folder.of(folder, limit)), words, **form))


def _of_text(file: Path, limit: int | None, words: Mapping[str, Format | None], form: Mapping[str, Any]) -> Experiment:
    from .quantised_point import points
    from .text import Text, TextPoint, experiment

    return experiment(points(partial(TextPoint, text=Text.of(file, limit)), words, **form))


def _report(experiment: Experiment, folder: Path, page: Path | None, jobs: int) -> int:
    console = Console(width=None if sys.stdout.isatty() else 140)
    try:
        results = computed(experiment, console=Console(stderr=True), jobs=jobs)
    except WorkerDied as error:
        console.print(f"failed: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    for reason in results.missing.values():
        raise DataMissing(reason)
    report = write(experiment, results, folder)
    paths = report.paths
    if page:
        paths += write_page(page, report.text.read_text(encoding="utf-8"), [report.picture] if report.picture else [])
    console.print(table(experiment, results.rows))
    for note in report.notes:
        console.print(f"- {note}", markup=False, highlight=False)
    console.print("made " + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
    return 0
