"""The ISCA tutorial's summary table of reduced precision, re-measured on small networks.

Every method of `lowtide.experiments.training.methods` on a convolutional network for MNIST and for Fashion-MNIST:
accuracy of the float network, after rounding only, and after fine-tuning with the method in the loop. The quick form
rounds the digits perceptron and trains nothing.

Source: Emer, Sze, Chen, Yang, ISCA tutorial 2019; the methods' papers, `lowtide.experiments.training.methods`.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache

from lowtide.common.quantisation import Quantisation
from lowtide.workloads.data import fashion, mnist
from lowtide.workloads.data.digits import digits
from lowtide.workloads.data.packages import FASHION, MNIST
from lowtide.workloads.networks import digits_mlp
from lowtide.workloads.networks.store import fingerprint

from ..framework.experiment import Column, Experiment
from ..training import small_cnn
from ..training.methods import METHODS
from ..training.recipe import Recipe
from ..training.tuned import TrainingData, rounded, tuned
from .tasks import Classifier, evaluation, outputs

__all__ = ["EXPERIMENT", "NETWORKS", "SummaryPoint", "SummaryRow", "load", "measure", "rows"]

NETWORKS = {
    "digits": "digits, perceptron 64-64-32-10",
    "cnn_mnist": "MNIST, small convolutional network",
    "cnn_fashion": "Fashion-MNIST, small convolutional network",
}
#: Methods that stand for a quantisation: what an array multiplies that computes with what they store.
QUANTISATIONS = {
    "TWN": Quantisation(w_bits=None, w_format="ternary"),
    "BWN": Quantisation(w_bits=None, w_format="binary"),
    "LogNet": Quantisation(w_bits=None, w_format="log4"),
    "weight sharing": Quantisation(w_format="codebook16"),
    "XNOR-Net": Quantisation(x_bits=None, x_format="binary", w_bits=None, w_format="binary"),
    "dynamic fixed point 8/8": Quantisation(),
    "dynamic fixed point 4/4": Quantisation(x_bits=4, w_bits=4),
}
_PICTURES = 10_000  # that fine-tuning sees
_RECIPES = {  # of the methods, and of those that train slowly
    "cnn_mnist": (Recipe(epochs=2), Recipe(epochs=5, rate=5e-3)),
    "cnn_fashion": (Recipe(epochs=2), Recipe(epochs=4, rate=5e-3)),
    "digits": (Recipe(epochs=10, batch=32, rate=2e-3), Recipe(epochs=20, batch=32, rate=1e-2)),
}


@dataclass(frozen=True)
class SummaryPoint:
    """task: of NETWORKS. method: name of one of METHODS. tune: whether it is fine-tuned as well."""

    task: str
    method: str
    tune: bool


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """quantisation: of :data:`QUANTISATIONS`, as a dictionary, None for other methods. weight_bits, data_bits: as
    published. ends: what the first and last layer have. Accuracies 0..1 on ``units``
    pictures, with the standard errors of their losses, paired with the float network; tuned_score, tuned_error None
    where nothing was trained. published: points that the source loses on its network, None if it does not say;
    published_tuned: whether after fine-tuning. source: of the method."""

    task: str
    category: str
    method: str
    quantisation: dict | None
    weight_bits: str
    data_bits: int
    ends: str
    units: int
    float_score: float
    rounded_score: float
    rounded_error: float
    tuned_score: float | None
    tuned_error: float | None
    published: float | None
    published_tuned: bool
    source: str


@lru_cache
def load(task):
    """(`TrainingData`, `lowtide.experiments.runs.tasks.Classifier`) of a network; `DataMissing`."""
    if task == "digits":
        data, graph, see = digits(), digits_mlp.digits_mlp(), digits_mlp.prepare
        key = "digits"
    else:
        name = task.removeprefix("cnn_")
        data, graph, see = small_cnn.split(name), small_cnn.small_cnn(name), small_cnn.prepare
        key = fingerprint(small_cnn, mnist, fashion, MNIST, FASHION)
    recipe, slow = _RECIPES[task]
    training = TrainingData(
        name=task,
        key=key,
        graph=graph,
        inputs=see(data.train[:_PICTURES]),
        labels=data.train_labels[:_PICTURES],
        recipe=recipe,
        slow=slow,
    )
    return training, Classifier(graph, see(data.test), data.test_labels, training.calibration)


def points(quick):
    """Every method on every network."""
    tasks = ("digits",) if quick else ("cnn_mnist", "cnn_fashion")
    return [SummaryPoint(task, method.name, not quick) for task in tasks for method in METHODS]


def prepare(task):
    """Makes sure that `load` finds data and network; trains it if need be. `DataMissing`."""
    load(task)


def measure(point):
    """The row of a `SummaryPoint`, a dictionary with the fields of a `SummaryRow`."""
    method = next(each for each in METHODS if each.name == point.method)
    training, task = load(point.task)
    stands_for = QUANTISATIONS.get(method.name)

    def measured(network):
        scores = outputs(evaluation(network), task.x)
        return task.accuracy(scores), task.outcome(scores)["loss_error"]

    rounding = measured(rounded(method, training))
    tuning = measured(tuned(method, training).quantised()) if point.tune else (None, None)
    return asdict(
        SummaryRow(
            task=point.task,
            category=method.category,
            method=method.name,
            quantisation=stands_for and stands_for.as_dict(),
            weight_bits=method.weight_bits,
            data_bits=method.data_bits,
            ends="float" if method.ends_float else "as the rest",
            units=len(task.x),
            float_score=task.float_score,
            rounded_score=rounding[0],
            rounded_error=rounding[1],
            tuned_score=tuning[0],
            tuned_error=tuning[1],
            published=method.published,
            published_tuned=method.tuned,
            source=method.source,
        )
    )


def rows(quick):
    """All rows of an experiment as `SummaryRow`."""
    return [SummaryRow(**measure(point)) for point in points(quick)]


def notes(rows):
    """For every network: what fine-tuning wins back, what it leaves, and where the order differs from the source's."""
    found = []
    for task, mine in _by_task(rows).items():
        begin = f"{NETWORKS[task]} ({_percent(mine[0]['float_score'])} in floating point)"
        worst = max(mine, key=lambda row: _loss(row, "rounded_score"))
        found.append(
            f"{begin}: after rounding only, {worst['method']} loses most, "
            f"{_loss(worst, 'rounded_score'):.1f} points; "
            f"{sum(_loss(row, 'rounded_score') <= 0.5 for row in mine)} of {len(mine)} methods lose at most "
            f"0.5 points."
        )
        trained = [row for row in mine if row["tuned_score"] is not None]
        if trained:
            worst = max(trained, key=lambda row: _loss(row, "tuned_score"))
            found.append(
                f"{begin}: after fine-tuning, {sum(_loss(row, 'tuned_score') <= 0.5 for row in trained)} of "
                f"{len(trained)} lose at most 0.5 points, {worst['method']} loses most, "
                f"{_loss(worst, 'tuned_score'):.2f} points."
            )
            stated = [row for row in trained if row["published"] is not None and row["published_tuned"]]
            ours = sorted(stated, key=lambda row: -_loss(row, "tuned_score"))[:2]
            theirs = sorted(stated, key=lambda row: -row["published"])[:2]
            found.append(
                f"{begin}: the two that lose most are {_names(ours)} here and {_names(theirs)} in the source, "
                f"whose losses are of AlexNet on ImageNet, a far harder task."
            )
    return found


def plot(rows):
    """A panel for each network: points lost by every method, rounded and fine-tuned, and the source's."""
    from ..framework.plots import COLOURS, panels

    figure, axes = panels([NETWORKS[task] for task in _by_task(rows)])
    for mine, place in zip(_by_task(rows).values(), axes, strict=True):
        bars = [
            ("after rounding only", [_loss(row, "rounded_score") for row in mine]),
            ("after fine-tuning", [_loss(row, "tuned_score") for row in mine]),
            ("AlexNet, in the source", [row["published"] for row in mine]),
        ]
        bars = [(label, values) for label, values in bars if any(value is not None for value in values)]
        for number, (label, values) in enumerate(bars):
            places = [line + 0.27 * number for line in range(len(mine))]
            place.barh(places, [max(value or 0, 0) for value in values], 0.25, label=label, color=COLOURS[number])
        place.set_yticks([line + 0.27 for line in range(len(mine))], [row["method"] for row in mine], fontsize=8)
        place.invert_yaxis()
        place.set_xscale("symlog", linthresh=1)
        place.set_xlim(left=0)
        place.xaxis.set_major_formatter("{x:g}")
        place.set(xlabel="points of accuracy lost")
    axes[0].legend(fontsize=8)
    return figure


def _by_task(rows):
    return {task: [row for row in rows if row["task"] == task] for task in dict.fromkeys(row["task"] for row in rows)}


def _loss(row, field):
    """Points that a row's score loses against the float network; None where there is no score."""
    return None if row[field] is None else 100 * (row["float_score"] - row[field])


def _names(rows):
    return " and ".join(row["method"] for row in rows)


def _percent(score, error=None):
    """A score, ± the standard error of its loss."""
    if score is None:
        return None
    return f"{100 * score:.2f} %" if error is None else f"{100 * score:.2f} ± {100 * error:.2f} %"


def _published(row):
    return None if row["published"] is None else f"{row['published']:g}" + " (not tuned)" * (not row["published_tuned"])


EXPERIMENT = Experiment(
    name="summary",
    description="The ISCA tutorial's summary of reduced precision, re-measured with and without fine-tuning",
    points=points,
    prepare=prepare,
    row=measure,
    notes=notes,
    plot=plot,
    seeds={"order of fine-tuning": Recipe().seed, "first weights": small_cnn.SEED},
    columns=(
        Column("network", lambda row: row["task"], left=True),
        Column("method", lambda row: row["method"], left=True),
        Column("weight bits", lambda row: row["weight_bits"]),
        Column("data bits", lambda row: row["data_bits"]),
        Column("first, last", lambda row: row["ends"], left=True),
        Column("float", lambda row: _percent(row["float_score"])),
        Column("n", lambda row: row["units"]),
        Column("rounded", lambda row: _percent(row["rounded_score"], row["rounded_error"])),
        Column("fine-tuned", lambda row: _percent(row["tuned_score"], row["tuned_error"])),
        Column("points lost in the source", _published),
        Column("source", lambda row: row["source"], left=True),
    ),
)
