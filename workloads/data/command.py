"""``lowtide data``: fetches all data. Says what is there, how much, where, and what is missing."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry

from .brown import brown
from .digits import digits
from .fashion import fashion
from .fetch import DataMissing, data_folder, fetch
from .labelled import Split
from .mnist import mnist
from .packages import EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS, QONNX, Package
from .pictures import AGREEMENT, CALIBRATION, imagenet, photographs
from .stamps import stamps

__all__ = ["Row", "data", "rows"]


@dataclass(frozen=True)
class Row:
    """A data set or network; one of ``amount`` and ``missing`` is empty.

    Parameters
    ----------
    name : str
        Of it.
    amount : str
        What is there.
    missing : str
        Why it is not there, with the command that gets it.
    """

    name: str
    amount: str
    missing: str


def rows() -> list[Row]:
    """A `Row` for each data set and network, fetched if it is not there."""
    sources: dict[str, Callable[[], str]] = {
        "digits 8x8 (scikit-learn)": lambda: _split(digits()),
        "MNIST": lambda: _split(mnist()),
        "Fashion-MNIST": lambda: _split(fashion()),
        "ImageNet pictures (foolbox)": lambda: f"{len(imagenet().pictures)} labelled pictures",
        "photographs (scikit-image, scikit-learn)": _photographs,
        "stamps (Tux Paint)": lambda: f"{len(stamps())} objects to calibrate with",
        "Brown corpus": _corpus,
        "EfficientNet-Lite0": lambda: _files(EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS),
        "MNIST network mnist-8 (qonnx)": lambda: _files(QONNX),
    }
    found = []
    for name, amount in sources.items():
        try:
            found.append(Row(name, amount(), ""))
        except DataMissing as error:
            found.append(Row(name, "", str(error)))
    return found


@entry(interrupted="interrupted: what was fetched and made is kept, the same command goes on")
def data() -> int:
    """Fetch all data sets and networks (0.3 GB), and say what is there, how much, where, and what is missing."""
    found = rows()
    table = Table("data", "what is there", title=f"data in {data_folder()}", title_justify="left")
    for row in found:
        table.add_row(row.name, row.amount or "[red]missing[/red]")
    console = Console(soft_wrap=True)
    console.print(table)
    for row in found:
        if row.missing:
            console.print(f"{row.name}: {row.missing}", markup=False, highlight=False)
    return int(any(row.missing for row in found))


def _split(split: Split) -> str:
    height, width = split.train.shape[1:3]
    return f"{len(split.train):,} to train, {len(split.test):,} to test, {height} x {width}"


def _photographs() -> str:
    calibration, agreement = (len(photographs(names).pictures) for names in (CALIBRATION, AGREEMENT))
    return f"{calibration} to calibrate, {agreement} to compare, no labels"


def _corpus() -> str:
    corpus = brown()
    return (
        f"{len(corpus.train):,} words to train, {len(corpus.valid):,} to validate, {len(corpus.test):,} to test, "
        f"vocabulary {len(corpus.vocabulary):,}"
    )


def _files(*packages: Package) -> str:
    found = []
    for package in packages:
        size = sum(path.stat().st_size for path in fetch(package).rglob("*") if path.is_file())
        found.append(f"{package.reason} ({size / 1e6:.2f} MB)")
    return ", ".join(found)
