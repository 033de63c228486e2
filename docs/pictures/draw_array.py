"""Draws ``docs/array.svg``: an engine, its streams, edges and array. Run: ``python docs/draw_array.py``."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import FancyArrowPatch, Rectangle  # noqa: E402

DATA, WEIGHT, RESULT, CONTROL = "#1f6f8b", "#b5651d", "#2e7d4f", "#6b5b95"


def box(axes, x, y, width, height, text, color, *, fill="white", size=9):
    axes.add_patch(Rectangle((x, y), width, height, edgecolor=color, facecolor=fill, linewidth=1.4))
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=size, color="#222222")


def arrow(axes, start, end, color, width=1.3):
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=9, color=color, linewidth=width, shrinkA=0, shrinkB=0
        )
    )


def draw(path):
    matplotlib.rcParams.update({"svg.hashsalt": "lowtide", "font.family": "DejaVu Sans"})
    figure, axes = plt.subplots(figsize=(9.2, 6.2))
    axes.set_xlim(-1.2, 15.4)
    axes.set_ylim(-0.4, 10.4)
    axes.axis("off")
    axes.add_patch(
        Rectangle((2.1, 0.5), 11.2, 9.0, edgecolor="#999999", facecolor="#fafafa", linewidth=1, linestyle="--")
    )
    axes.text(13.2, 9.15, "engine", ha="right", fontsize=9, color="#777777")

    box(axes, 2.4, 7.3, 2.0, 1.8, "sequencer:\njobs to\nbeats", CONTROL, fill="#f0ecf7")
    box(axes, 5.2, 8.2, 7.6, 0.8, "north skew: column c waits c cycles", WEIGHT, fill="#fbf1e6")
    box(axes, 2.4, 1.7, 2.0, 4.7, "west skew:\nrow r waits\nr cycles", DATA, fill="#e6f1f4")
    for column in range(3):
        x = 5.4 + 2.6 * column
        box(axes, x, 6.7, 2.0, 0.9, "encoder\nterm selector", WEIGHT, fill="#fbf1e6", size=8)
        arrow(axes, (x + 1.0, 8.2), (x + 1.0, 7.6), WEIGHT)
        arrow(axes, (x + 1.0, 6.7), (x + 1.0, 6.15), WEIGHT)
        for row in range(3):
            y = 5.05 - 1.65 * row
            box(axes, x, y, 2.0, 1.1, f"PE {row},{column}", "#333333")
            start = 4.4 if column == 0 else x - 0.6
            arrow(axes, (start, y + 0.72), (x, y + 0.72), DATA)
            arrow(axes, (start, y + 0.38), (x, y + 0.38), CONTROL, 1.0)
            if row < 2:
                arrow(axes, (x + 1.0, y), (x + 1.0, y - 0.55), WEIGHT)
            if column == 2:
                arrow(axes, (x + 2.0, y + 0.55), (13.3 - 0.35, y + 0.55), RESULT)
    arrow(axes, (4.4, 7.55), (5.4, 7.15), CONTROL, 1.0)
    arrow(axes, (3.4, 7.3), (3.4, 6.4), CONTROL, 1.0)
    box(axes, 5.2, 0.65, 7.75, 0.75, "readout: results leave a column at a time", RESULT, fill="#e8f4ec")
    axes.plot([12.95, 12.95], [5.6, 1.4], color=RESULT, linewidth=1.3)

    for start, end, text, color, at in (
        ((-0.9, 8.2), (2.4, 8.2), "job\nmode word,\nnumber of chunks", CONTROL, (-1.0, 8.95)),
        ((-0.9, 4.0), (2.4, 4.0), "x\none beat of data", DATA, (-1.0, 4.5)),
        ((9.0, 10.2), (9.0, 9.0), "w: one chunk of weights", WEIGHT, (9.2, 9.95)),
        ((12.95, 1.0), (15.2, 1.0), "y\none column\nof results", RESULT, (13.6, 1.9)),
    ):
        arrow(axes, start, end, color, 2.2)
        axes.text(*at, text, fontsize=9, color=color, va="center")
    note = "Operands and control bits move one PE a cycle. A result that is not taken freezes everything."
    axes.text(2.1, 0.05, note, fontsize=8, color="#777777", va="center")
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    target = Path(__file__).with_name("array.svg")
    draw(target)
    print(f"wrote {target.name}")
