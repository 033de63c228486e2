"""The page of whole networks: tables, a picture, what follows from them."""

from collections import Counter
from collections.abc import Sequence

from matplotlib.figure import Figure

from lowtide.common.markdown import table

from ..framework.plots import COLOURS, panels
from .measured import Measured
from .networks import NETWORKS
from .peers import PEERS, peer_rows
from .report import Report, model_error

__all__ = ["network_report", "notes", "page", "picture", "rows_of"]

HEADINGS = (
    "network",
    "machine",
    "weights",
    "multipliers",
    "multiplications",
    "cycles",
    "share of peak",
    "aim",
    "model",
    "read",
    "written",
    "cycles/s",
)
LEFT = (0, 1, 2)
SHOWN = (0, 1, 2, 3, 5, 6, 7, 8)  #: columns that the terminal shows


def rows_of(found: Sequence[Measured]) -> list[list[str]]:
    """The cells of the table, a line for each run."""
    return [
        [
            NETWORKS[each.task.network].title,
            f"`{each.task.machine}`",
            str(each.task.format),
            f"{each.multipliers:,}",
            f"{each.multiplications:,}",
            f"{each.cycles:,}" + ("" if each.counted else " (predicted)"),
            f"{100 * each.share:.1f} %",
            each.task.aim.text if each.task.aim else "-",
            model_error(each),
            f"{each.counted.read_bytes:,}" if each.counted else "-",
            f"{each.counted.written_bytes:,}" if each.counted else "-",
            f"{each.counted.cycles / each.counted.seconds:,.0f}" if each.counted else "-",
        ]
        for each in found
    ]


def notes(found: Sequence[Measured]) -> list[str]:
    """Sentences that say what follows from the runs."""
    counted = [each for each in found if each.counted]
    said = [f"Of {len(found)} runs {len(counted)} were on the RTL."]
    if counted:
        said[0] += " Each gave, bit for bit, what golden's machine gives."
        worst = max(counted, key=lambda each: abs(each.predicted / each.cycles - 1))
        off = 100 * abs(worst.predicted / worst.cycles - 1)
        said.append(f"The model of cycles is off by {off:.3f} % at most: {worst.task}.")
    if compared := [each for each in found if each.tensors]:
        said.append(
            f"In {len(compared)} of them every tensor that is made was copied out and compared as well, "
            f"{sum(each.tensors for each in compared):,} tensors."
        )
    for each in found:
        if not each.meets:
            said.append(f"Missed: {each.task} takes {each.cycles:,} cycles, {100 * each.share:.1f} % of peak.")
    for name, hosted in {each.task.network: Counter(each.hosted) for each in found if each.hosted}.items():
        steps = ", ".join(f"{number} {op}" for op, number in hosted.items())
        said.append(f"{NETWORKS[name].title}: the host computes {steps}; its time is not in the cycles.")
    aimed = [each for each in found if each.task.aim]
    met = sum(each.meets for each in aimed)
    return [*said, f"{met} of {len(aimed)} aims are met."] if aimed else said


def page(found: Sequence[Measured], missing: Sequence[str], *, pictured: bool) -> str:
    """The page as Markdown, where the picture is named without a folder. Same runs, same text but for speeds."""
    random = ", ".join(dict.fromkeys(NETWORKS[each.task.network].title for each in found if each.random))
    lines = [
        "# Whole networks on machines",
        "",
        "Made by `make networks`. Every network is compiled as it is, all of its layers run on the machine but those "
        "that are said to be left to the host, for one sample; initialisation, which runs once, does not count. "
        "Golden's machine must give the codes of the integer network, and the RTL must leave external memory, every "
        "byte of it, as golden's machine does. The bus answers in the next cycle and never stalls. The machine writes "
        "a profile of its records while it runs; that counts.",
        "",
        "- **weights**: their format; data have 8 bits where nothing else is said."
        + (f" With random weights: {random}." if random else ""),
        "- **multipliers**: products that the machine can do in a cycle, in the widths of the network.",
        "- **multiplications**: those of the machine, by the network's definition, with padding among them.",
        "- **share of peak**: the cycles that these would take if all multipliers were always busy, over the cycles "
        "taken. Rows of a picture that no later layer reads are not computed, so a small network can pass 100 %.",
        "- **model**: cycles that `lowtide compile` predicts, against those of the RTL.",
        "- **read**, **written**: bytes over the bus.",
        "- **cycles/s**: of the simulation, in processor time of one core, on a machine that did other things as well.",
        "",
        *(f"- {note}" for note in notes(found)),
        *(f"- Missing: {reason}" for reason in missing),
        "",
    ]
    if pictured:
        lines += ["![Share of peak, by multipliers](whole_networks.svg)", ""]
    right = [place for place in range(len(HEADINGS)) if place not in LEFT]
    lines += [table(HEADINGS, rows_of(found), right=right), ""]
    run = {each.task.network for each in found}
    if others := peer_rows([(name, each.title) for name, each in NETWORKS.items() if name in run]):
        headings = ["network", "who", "how", "multipliers", "share of peak", "cycles"]
        lines += ["## Others on the same networks", "", table(headings, others, right=(3, 4, 5)), ""]
    return "\n".join(lines)


def picture(found: Sequence[Measured]) -> Figure | None:
    """Shares of peak of the networks with aims for them, by multipliers, with aims and peers; None without any."""
    aimed = [each for each in found if each.task.aim and each.task.aim.share is not None]
    names = [name for name in NETWORKS if any(each.task.network == name for each in aimed)]
    if not names:
        return None
    figure, axes = panels([NETWORKS[name].title for name in names], across=4, width=3.4, height=4.2)
    for axis, name in zip(axes, names, strict=True):
        runs = sorted((each for each in aimed if each.task.network == name), key=lambda each: each.multipliers)
        places = range(len(runs))
        axis.bar(places, [100 * each.share for each in runs], width=0.6, color=COLOURS[0], label="measured")
        for place, each in zip(places, runs, strict=True):
            goal = 100 * (each.task.aim.share or 0) if each.task.aim else 0
            axis.plot([place - 0.4, place + 0.4], [goal, goal], color="black", label="aim" if not place else None)
            axis.text(place, 100 * each.share + 1, f"{100 * each.share:.1f}", ha="center", fontsize=8)
        at = {each.multipliers: place for place, each in enumerate(runs)}
        others = [(peer, peer.share) for peer in PEERS if peer.network == name and peer.share is not None]
        for number, (peer, share) in enumerate(others):
            beside = at.get(peer.multipliers or 0)
            ends = (-0.5, len(runs) - 0.5) if beside is None else (beside - 0.4, beside + 0.4)
            label = f"{peer.who}, {peer.how}"
            axis.plot(ends, (share, share), color=COLOURS[1 + number], linestyle="--", linewidth=1.5, label=label)
        axis.set_xticks(list(places), [f"{each.multipliers}" for each in runs])
        axis.set_ylim(0, 100)
        axis.set_xlabel("multipliers")
        axis.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.18), frameon=False)
    axes[0].set_ylabel("share of peak, %")
    return figure


def network_report(found: Sequence[Measured], missing: Sequence[str]) -> Report:
    """What is written and shown of whole networks."""
    figure = picture(found)
    return Report(
        stem="whole_networks",
        title="whole networks on machines",
        headings=HEADINGS,
        left=LEFT,
        shown=SHOWN,
        rows=rows_of(found),
        notes=notes(found),
        text=page(found, missing, pictured=figure is not None),
        figure=figure,
    )
