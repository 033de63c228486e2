"""Term revealing against conventional quantisation: accuracy or perplexity over term pairs per multiplication.

Term revealing of 8-bit weights with g, k and data terms s in HESE, binary and Booth terms, against fixed point of every
pair of widths; plain and compensated. Booth terms have no prefix property: they are revealed once, and not compensated.

Equal accuracy means at most 0.5 points less, or a perplexity at most 1 % larger, than 8-bit fixed point. Against the
smallest fixed point that reaches it, and against the 64 pairs of 8 bits, the least term pairs that reach it count.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, sections on the evaluation of term revealing.
"""

from experiments.framework.experiment import Column, Experiment
from golden.formats import FixedPoint, TermRevealed

from .configuration import Configuration, measure
from .tasks import SEEDS, TASKS, prepare

__all__ = ["EXPERIMENT", "budgets", "least_pairs"]

COMPENSATED = "least error"
ALPHAS = (0.5, 0.75, 1, 1.25, 1.5, 2)
GROUPS = (1, 2, 4, 8, 16, 32)
ALL = 0  # data terms
SMALL = ("digits", "mnist_mlp", "mnist_cnn")
_KINDS = {  # of rows: label, colour
    ("fixed", False): ("fixed point", 0), ("fixed", True): ("fixed point, compensated", 0),
    ("hese", False): ("TR, HESE", 1), ("hese", True): ("TR, HESE, compensated", 1),
    ("binary", False): ("TR, binary", 2), ("binary", True): ("TR, binary, compensated", 2),
    ("booth", False): ("TR, Booth", 3),
}


def points(quick):
    """The configurations, those of the digits perceptron first."""
    if quick:
        made = [*_fixed("digits", (3, 4, 5, 8), (4, 8)), *_fixed("digits", (4,), (8,), COMPENSATED)]
        for selection in (None, COMPENSATED):
            made += _revealed("digits", (1, 8), (0.5, 1, 2), (2, ALL), selection)
        made += _revealed("digits", (8,), (1, 2), (2,), None, "binary")
        return list(dict.fromkeys(made + _revealed("digits", (8,), (1, 2), (2,), None, "booth")))
    made = []
    for task in SMALL:
        made += _fixed(task, range(2, 9), range(4, 9)) + _fixed(task, range(2, 9), (4, 5, 6, 8), COMPENSATED)
        for selection in (None, COMPENSATED):
            made += _revealed(task, GROUPS, ALPHAS, (2, 3, ALL) if selection is None else (2, 3), selection)
            made += _revealed(task, (8,), ALPHAS, (1, 4), selection)
            made += _revealed(task, (8,), ALPHAS, (2, 3, ALL), selection, "binary")
        made += _revealed(task, (8,), ALPHAS, (2, 3, ALL), None, "booth")
    return list(dict.fromkeys(made + _language() + _imagenet()))


def budgets(group, alphas):
    """The budgets k = alpha g that are integers, of 1 and more."""
    return [int(alpha * group) for alpha in alphas if alpha * group >= 1 and float(alpha * group).is_integer()]


def least_pairs(rows, task, reference, kind, compensated):
    """Of the rows of a task and kind that are good enough beside the score ``reference`` the one with the least bound
    of term pairs, of equals the better one; None if there is none. kind: "fixed" or an encoding of terms."""
    task_of = TASKS[task]
    fit = [row for row in rows if row["task"] == task and _kind(row) == (kind, compensated)
           and task_of.good_enough(row["score"], reference)]
    return min(fit, key=lambda row: (row["pair_bound"], -task_of.sign * row["score"]), default=None)


def notes(rows):
    """The reduction in term pairs of each task."""
    found = []
    for task in dict.fromkeys(row["task"] for row in rows):
        eight = _eight_bits(rows, task)
        if eight is not None:
            for compensated in (False, True):
                found += _reduction(rows, task, eight["score"], compensated)
            found += _encodings(rows, task, eight["score"])
        found += _better_than_float([row for row in rows if row["task"] == task], TASKS[task])
    return [*found, "Term pairs are those that the arithmetic reserves; a row's other number counts the pairs of terms "
            "that are not zero. A term pair adds two exponents, a bit pair of a multiplier is an AND gate and a full "
            "adder: equal numbers of them are not equal areas."]


def plot(rows):
    """A panel for each task: the frontier of every kind."""
    from experiments.framework.plots import curve, frontier, panels

    tasks = list(dict.fromkeys(row["task"] for row in rows))
    figure, axes = panels([TASKS[task].title for task in tasks])
    for task, place in zip(tasks, axes, strict=True):
        share = 100 if TASKS[task].measure == "accuracy" else 1
        for kind, (label, colour) in _KINDS.items():
            mine = [(row["pair_bound"], share * row["score"]) for row in rows
                    if row["task"] == task and _kind(row) == kind]
            curve(place, frontier(mine, TASKS[task].sign), label, colour, dashed=not kind[1])
        mine = [row for row in rows if row["task"] == task]
        _limit(place, share * mine[0]["float_score"], [share * row["score"] for row in mine], TASKS[task])
        place.set_xscale("log", base=2)
        place.xaxis.set_major_formatter("{x:g}")
        place.set(xlabel="term pairs per multiplication", ylabel=TASKS[task].measure + " (%)" * (share == 100))
    axes[0].legend(fontsize=8)
    return figure


def _limit(axes, exact, scores, task):
    """The float network's line, and a range that shows what is near it and all that is better."""
    axes.axhline(exact, color="0.5", linewidth=1)
    if task.measure == "accuracy":
        axes.set_ylim(exact - 12, max(exact + 2, *scores) + 0.5)
    else:
        axes.set_ylim(0.98 * min(exact, *scores), 1.4 * exact)


def _language():
    made = []
    for selection in (None, COMPENSATED):
        made += [point for bits in range(3, 9) for point in _fixed("lstm", (bits,), {bits, 8}, selection)]
        made += _revealed("lstm", (8,), ALPHAS, (2, 3, ALL), selection)
        made += _revealed("lstm", (8,), (1, 1.5, 2), (3,), selection, "binary")
    return made + _revealed("lstm", (8,), (1, 1.5, 2), (3,), None, "booth")


def _imagenet():
    made = [point for bits in range(4, 9) for point in _fixed("efficientnet", (bits,), {bits, 8})]
    made += _fixed("efficientnet", (4, 5, 6), (8,), COMPENSATED)
    made += _revealed("efficientnet", (8,), (1, 1.25, 1.5, 2), (3, ALL), None)
    made += _revealed("efficientnet", (8,), (1, 1.25, 1.5), (3, ALL), COMPENSATED)
    made += _revealed("efficientnet", (8,), (1.25,), (2,), COMPENSATED)
    made += _revealed("efficientnet", (8,), (1.5, 2), (3,), None, "binary")
    return made + _revealed("efficientnet", (8,), (1.5, 2), (3,), None, "booth")


def _fixed(task, w_bits, x_bits, selection=None):
    return [Configuration(task=task, weights=FixedPoint(w), x_bits=x, selection=selection)
            for w in w_bits for x in sorted(x_bits)]


def _revealed(task, groups, alphas, data_terms, selection, encoding="hese"):
    return [Configuration(task=task, weights=TermRevealed(group=group, budget=budget, encoding=encoding),
                          data_terms=terms, encoding=encoding, selection=selection)
            for group in groups for budget in budgets(group, alphas) for terms in data_terms]


def _kind(row):
    return row["encoding"] if row["revealed"] else "fixed", row["compensated"]


def _eight_bits(rows, task):
    """The row of plain 8-bit fixed point."""
    return next((row for row in rows if row["task"] == task and _kind(row) == ("fixed", False)
                 and row["w_bits"] == row["x_bits"] == 8), None)


def _reduction(rows, task, reference, compensated):
    fixed, terms = (least_pairs(rows, task, reference, kind, compensated) for kind in ("fixed", "hese"))
    title, way = TASKS[task].title, "compensated" if compensated else "plain"
    if terms is None:
        return [f"{title}, {way}: no term revealing here reaches the {TASKS[task].text(reference)} of 8 bits."]
    text = (f"{title}, {way}: beside {TASKS[task].text(reference)} of 8-bit fixed point, {_label(terms)} reaches "
            f"{TASKS[task].text(terms['score'])} with {terms['pair_bound']:g} term pairs per multiplication, "
            f"{64 / terms['pair_bound']:.1f} times fewer than 64")
    if fixed is None:
        return [f"{text}; no fixed point here reaches it."]
    return [f"{text}, {fixed['pair_bound'] / terms['pair_bound']:.1f} times fewer than the {fixed['pair_bound']:g} of "
            f"the smallest fixed point, {_label(fixed)} ({TASKS[task].text(fixed['score'])})."]


def _better_than_float(rows, task):
    """Where coarse rounding improves a perplexity, the float network is over-confident."""
    better = [row for row in rows if row["score"] < 0.99 * row["float_score"]] if task.measure == "perplexity" else []
    if not better:
        return []
    best, compensated = min(better, key=lambda row: row["score"]), sum(row["compensated"] for row in better)
    return [f"{task.title}: {len(better)} rows have a perplexity more than 1 % below the "
            f"{task.text(best['float_score'])} of the float network, {_label(best)} {task.text(best['score'])}; "
            f"{compensated} of them are compensated. A network that is too sure of itself gains from whatever makes "
            "its weights smaller, as truncation does; rows that follow the float network, the compensated ones, are "
            "those to compare."]


def _encodings(rows, task, reference):
    """Which encodings reach the score with how many pairs, plain, at g = 8."""
    eight = [row for row in rows if row["group"] == 8]
    least = {kind: least_pairs(eight, task, reference, kind, False) for kind in ("hese", "booth", "binary")}
    parts = [f"{kind} " + (f"{row['pair_bound']:g}" if row else "none here") for kind, row in least.items()]
    return [f"{TASKS[task].title}, g = 8, plain: the least term pairs at equal accuracy by encoding: "
            f"{', '.join(parts)}."]


def _label(row):
    if row["revealed"]:
        return f"{row['weights']} s={row['data_terms'] or 'all'}"
    return f"{row['w_bits']} x {row['x_bits']} bits"


def _shown(rows):
    """Plain and compensated rows that no row of their task and kind beats, with fewer pairs and a better score."""
    def beaten(row):
        return any(other["task"] == row["task"] and _kind(other) == _kind(row) and other is not row
                   and other["pair_bound"] <= row["pair_bound"]
                   and TASKS[row["task"]].sign * (other["score"] - row["score"]) >= 0 for other in rows)

    return [row for row in rows if not beaten(row)]


EXPERIMENT = Experiment(
    name="term_revealing",
    description="Term revealing against conventional quantisation, by term pairs per multiplication",
    points=points, prepare=prepare, row=measure, notes=notes, plot=plot, seeds=SEEDS, shown=_shown,
    columns=(
        Column("network", lambda row: row["task"], left=True),
        Column("weights x data", _label, left=True),
        Column("", lambda row: "compensated" if row["compensated"] else "plain", left=True),
        Column("pairs reserved", lambda row: f"{row['pair_bound']:g}"),
        Column("pairs counted", lambda row: f"{row['pairs']:.2f}"),
        Column("score", lambda row: TASKS[row["task"]].text(row["score"])),
        Column("float", lambda row: TASKS[row["task"]].text(row["float_score"])),
    ))
